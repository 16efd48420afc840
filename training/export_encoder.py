"""From a trained encoder to the folders that are kept: int8 ONNX for the package, float16 to train further from."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
from safetensors.numpy import load_file, save_file

from newsearch.indexer.embedders.bilingual import FORMAT, LONGEST
from newsearch.indexer.files import write_whole
from training.graph import encoder_graph

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = (
    "config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
)
"""What sentence-transformers needs beside the weights."""


def export_encoder(model: Path, to: Path) -> str:
    """Write the encoder in *model* to *to* as int8 ONNX, as `BilingualEmbedder.open` and sentence-transformers read it.

    Args:
        model: A sentence-transformers folder of a BERT with model.safetensors.
        to: Made where it is not there.

    Returns:
        The fingerprint: SHA-256 of the graph and the vocabulary.
    """
    config = orjson.loads((model / "config.json").read_bytes())
    weights = load_file(model / "model.safetensors")
    weights = {name: value.astype(np.float32) for name, value in weights.items()}
    places = "embeddings.position_embeddings.weight"
    weights[places] = weights[places][:LONGEST]
    layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
    graph = encoder_graph(weights, layers, heads, config["layer_norm_eps"])
    _copy_folder(model, to)
    (to / "onnx").mkdir(exist_ok=True)
    data = graph.SerializeToString(deterministic=True)
    write_whole(to / "onnx" / "model.onnx", lambda file: file.write(data))
    fingerprint = hashlib.sha256(data + (to / "tokenizer.json").read_bytes()).hexdigest()
    facts = {
        "format": FORMAT,
        "name": "bilingual",
        "fingerprint": fingerprint,
        "dimension": config["hidden_size"],
        "vocabulary": len(weights["embeddings.word_embeddings.weight"]),
    }
    write_whole(to / "model.json", lambda file: file.write(orjson.dumps(facts, option=orjson.OPT_INDENT_2)))
    return fingerprint


def keep_master(model: Path, to: Path) -> None:
    """Copy the encoder in *model* to *to* with its weights in float16."""
    _copy_folder(model, to)
    weights = load_file(model / "model.safetensors")
    save_file(
        {name: value.astype(np.float16) for name, value in weights.items()}, to / "model.safetensors", {"format": "pt"}
    )


def _copy_folder(model: Path, to: Path) -> None:
    for name in FOLDER:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model / name, to / name)
