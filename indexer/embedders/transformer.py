"""Any sentence-transformers model as an embedder. The only file that imports torch."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from newsearch.corpus.errors import ModelError
from newsearch.indexer.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.indexer.embedders.base import Inputs

BATCH: Final = 32
UNLIMITED: Final = 1 << 30
"""What a model reads that states no longest input."""

UNREAD: Final = ("onnx", "openvino", ".git", ".cache")
"""Folders of a model that hold other exports of it."""


_ROLES: Final = {"document": ("document", "passage", "corpus")}
"""Names of prompts in the order in which sentence-transformers' encode_document looks for them."""


class TransformerEmbedder:
    """A sentence-transformers model: its own prompts for queries and documents, no remote code, safetensors only."""

    def __init__(self, name: str, model: Any, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self._model = model

    @classmethod
    def load(cls, name: str, threads: int | None = None) -> TransformerEmbedder:
        """The model in the folder or of the hub name *name*, on the GPU where there is one.

        Args:
            name: A folder, or a name on the hub.
            threads: Cores that it may keep busy where it runs on the processor; torch's own choice where None.

        Raises:
            ModelError: It is not there and cannot be fetched, or brings no safetensors weights.
        """
        import sentence_transformers
        import torch
        from safetensors import SafetensorError
        from transformers.utils import logging

        if threads:
            torch.set_num_threads(threads)
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # of loading weights, between a user's question and its answer
        try:
            model = sentence_transformers.SentenceTransformer(
                name, trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except (OSError, ValueError, SafetensorError, UnpicklingError) as exc:
            raise ModelError(
                f"The model {name!r} cannot be had ({_first_line(exc)}). Wanted: static, a folder that sentence-transformers "
                "reads with safetensors weights, or the name of one on the hub and a network. "
                "Without a network, copy the model's folder here and name that."
            ) from exc
        fingerprint = fingerprint_of(name, model)
        if model.device.type == "cuda":
            # half the memory and twice the speed; the fingerprint is of the weights as they came
            model = model.bfloat16() if torch.cuda.is_bf16_supported() else model.half()
        return cls(name, model, fingerprint)

    @property
    def dimension(self) -> int:
        """The model's width."""
        return int(self._model.get_embedding_dimension())

    @property
    def max_pieces(self) -> int:
        """What the model reads, its special pieces counted in."""
        longest = self._model.max_seq_length
        return int(longest) if longest and math.isfinite(longest) else UNLIMITED

    def count_pieces(self, inputs: Inputs) -> NDArray[np.int64]:
        """Pieces of each input, special ones and the prompt counted in, shape (n,)."""
        prompt = self._prompt("document")
        return np.array([len(ids) for ids in self._pieces_of([prompt + t for t in inputs.texts])], np.int64)

    def _pieces_of(self, texts: list[str]) -> list[list[int]]:
        tokenizer = self._model.tokenizer
        if not texts:  # which transformers' tokenizers do not take
            return []
        if hasattr(tokenizer, "encode_batch"):  # a static model's bare tokenizers.Tokenizer adds nothing special
            return [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
        return cast("list[list[int]]", tokenizer(texts, truncation=False, verbose=False)["input_ids"])

    def embed_passages(self, inputs: Inputs) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        return self._encode(self._model.encode_document, list(inputs.texts))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        return self._encode(self._model.encode_query, list(texts))

    def _encode(self, encode: Any, texts: list[str]) -> NDArray[np.float32]:
        out = encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        return cast("NDArray[np.float32]", np.asarray(out, np.float32).reshape(len(texts), self.dimension))

    def _prompt(self, role: str) -> str:
        prompts: dict[str, str] = self._model.prompts or {}
        return next((prompts[r] for r in _ROLES[role] if r in prompts), None) or ""


def fingerprint_of(name: str, model: Any) -> str:
    """Digest of the model's files where it is a folder, else of its weights and tokenizer as loaded.

    A name would not do: what a hub serves under a name changes.
    """
    digest = hashlib.sha256()
    folder = Path(name)
    if folder.is_dir():
        for path in sorted(
            p for p in folder.rglob("*") if p.is_file() and not set(UNREAD) & set(p.relative_to(folder).parts)
        ):
            digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
        return digest.hexdigest()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    digest.update(tokenizer.to_str().encode() if hasattr(tokenizer, "to_str") else repr(tokenizer).encode())
    digest.update(f"{model!r} {sorted((model.prompts or {}).items())}".encode())  # with the pooling's settings
    return digest.hexdigest()


def _first_line(exc: Exception) -> str:
    return (str(exc).splitlines() or [type(exc).__name__])[0][:200]
