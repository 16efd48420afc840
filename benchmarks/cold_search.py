"""A cold search as a whole process, against a script that imports sentence_transformers and searches as many passages.

    python -m benchmarks.cold_search            # the default model; two minutes go into building its index
    python -m benchmarks.cold_search static

The baseline loads all-MiniLM-L6-v2 from its folder and as many vectors as the index has passages from one .npy file, embeds
the question and takes the best ten by a matrix product. Its vectors are random: only its time counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.common import minilm_folder, seconds, show, unpack_archive
from newsearch.indexer.builder import build
from newsearch.indexer.embedders import DEFAULT
from newsearch.indexer.settings import Settings

QUESTION = "which firms require proof AI can't do the job"
RUNS = 15
BASELINE = """
import sys
import numpy as np
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1])
vectors = np.load(sys.argv[2])
scores = vectors @ model.encode([sys.argv[3]], normalize_embeddings=True)[0]
print(np.argsort(-scores)[:10])
"""


def run(*command: str) -> None:
    """Run a process to its end; an error ends the benchmark."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """Measure all three, a warm-up run before each."""
    newsearch = str(Path(sys.executable).with_name("newsearch"))
    model = sys.argv[1] if len(sys.argv) > 1 else DEFAULT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index, vectors = folder / "a.index", folder / "vectors.npy"
        report = build(index, Settings((unpack_archive(folder),), model), lambda *_: None)
        np.save(vectors, np.random.default_rng(0).standard_normal((report.passages, 384), np.float32))
        search = (newsearch, "search", QUESTION, "--index", str(index))
        baseline = (sys.executable, "-c", BASELINE, minilm_folder(), str(vectors), QUESTION)
        timed = {}
        for what, command in {"help": (newsearch, "--help"), "search": search, "baseline": baseline}.items():
            run(*command)
            timed[what] = seconds(lambda command=command: run(*command), RUNS if what != "baseline" else 5)  # type: ignore[misc]
    show(
        {
            "newsearch --help, median s": round(timed["help"], 3),
            "model": model,
            "newsearch search, median s": round(timed["search"], 3),
            "script with sentence_transformers, median s": round(timed["baseline"], 2),
            "ratio": round(timed["baseline"] / timed["search"], 1),
            "passages": report.passages,
        }
    )


if __name__ == "__main__":
    main()
