"""Quality never falls below what floors.json holds. Floors are only ever raised; docs/quality.md has the figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.xquad import measure as measure_xquad
from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.search import Searcher
from newsearch.search.evaluation import Evaluation, evaluate
from newsearch.search.judged import read_queries

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))


def below(result: Evaluation, floors: dict[str, dict[str, float]]) -> list[str]:
    """What is below its floor, in words."""
    return [
        f"{group} {name}: {result.groups[group][1][name].value:.4f} < {floor}"
        for group, measures in floors.items()
        for name, floor in measures.items()
        if result.groups[group][1][name].value < floor
    ]


def test_the_evaluation_archive(archive_with_seed: Searcher) -> None:
    """The judged queries over 4,773 articles (and the seed), at passages a person can read."""
    result = evaluate(archive_with_seed, read_queries(SHARED / "eval" / "queries.jsonl"), lambda _: None)
    assert not below(result, FLOORS["archive"])
    assert result.median_length <= 400


def test_the_sample_archive(tmp_path: Path) -> None:
    """The judged queries over the archive that ships: the one floor that holds wherever the tests run."""
    sample = ROOT / "sample"
    build(tmp_path / "i", Settings((sample / "archive",), "static"), lambda *_: None)
    queries = read_queries(sample / "queries.jsonl")
    for query in queries:
        assert not query.answerable or query.gold
    result = evaluate(Searcher.open(tmp_path / "i"), queries, lambda _: None)
    assert not below(result, FLOORS["sample"])


@pytest.mark.slow
def test_xquad() -> None:
    """Paragraph form, questions and paragraphs in both languages."""
    if not (SHARED / "eval" / "xquad.de.json").exists():
        pytest.skip("XQuAD is not part of the repository: ../shared/eval")
    found = measure_xquad(StaticTable.open())
    assert not [
        f"{pair} {found[pair]['nDCG@10']} < {floor}"
        for pair, floor in FLOORS["xquad"].items()
        if found[pair]["nDCG@10"] < floor
    ]
