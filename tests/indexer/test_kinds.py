"""Above some number of vectors a scan brings in the candidates: how it is chosen, what it finds, what it may not change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from changing import model_of, silent, state, write_source
from crashes import article_to_remove

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.generation import SCAN, Generation
from newsearch.indexer.layout import Layout
from newsearch.indexer.manifest import NAME, describe_files, pack
from newsearch.indexer.settings import Settings
from newsearch.indexer.stores import kinds
from newsearch.indexer.stores.faiss_store import FaissStore, Scan
from newsearch.indexer.stores.kinds import recall_of, sample_queries, scan_of
from newsearch.indexer.takedown import take_down
from newsearch.indexer.verification import verify
from newsearch.search import Searcher

if TYPE_CHECKING:
    from pathlib import Path

LADDER = (20, 100, 400, 1_000)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 1,000 vectors were many."""
    monkeypatch.setattr(kinds, "EXACT_UP_TO", 1_000)
    monkeypatch.setattr(kinds, "LADDER", LADDER)


def unit_vectors(number: int, dimension: int = 64, seed: int = 0) -> np.ndarray:
    """Around 40 directions, as the stories of an archive are; every fifth twice, as wire copy is, and one of no known word."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((40, dimension))[rng.integers(0, 40, number)] + rng.standard_normal((number, dimension))
    rows[4::5] = rows[3::5][: len(rows[4::5])]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[7] = 0
    return rows.astype(np.float16)


def store_of(vectors: np.ndarray) -> tuple[FaissStore, dict[str, Any]]:
    """The store that a build gives *vectors*, and what was measured."""
    scan, measured = scan_of(vectors)
    return FaissStore.of(vectors, scan), measured


def best_ten(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """The ten highest cosines, by numpy."""
    return np.sort(vectors.astype(np.float64) @ query.astype(np.float64))[::-1][:10]


def share_found(vectors: np.ndarray, queries: np.ndarray, found: np.ndarray) -> float:
    """How many of the *found* are as near to their query as its tenth best, of ten at most."""
    pairs = zip(queries, found, strict=True)
    near = [np.sum(vectors[f].astype(np.float64) @ q >= best_ten(vectors, q)[9] - 1e-6) for q, f in pairs]
    return float(np.minimum(near, 10).mean()) / 10


def test_few_vectors_get_no_scan(few: None) -> None:
    store, measured = store_of(unit_vectors(1_000))
    assert (store.scan, measured) == (None, {"kind": "exact"})


def test_the_fewest_candidates_that_find_enough_are_chosen(few: None) -> None:
    """By numpy: with so many .995 of the best ten of the sampled queries are found, with the next fewer they are not."""
    vectors = unit_vectors(4_000)
    store, measured = store_of(vectors)
    assert store.scan
    queries = sample_queries(vectors)
    shares = {c: share_found(vectors, queries, store.scan.find(queries, c)) for c in LADDER}
    chosen = measured["candidates"]
    assert chosen == store.scan.candidates == min(c for c in LADDER if shares[c] >= 0.995)
    assert chosen > LADDER[0]  # else the test would not tell
    assert (measured["kind"], measured["queries"]) == ("scan", kinds.SAMPLE)
    assert measured["recall@10"] == pytest.approx(shares[chosen], abs=1e-3)  # of equal ones either may be the tenth
    assert recall_of(store, 16) >= 0.98


def test_where_no_number_of_candidates_finds_enough_all_vectors_are_looked_at(
    few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "LADDER", (10, 11))
    store, measured = store_of(unit_vectors(4_000))
    assert (store.scan, measured["kind"]) == (None, "exact")
    assert measured["recall@10 of a scan"] < 0.995


def test_sampled_queries_are_unit_vectors_and_always_the_same() -> None:
    vectors = unit_vectors(3_000)
    queries = sample_queries(vectors)
    assert np.linalg.norm(queries, axis=1) == pytest.approx(1, abs=1e-3)
    assert (queries.shape, queries.dtype) == ((kinds.SAMPLE, 64), np.float32)
    assert queries.tobytes() == sample_queries(vectors.copy()).tobytes()


def test_what_a_scanned_search_finds_has_its_cosine_and_is_in_order(few: None) -> None:
    vectors = unit_vectors(4_000)
    store, _ = store_of(vectors)
    queries = unit_vectors(10, seed=3).astype(np.float32)
    for query, found in zip(queries, store.search(queries, 10), strict=True):
        assert found.scores == pytest.approx(vectors[found.numbers].astype(np.float64) @ query, abs=1e-5)
        assert (np.diff(found.scores) <= 0).all()
        assert len(set(found.numbers.tolist())) == 10


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.9])
def test_under_a_filter_none_is_missing(few: None, share: float) -> None:
    """A scan takes no filter: what is left after it would be fewer than asked for, or other ones."""
    vectors = unit_vectors(5_000)
    store, _ = store_of(vectors)
    allowed = np.random.default_rng(1).random(5_000) < share
    queries = unit_vectors(10, seed=3).astype(np.float32)
    for query, found in zip(queries, store.search(queries, 10, allowed), strict=True):
        assert allowed[found.numbers].all()
        assert found.scores == pytest.approx(best_ten(vectors[allowed], query), abs=1e-5)


def test_more_than_a_third_is_looked_at_in_whole(few: None) -> None:
    """A scan of so many candidates would be slower, and could still miss one."""
    vectors = unit_vectors(2_000)
    store, _ = store_of(vectors)
    (found,) = store.search(vectors[:1].astype(np.float32), 1_500)
    (exact,) = store.search_exactly(vectors[:1].astype(np.float32), 1_500)
    assert found.numbers.tolist() == exact.numbers.tolist()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of some 500 passages, as if that were many; one rebuild."""
    monkeypatch.setattr(kinds, "EXACT_UP_TO", 100)
    monkeypatch.setattr(kinds, "LADDER", (10, 30, 80, 150))
    monkeypatch.setattr(kinds, "TARGET", 0.95)  # many of these passages are alike
    embedder, table = model_of("toy")
    write_source(tmp_path / "a.jsonl", state(0, 300))
    build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), "toy"), silent, embedder, table)
    write_source(tmp_path / "a.jsonl", state(1, 300))
    rebuild(tmp_path / "i", silent, embedder=embedder, table=table)
    return tmp_path / "i"


def test_a_generation_with_a_scan_is_sound_and_says_what_was_measured(index: Path) -> None:
    generation = Layout(index).open_current()
    assert generation.store.scan
    assert SCAN in generation.manifest.files
    assert generation.manifest.measured["dense"]["recall@10"] >= 0.9
    assert verify(generation, *model_of("toy")) == []
    assert Searcher(generation, *model_of("toy")).search("Kai 3 im Wind").hits


def test_a_rebuild_ends_with_the_scan_of_a_fresh_build(index: Path, tmp_path: Path) -> None:
    build(tmp_path / "fresh", Settings((tmp_path / "a.jsonl",), "toy"), silent, *model_of("toy"))
    assert Layout(index).open_current().manifest.files == Layout(tmp_path / "fresh").open_current().manifest.files


def changed(index: Path, number: int) -> dict[str, Any]:
    """What is measured of the scan when so many articles of *index* have changed."""
    articles = state(1, 300)
    for article in articles[:number]:
        article["text"] = f"Neues vom Lotsen. {article['text']}"
    write_source(index.parent / "a.jsonl", articles)
    embedder, table = model_of("toy")
    rebuild(index, silent, embedder=embedder, table=table)
    measured: dict[str, Any] = Layout(index).open_current().manifest.measured["dense"]
    return measured


def test_few_changes_leave_the_codes_as_they_were_fitted_and_many_do_not(index: Path) -> None:
    """The vectors that changed are coded by them; counted since they were fitted, over several rebuilds."""
    before = Layout(index).open_current()
    passages = len(before.article_of)
    assert before.manifest.measured["dense"]["fitted"] == passages
    few, now = changed(index, 20), Layout(index).open_current()
    assert few | {"fitted": passages, "since": int(now.spans.lengths[:20].sum())} == few
    assert before.store.scan
    assert now.store.scan
    vectors = now.store.vectors()
    wanted = before.store.scan.updated(vectors, np.full(len(vectors), -1), few["candidates"])
    assert now.store.scan.serialised().tobytes() == wanted.serialised().tobytes()
    assert verify(now, *model_of("toy")) == []
    many = changed(index, 60)  # 20 of them as they were: counted is what came since the codes were fitted
    assert many | {"fitted": len(Layout(index).open_current().article_of), "since": 0} == many


def test_a_takedown_writes_a_scan_without_the_article(index: Path) -> None:
    before = Layout(index).open_current()
    take_down(index, article_to_remove(index, "toy"))
    after = Layout(index).open_current()
    assert after.store.scan
    assert len(after.store.scan) == len(after.article_of) < len(before.article_of)
    assert verify(after, *model_of("toy")) == []


def with_scan(generation: Generation, scan: Scan) -> Generation:
    """The generation with another scan, whose size and hash fit its manifest."""
    (generation.folder / SCAN).unlink()
    (generation.folder / SCAN).write_bytes(scan.serialised().data)
    (generation.folder / NAME).unlink()
    (generation.folder / NAME).write_bytes(pack(replace(generation.manifest, files=describe_files(generation.folder))))
    return Generation(generation.folder)


def test_a_scan_of_other_vectors_is_found_out(index: Path) -> None:
    """By what it misses: no count and no hash tells."""
    generation = Layout(index).open_current()
    other = Scan.of(generation.store.vectors()[::-1].copy(), 5)
    (finding,) = verify(with_scan(generation, other), *model_of("toy"))
    assert finding.startswith("the scan beside the vectors finds 0.")


def test_codes_that_find_too_few_are_fitted_anew(index: Path) -> None:
    """The next rebuild mends a scan of other vectors, as few as have changed."""
    generation = Layout(index).open_current()
    with_scan(generation, Scan.of(generation.store.vectors()[::-1].copy(), 5))
    mended = changed(index, 20)
    assert mended["since"] == 0
    assert mended["recall@10"] >= 0.9
    assert verify(Layout(index).open_current(), *model_of("toy")) == []


def test_a_scan_of_fewer_vectors_is_damaged(index: Path) -> None:
    generation = Layout(index).open_current()
    fewer = with_scan(generation, Scan.of(generation.store.vectors()[:-1].copy(), 5))
    with pytest.raises(DamagedIndexError, match=r"holds \d+ vectors, the scan beside it \d+\. .*newsearch rebuild"):
        _ = fewer.store


def test_a_store_without_a_scan_looks_at_all(few: None) -> None:
    vectors = unit_vectors(3_000)
    (found,) = FaissStore.of(vectors).search(vectors[:1].astype(np.float32), 10)
    assert found.scores == pytest.approx(best_ten(vectors, vectors[0]), abs=1e-5)
