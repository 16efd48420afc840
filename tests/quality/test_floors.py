"""Quality never falls below what floors.json holds.

A floor is a measured figure less two standard errors; the static table's are a little below its figures. Floors are only
ever raised; docs/quality.md has the figures.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.xquad import measure as measure_xquad
from newsearch.indexer.builder import build
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.search import Searcher
from newsearch.search.evaluation import Evaluation, evaluate
from newsearch.search.judged import read_queries

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))
MODELS = ("static", "bilingual")


def below(result: Evaluation, floors: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    """What is below its floor, in words."""
    return [
        f"{group} {name}: {result.groups[group][1][name].value:.4f} < {figure['floor']}"
        for group, measures in floors.items()
        for name, figure in measures.items()
        if result.groups[group][1][name].value < figure["floor"]
    ]


@pytest.mark.parametrize(("of", "name"), list(FLOORS["data"].items()), ids=lambda value: value if "." in value else "")
def test_floors_are_of_this_data(of: str, name: str) -> None:
    """A figure over other data would be another figure."""
    path = (ROOT if of.startswith("sample") else SHARED) / of
    if not path.exists():
        pytest.skip(f"{of} is not part of the repository")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == name


def test_a_floor_is_its_figure_less_two_standard_errors() -> None:
    for legs in FLOORS["bilingual"].values():
        for measures in legs.values():
            for figure in measures.values():
                assert figure["floor"] == pytest.approx(figure["measured"] - 2 * figure["standard error"], abs=0.0011)


def test_the_static_table_over_the_archive(by_static: Searcher) -> None:
    """The judged queries over 4,773 articles (and the seed), at passages a person can read."""
    result = evaluate(by_static, read_queries(SHARED / "eval" / "queries.jsonl"), lambda _: None)
    assert not below(result, FLOORS["static"]["archive"])
    assert result.median_length <= 400


@pytest.mark.slow
@pytest.mark.parametrize("leg", ["archive", "archive, every passage"])
def test_the_encoder_over_the_archive(by_encoder: Searcher, leg: str) -> None:
    """The same with the default model, one hit an article and every passage for itself."""
    queries = read_queries(SHARED / "eval" / "queries.jsonl")
    result = evaluate(by_encoder, queries, lambda _: None, collapse=leg == "archive")
    assert not below(result, FLOORS["bilingual"][leg])
    assert result.median_length <= 400


@pytest.mark.parametrize("model", MODELS)
def test_the_sample_archive(tmp_path: Path, model: str) -> None:
    """The judged queries over the archive that ships: the one floor that holds wherever the tests run."""
    sample = ROOT / "sample"
    build(tmp_path / "i", Settings((sample / "archive",), model), lambda *_: None)
    queries = read_queries(sample / "queries.jsonl")
    for query in queries:
        assert not query.answerable or query.gold
    result = evaluate(Searcher.open(tmp_path / "i"), queries, lambda _: None)
    assert not below(result, FLOORS[model]["sample"])


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_xquad(model: str) -> None:
    """Paragraph form, questions and paragraphs in both languages, the dense leg alone and both together."""
    if not (SHARED / "eval" / "xquad.de.json").exists():
        pytest.skip("XQuAD is not part of the repository: ../shared/eval")
    table = StaticTable.open()
    found = measure_xquad(table, load_embedder(model, table))
    assert not [
        f"{leg} {pair} {found[leg][pair].mean():.4f} < {figure['nDCG@10']['floor']}"
        for leg in found
        for pair, figure in FLOORS[model].get(f"xquad, {leg}", {}).items()
        if found[leg][pair].mean() < figure["nDCG@10"]["floor"]
    ]
