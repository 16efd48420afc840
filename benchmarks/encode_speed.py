"""Passages a second: the shipped int8 encoder against sentence-transformers with the same weights in float32.

    python -m benchmarks.encode_speed

Both read the same 1,024 passages of the evaluation archive, with all cores: newsearch in pieces, as a build has them; the
baseline as text, 32 at a time, sorted by length, as `SentenceTransformer.encode` does it. In turn, in one process.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.build_speed import SAMPLE, passages_of
from benchmarks.common import seconds, show, unpack_archive
from newsearch.indexer.builder import build
from newsearch.indexer.embedders.base import Inputs
from newsearch.indexer.embedders.bilingual import BilingualEmbedder
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable

MASTER = Path(__file__).parents[1] / "training" / "checkpoint"
RUNS = 3


def sample_passages() -> list[str]:
    """Passages of the evaluation archive, at random with a fixed seed."""
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "i"
        build(index, Settings((unpack_archive(Path(name)),), "static"), lambda *_: None)
        return random.Random(0).sample(passages_of(index), SAMPLE)


def main() -> None:
    """Measure both in turn, after a warm-up."""
    from sentence_transformers import SentenceTransformer

    texts = sample_passages()
    table = StaticTable.open()
    inputs = Inputs(texts, table.pieces_of(texts))
    own = BilingualEmbedder.open(table)
    other = SentenceTransformer(str(MASTER), device="cpu").float()
    other.encode(texts[:64])
    mine = seconds(lambda: own.embed_passages(inputs), RUNS)
    theirs = seconds(lambda: other.encode(texts, batch_size=32, show_progress_bar=False), RUNS)
    query = seconds(lambda: own.embed_queries(["which firms require proof AI can't do the job"]), 50)
    reference = other.encode(texts[:200], normalize_embeddings=True)
    cosines = (own.embed_passages(inputs)[:200] * reference).sum(axis=1)
    show(
        {
            "int8 ONNX, passages/s": round(SAMPLE / mine),
            "sentence-transformers, same weights, float32, passages/s": round(SAMPLE / theirs, 1),
            "ratio": round(theirs / mine, 1),
            "one query, ms": round(1000 * query, 1),
            "cosine of both, 200 passages, mean and least": [round(float(f(cosines)), 4) for f in (np.mean, np.min)],
        }
    )


if __name__ == "__main__":
    main()
