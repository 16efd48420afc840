"""The embedding cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer.cache import KEY_BYTES, EmbeddingCache

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = "a" * 64
OTHER = "b" * 64


def rows(*numbers: float) -> NDArray[np.float16]:
    """One vector of three equal numbers each."""
    return np.repeat(np.array(numbers, np.float16)[:, None], 3, axis=1)


def filled(folder: Path, *texts: str) -> EmbeddingCache:
    """A cache in which the vector of the n-th text is n, n, n, from 1."""
    cache = EmbeddingCache(folder, MODEL, 3)
    cache.add([cache.key(t) for t in texts], rows(*range(1, len(texts) + 1)))
    return cache


def found(cache: EmbeddingCache, *texts: str) -> list[float | None]:
    vectors, known = cache.get([cache.key(t) for t in texts])
    assert vectors.shape == (len(texts), 3)
    assert vectors.dtype == np.float16
    return [float(v[0]) if k else None for v, k in zip(vectors, known, strict=True)]


def test_vectors_come_in_the_order_of_the_keys_asked_for(tmp_path):
    cache = filled(tmp_path, "eins", "zwei", "drei")
    assert found(cache, "drei", "eins", "drei", "zwei") == [3, 1, 3, 2]


def test_an_unknown_key_is_said_to_be_unknown_and_its_vector_is_zero(tmp_path):
    cache = filled(tmp_path, "eins")
    vectors, known = cache.get([cache.key("null"), cache.key("eins")])
    assert known.tolist() == [False, True]
    assert vectors.tolist() == [[0, 0, 0], [1, 1, 1]]


def test_nothing_asked_for_is_nothing_found(tmp_path):
    vectors, known = filled(tmp_path, "eins").get([])
    assert (vectors.shape, known.shape) == ((0, 3), (0,))


def test_a_cache_that_is_not_there_yet_knows_nothing_and_makes_no_folder(tmp_path):
    cache = EmbeddingCache(tmp_path / "cache", MODEL, 3)
    assert found(cache, "eins") == [None]
    cache.add([], rows())
    assert not (tmp_path / "cache").exists()


def test_the_next_run_finds_what_this_one_kept(tmp_path):
    first = filled(tmp_path, "eins", "zwei")
    first.add([first.key("drei")], rows(7))
    assert found(EmbeddingCache(tmp_path, MODEL, 3), "drei", "zwei", "eins", "vier") == [7, 2, 1, None]


def test_vectors_come_back_to_the_bit(tmp_path):
    cache = EmbeddingCache(tmp_path, MODEL, 16)
    vectors = np.random.default_rng(0).standard_normal((50, 16)).astype(np.float16)
    keys = [cache.key(str(n)) for n in range(50)]
    cache.add(keys[:20], vectors[:20])
    cache.add(keys[20:], vectors[20:])
    assert EmbeddingCache(tmp_path, MODEL, 16).get(keys)[0].tobytes() == vectors.tobytes()


def test_another_model_sees_nothing_of_it(tmp_path):
    filled(tmp_path, "eins")
    other = EmbeddingCache(tmp_path, OTHER, 3)
    assert found(other, "eins") == [None]
    other.add([other.key("eins")], rows(9))
    assert found(EmbeddingCache(tmp_path, MODEL, 3), "eins") == [1]


def test_models_whose_fingerprints_begin_alike_do_not_mix(tmp_path):
    """The folder is named by 16 digits of 64; the key holds all of them."""
    filled(tmp_path, "eins")
    assert found(EmbeddingCache(tmp_path, MODEL[:16] + "c" * 48, 3), "eins") == [None]


@given(st.text(), st.text(), st.sampled_from([MODEL, OTHER]), st.sampled_from([MODEL, OTHER]))
def test_a_key_is_settled_by_text_and_model(one, two, model, another):
    first, second = (EmbeddingCache(Path(), m, 3).key(t) for m, t in ((model, one), (another, two)))
    assert (first == second) == ((one, model) == (two, another))
    assert len(first) == KEY_BYTES


def test_a_text_with_half_a_surrogate_pair_has_a_key(tmp_path):
    """Broken files bring such; they are no reason to stop."""
    assert found(filled(tmp_path, "a\ud800"), "a\ud800", "a") == [1, None]


def test_an_interrupted_segment_is_ignored(tmp_path):
    """The keys are written last; vectors without keys are what a killed run left."""
    filled(tmp_path, "eins")
    np.save(tmp_path / MODEL[:16] / "000001-99.vectors.npy", rows(5, 6))
    (tmp_path / MODEL[:16] / ".000002-99.keys.npy.99").write_bytes(b"half")
    after = EmbeddingCache(tmp_path, MODEL, 3)
    assert found(after, "eins", "zwei") == [1, None]
    after.add([after.key("zwei")], rows(2))
    assert found(EmbeddingCache(tmp_path, MODEL, 3), "eins", "zwei") == [1, 2]
