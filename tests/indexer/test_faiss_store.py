"""The vector store, judged by numpy."""

from __future__ import annotations

import gc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.stores import faiss_store, nearest
from newsearch.indexer.stores.faiss_store import FaissStore, Scan
from newsearch.indexer.stores.nearest import nearest_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def vectors_of(number: int, dimension: int = 16, seed: int = 0) -> NDArray[np.float16]:
    """Random unit vectors; every fifth is the one before it once more, as wire copy is."""
    rows = np.random.default_rng(seed).standard_normal((number, dimension))
    rows[4::5] = rows[3::5][: len(rows[4::5])]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def judge(vectors: NDArray[np.float16], query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_]) -> list[int]:
    """Numbers of the *k* best that are allowed, best first, ties by number; cosines in float64."""
    scores = vectors.astype(np.float64) @ query.astype(np.float64)
    best = sorted(np.flatnonzero(allowed).tolist(), key=lambda n: (-round(scores[n], 9), n))
    return best[:k]


@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 320), st.sampled_from([None, 0.0, 0.02, 0.5, 1.0]))
@settings(max_examples=60, deadline=None)
def test_the_store_finds_what_numpy_finds(seed, number, k, share):
    """The same passages in the same order, with the same scores; also filtered, and where k is more than there is."""
    vectors = vectors_of(number, seed=seed)
    rng = np.random.default_rng(seed + 1)
    allowed = None if share is None else rng.random(number) < share
    queries = vectors_of(3, seed=seed + 2).astype(np.float32)
    for query, found in zip(queries, FaissStore.of(vectors).search(queries, k, allowed), strict=True):
        wanted = judge(vectors, query, k, np.ones(number, bool) if allowed is None else allowed)
        exact = vectors.astype(np.float64) @ query.astype(np.float64)
        assert len(found.numbers) == len(wanted)
        assert found.scores == pytest.approx(exact[found.numbers], abs=1e-5)
        assert exact[found.numbers] == pytest.approx(exact[wanted], abs=1e-5)
        assert (np.diff(found.scores) <= 0).all()
        assert len(set(found.numbers.tolist())) == len(found.numbers)
        assert (found.numbers.dtype, found.scores.dtype) == (np.int64, np.float32)


def test_neighbours_of_a_small_store_by_hand():
    store = FaissStore.of(np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], np.float16))
    (found,) = store.search(np.array([[1, 0]], np.float32), 10)
    assert found.numbers.tolist() == [0, 2, 1, 3]
    assert found.scores.tolist() == pytest.approx([1, 0.6, 0, -1], abs=1e-3)
    assert (len(store), store.dimension) == (4, 2)


def test_a_filter_is_applied_before_the_search():
    """The best two of what is allowed, not what is allowed of the best two."""
    store = FaissStore.of(np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1]], np.float16))
    (found,) = store.search(np.array([[1, 0]], np.float32), 2, np.array([False, False, True, True]))
    assert found.numbers.tolist() == [2, 3]


@pytest.mark.parametrize("number", [1, 7, 8, 9, 64, 65])
def test_a_filter_reaches_the_last_passage(number):
    """The bitmap is packed in bytes, and the last one may be part empty."""
    store = FaissStore.of(vectors_of(number))
    allowed = np.zeros(number, bool)
    allowed[-1] = True
    (found,) = store.search(vectors_of(1, seed=5).astype(np.float32), 10, allowed)
    assert found.numbers.tolist() == [number - 1]


def test_fewer_come_back_where_fewer_are_allowed_and_never_a_minus_one():
    store = FaissStore.of(vectors_of(20))
    queries = vectors_of(2, seed=3).astype(np.float32)
    assert [len(n.numbers) for n in store.search(queries, 50)] == [20, 20]
    allowed = np.arange(20) < 3
    assert [sorted(n.numbers.tolist()) for n in store.search(queries, 50, allowed)] == [[0, 1, 2], [0, 1, 2]]
    nothing = store.search(queries, 5, np.zeros(20, bool))
    assert [n.numbers.tolist() for n in nothing] == [[], []]
    assert [n.numbers.tolist() for n in store.search(queries, 0)] == [[], []]


@pytest.mark.parametrize("k", [1, 2, 5, 40])
def test_ties_are_ordered_by_passage_number(k):
    """One text in 40 papers: also which of them are found is settled, by their number."""
    vectors = np.repeat(vectors_of(1), 40, axis=0)
    (found,) = FaissStore.of(vectors).search(vectors[:1].astype(np.float32), k)
    assert found.numbers.tolist() == list(range(k))


def test_an_empty_store_answers(tmp_path):
    store = FaissStore.of(np.zeros((0, 16), np.float16))
    (found,) = store.search(vectors_of(1).astype(np.float32), 5)
    assert found.numbers.tolist() == []
    (tmp_path / "v").write_bytes(FaissStore.head_of(0, 16))
    assert FaissStore.open(tmp_path / "v").vectors().shape == (0, 16)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of 200 vectors on disk."""
    path = tmp_path / "vectors.faiss"
    path.write_bytes(FaissStore.head_of(200, 16) + vectors_of(200).tobytes())
    return path


def test_an_opened_store_holds_the_same_vectors_to_the_bit_and_answers_alike(path):
    opened, made = FaissStore.open(path), FaissStore.of(vectors_of(200))
    assert opened.vectors().tobytes() == made.vectors().tobytes() == vectors_of(200).tobytes()
    queries = vectors_of(5, seed=9).astype(np.float32)
    for one, other in zip(opened.search(queries, 10), made.search(queries, 10), strict=True):
        assert one.numbers.tolist() == other.numbers.tolist()
        assert one.scores.tolist() == other.scores.tolist()


@pytest.mark.parametrize("opened", [True, False])
def test_the_vectors_outlive_the_store(path, opened):
    """They are FAISS's own memory; a store that nobody holds any more must not take it away."""
    vectors = (FaissStore.open(path) if opened else FaissStore.of(vectors_of(200))).vectors()
    gc.collect()
    _ = [np.ones((200, 16), np.float16) for _ in range(50)]
    assert vectors.tobytes() == vectors_of(200).tobytes()


@pytest.mark.parametrize("damage", ["missing", "empty", "junk", "cut", "kind"])
def test_a_file_that_is_no_store_says_what_to_do(path, damage):
    raw = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "junk": b"junk" * 99, "cut": raw[:-1], "kind": b"XXXX" + raw[4:]}[damage])
    with pytest.raises(DamagedIndexError, match=rf"{path} is no FAISS index .*newsearch rebuild") as caught:
        FaissStore.open(path)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4


@given(st.lists(st.integers(0, 199), max_size=40), st.sampled_from([0, 10**9]), st.sampled_from([7, 500]))
@settings(max_examples=30, deadline=None)
def test_cosines_of_some_are_those_of_their_vectors_mapped_or_read_in_runs_or_one_by_one(numbers, mapped, together):
    vectors = vectors_of(200)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_store, "MAPPED_UP_TO", mapped)
        patch.setattr(faiss_store, "TOGETHER", together)
        path = Path(folder) / "vectors.faiss"
        store = FaissStore.of(vectors, Scan.of(vectors, 5))
        path.write_bytes(FaissStore.head_of(*vectors.shape) + vectors.tobytes())
        opened = FaissStore.open(path, store.scan)
        query = vectors[7].astype(np.float32)
        found = opened.cosines(query, np.array(numbers, np.int64))
    assert found == pytest.approx(vectors[numbers].astype(np.float32) @ query, abs=1e-6)


def test_a_search_leaves_faiss_its_threads():
    """One query takes one of them; what comes after in this thread has them all again."""
    before = faiss.omp_get_max_threads()
    FaissStore.of(vectors_of(20)).search(vectors_of(1).astype(np.float32), 3)
    assert faiss.omp_get_max_threads() == before


def test_a_file_is_that_of_faiss_to_the_byte():
    """Its head is put together without FAISS, which would copy all vectors for it."""
    vectors = vectors_of(200)
    index = faiss.IndexScalarQuantizer(16, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.add(vectors.astype(np.float32))
    assert FaissStore.head_of(*vectors.shape) + vectors.tobytes() == faiss.serialize_index(index).tobytes()


@given(st.integers(1, 300), st.integers(1, 12), st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_many_queries_at_once_find_what_one_by_one_find(number, k, seed):
    vectors, queries = vectors_of(number, seed=seed), vectors_of(3, seed=seed + 1).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "BLOCK", 70)  # several, the last one shorter than k
        found = nearest_of(vectors, queries, k)
    for query, one, other in zip(queries, found, FaissStore.of(vectors).search(queries, k), strict=True):
        assert vectors[one.numbers].astype(np.float32) @ query == pytest.approx(one.scores, abs=1e-5)
        assert one.scores == pytest.approx(other.scores, abs=1e-6)
        assert len(set(one.numbers.tolist())) == len(other.numbers)


@given(st.lists(st.integers(-100, 299), min_size=1, max_size=120, unique=True), st.sampled_from([16, 15, 6]))
@settings(max_examples=30, deadline=None)
def test_a_scan_brought_up_to_date_is_that_of_all_vectors_coded_anew(numbers, dimension):
    """To the byte, by the codes that it was fitted to; whatever stays, goes, comes or moves."""
    before, new = vectors_of(300, dimension), vectors_of(120, dimension, seed=1)
    kept = np.maximum(np.array(numbers, np.int64), -1)
    now = np.where(kept[:, None] >= 0, before[kept], new[: len(kept)])
    scan = Scan.of(before, 5)
    found = scan.updated(now, kept, 7)
    scan.index.reset()
    scan.index.add(now.astype(np.float32))
    assert found.serialised().tobytes() == scan.serialised().tobytes()
    assert (len(found), found.candidates) == (len(numbers), 7)
