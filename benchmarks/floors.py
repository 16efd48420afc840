"""The quality floors of the default model, measured: each figure, its standard error, and the figure less two of them.

    python -m benchmarks.floors            # prints what it would write
    python -m benchmarks.floors --write    # into tests/quality/floors.json, where a floor is only ever raised

Five minutes on two cores, most of them for the index of the evaluation archive.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import SHARED, shared, unpack_archive
from benchmarks.xquad import measure as measure_xquad
from newsearch.indexer.builder import build
from newsearch.indexer.embedders import DEFAULT, load_embedder
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.search import Searcher
from newsearch.search.evaluation import evaluate
from newsearch.search.judged import read_queries
from newsearch.search.metrics import per_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ROOT / "tests" / "quality" / "floors.json"
DATA = (
    "eval/articles.jsonl.xz",
    "eval/queries.jsonl",
    "eval/xquad.de.json",
    "eval/xquad.en.json",
    "sample/queries.jsonl",
)
GROUPS = {"all": ("MRR@10",), "en→de": ("R@10", "MRR@10"), "de→de": ("R@10", "MRR@10")}
Floors = dict[str, dict[str, dict[str, float]]]


def figure(values: NDArray[np.float64]) -> dict[str, float]:
    """Mean over the queries, its standard error, and the floor, none below 0."""
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    floor = max(0.0, math.floor(1000 * (values.mean() - 2 * error)) / 1000)
    return {"measured": round(float(values.mean()), 4), "standard error": round(error, 4), "floor": floor}


def over(sources: Sequence[Path], queries: Path) -> dict[str, Floors]:
    """Figures of judged queries over an index of *sources*: one hit an article, and every passage for itself."""
    out: dict[str, Floors] = {}
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "i"
        build(index, Settings(tuple(sources), DEFAULT), lambda *_: None)
        searcher = Searcher.open(index)
        for leg, collapse in (("", True), (", every passage", False)):
            outcomes = evaluate(searcher, read_queries(queries), lambda _: None, collapse=collapse).outcomes
            answerable = [o for o in outcomes if o.query.answerable]
            out[leg] = {}
            for group, measures in GROUPS.items():
                ranks = [o.rank for o in answerable if group in ("all", o.pair)]
                out[leg][group] = {m: figure(per_query(ranks)[m]) for m in measures}
    return out


def measure() -> dict[str, Floors]:
    """All figures of the default model."""
    with tempfile.TemporaryDirectory() as name:
        archive = over((unpack_archive(Path(name)), SHARED / "seeds"), shared("eval/queries.jsonl"))
    out = {f"archive{leg}": groups for leg, groups in archive.items()}
    sample = over((ROOT / "sample" / "archive",), ROOT / "sample" / "queries.jsonl")[""]
    out["sample"] = {"all": sample["all"]}
    table = StaticTable.open()
    for leg, pairs in measure_xquad(table, load_embedder(DEFAULT, table)).items():
        out[f"xquad, {leg}"] = {pair: {"nDCG@10": figure(values)} for pair, values in pairs.items()}
    return out


def raised(new: dict[str, Floors], old: dict[str, Floors]) -> dict[str, Floors]:
    """*new*, but for figures whose floor would fall: those stay as they are in *old*."""
    return {
        leg: {
            group: {
                name: max(now, old.get(leg, {}).get(group, {}).get(name, now), key=lambda f: f["floor"])
                for name, now in figures.items()
            }
            for group, figures in groups.items()
        }
        for leg, groups in new.items()
    }


def main() -> None:
    """Measure, and print or write."""
    floors: dict[str, Any] = json.loads(FLOORS.read_text("utf-8"))
    floors[DEFAULT] = raised(measure(), floors.get(DEFAULT, {}))
    paths = {name: ROOT / name if name.startswith("sample") else shared(name) for name in DATA}
    floors["data"] = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items()}
    text = json.dumps(floors, indent=2, ensure_ascii=False)
    if "--write" in sys.argv:
        FLOORS.write_text(f"{text}\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
