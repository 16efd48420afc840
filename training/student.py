"""The encoder while it learns: a BERT body in bfloat16, input embeddings in float32, and the folders it is kept in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import torch
from tokenizers.processors import TemplateProcessing
from torch.nn.functional import normalize

from newsearch.indexer.embedders.bilingual import CLS, LONGEST, SEP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Tokenizer


class Student(torch.nn.Module):
    """Texts as pieces in, unit vectors out: BERT, mean over the pieces, length 1."""

    def __init__(self, bert: Any, embeddings: torch.Tensor) -> None:
        super().__init__()
        bert.embeddings.word_embeddings = torch.nn.Embedding(1, embeddings.shape[1], padding_idx=0)
        for module in bert.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        self.pieces = torch.nn.Embedding(
            embeddings.shape[0], embeddings.shape[1], sparse=True, _weight=embeddings.float()
        )
        self.body = bert.to(torch.bfloat16)

    @classmethod
    def of(
        cls,
        folder: Path,
        embeddings: torch.Tensor | None = None,
        layers: int | None = None,
        attention: str = "eager",
    ) -> Student:
        """The student with the body in *folder*, and its own input embeddings unless others are given.

        Args:
            folder: A transformers or sentence-transformers folder of a BERT.
            embeddings: Input embeddings, shape (n_pieces, width).
            layers: How many of the body's layers to keep, spread evenly; all where None.
            attention: transformers' name of how attention is computed. On two cores, at 32 pieces a text, "eager" learns 5,190
                pieces/s and "sdpa" 3,980; for reading alone "sdpa" is the faster one.

        Raises:
            ValueError: The body has fewer layers than are to be kept.
        """
        from transformers import AutoModel
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # of the pooling layer that is left out
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        bert = AutoModel.from_pretrained(str(folder), attn_implementation=attention, add_pooling_layer=False)
        if embeddings is None:
            embeddings = bert.embeddings.word_embeddings.weight.detach().clone()
        if layers and layers > len(bert.encoder.layer):
            raise ValueError(f"{folder} has {len(bert.encoder.layer)} layers, {layers} were to be kept")
        if layers:
            kept = torch.linspace(0, len(bert.encoder.layer) - 1, layers).round().long().tolist()
            bert.encoder.layer = torch.nn.ModuleList(bert.encoder.layer[i] for i in kept)
            bert.config.num_hidden_layers = layers
        return cls(bert, embeddings)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors, shape (n, width), float32.

        Args:
            pieces: Piece numbers with the special ones, padded, shape (n, longest), int64.
            mask: 1 where there is a piece, the same shape, int64.
        """
        inputs = self.pieces(pieces).to(torch.bfloat16)
        hidden = self.body(inputs_embeds=inputs, attention_mask=mask).last_hidden_state.float()
        weight = mask[..., None].float()
        return normalize((hidden * weight).sum(1) / weight.sum(1), dim=-1)

    @torch.inference_mode()
    def encode(self, texts: Sequence[list[int]], budget: int = 4_096) -> torch.Tensor:
        """Unit vectors of texts given as pieces with the special ones, in their order, shape (n, width), float32."""
        out = torch.zeros(len(texts), self.pieces.embedding_dim)
        for rows in by_length([len(t) for t in texts], budget):
            out[rows] = self(*padded([texts[i] for i in rows]))
        return out


def by_length(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Rows in batches of like length, shortest first, each with at most *budget* pieces when padded."""
    out: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not out or (len(out[-1]) + 1) * lengths[row] > budget:
            out.append([])
        out[-1].append(row)
    return out


def padded(texts: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces and mask, each of shape (n, longest), int64."""
    longest = max(len(t) for t in texts)
    pieces = torch.zeros(len(texts), longest, dtype=torch.int64)
    mask = torch.zeros_like(pieces)
    for row, text in enumerate(texts):
        pieces[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    return pieces, mask


def with_special(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Each text as pieces between [CLS] and [SEP], cut to what the encoder reads."""
    encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [[CLS, *e.ids[: LONGEST - 2], SEP] for e in encodings]


def save(student: Student, tokenizer: Tokenizer, folder: Path) -> None:
    """Write *student* as a sentence-transformers folder: transformer, mean pooling, normalisation.

    In the form that its versions 2 to 6 read: only those before 6 have an ONNX backend that installs (optimum-onnx 0.1 wants
    transformers below 4.58), and they know none of the names that version 6 writes.
    """
    from transformers import BertModel

    config = student.body.config
    config.vocab_size = student.pieces.num_embeddings
    bert = BertModel(config, add_pooling_layer=False)
    state = {name: value.float() for name, value in student.body.state_dict().items()}
    state["embeddings.word_embeddings.weight"] = student.pieces.weight.detach()
    bert.load_state_dict(state)
    bert.save_pretrained(folder)
    own = type(tokenizer).from_str(tokenizer.to_str())
    own.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)])
    own.save(str(folder / "tokenizer.json"))
    for name, content in _folder(config.hidden_size).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def _folder(width: int) -> dict[str, Any]:
    """What sentence-transformers wants beside the transformer and its vocabulary, by file."""
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")}
    return {
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": LONGEST,
            **names,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"}
            for i, (path, name) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": LONGEST, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {}, "similarity_fn_name": "cosine"},
        "1_Pooling/config.json": {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
    }
