"""The cache made smaller, by a rebuild and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from test_builder import TABLE, article, make, silent, write

from newsearch.corpus.errors import DiskFullError
from newsearch.indexer import cache as caching
from newsearch.indexer.builder import rebuild
from newsearch.indexer.cache import EmbeddingCache
from newsearch.indexer.compaction import MOST, cache_of, compact, passage_keys
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.layout import Layout


def cache_with(folder, *texts):
    """A cache with one segment a text; the n-th text's vector is n, n, n."""
    cache = EmbeddingCache(folder, "a" * 64, 3)
    for number, text in enumerate(texts, 1):
        cache.add([cache.key(text)], np.full((1, 3), number, np.float16))
    return cache


def found(cache, *texts):
    vectors, known = cache.get([cache.key(text) for text in texts])
    return [float(v[0]) if k else None for v, k in zip(vectors, known, strict=True)]


def test_what_is_kept_stays_and_the_rest_goes_with_its_files(tmp_path):
    cache = cache_with(tmp_path, "eins", "zwei", "drei", "vier")
    (cache.folder / ".x.vectors.npy.1").write_bytes(b"half")
    np.save(cache.folder / "9-9.vectors.npy", np.ones((1, 3), np.float16))
    assert (len(cache), cache.keep({cache.key("zwei"), cache.key("vier"), b"?"})) == (4, 2)
    assert len(cache) == 2
    again = EmbeddingCache(tmp_path, "a" * 64, 3)
    for opened in (cache, again):
        assert found(opened, "eins", "zwei", "drei", "vier") == [None, 2, None, 4]
    assert len(list(cache.folder.iterdir())) == 2
    cache.add([cache.key("eins")], np.full((1, 3), 7, np.float16))
    assert found(EmbeddingCache(tmp_path, "a" * 64, 3), "eins", "vier") == [7, 4]


def test_many_entries_are_kept_block_by_block(tmp_path, monkeypatch):
    monkeypatch.setattr(caching, "BLOCK", 3)
    cache = cache_with(tmp_path, *map(str, range(8)))
    assert cache.keep({cache.key(str(n)) for n in range(7)}) == 1
    assert found(EmbeddingCache(tmp_path, "a" * 64, 3), *map(str, range(8))) == [1, 2, 3, 4, 5, 6, 7, None]
    assert len(list(cache.folder.glob("*.keys.npy"))) == 3


def test_nothing_is_lost_where_the_disk_is_full(tmp_path, monkeypatch):
    cache = cache_with(tmp_path, "eins", "zwei")

    def full(*_):
        raise DiskFullError("full")

    monkeypatch.setattr(caching, "write_whole", full)
    with pytest.raises(DiskFullError):
        cache.keep({cache.key("eins")})
    assert found(EmbeddingCache(tmp_path, "a" * 64, 3), "eins", "zwei") == [1, 2]


def test_a_cache_that_is_not_there_has_nothing_to_lose(tmp_path):
    cache = EmbeddingCache(tmp_path, "a" * 64, 3)
    assert (len(cache), cache.keep(set())) == (0, 0)
    assert not cache.folder.exists()


def test_a_damaged_segment_counts_for_nothing_and_goes(tmp_path):
    cache = cache_with(tmp_path, "eins", "zwei")
    first = min(cache.folder.glob("*.keys.npy"))
    first.write_bytes(b"")
    assert len(cache) == 1
    EmbeddingCache(tmp_path, "a" * 64, 3).keep({cache.key("eins"), cache.key("zwei")})
    assert found(EmbeddingCache(tmp_path, "a" * 64, 3), "eins", "zwei") == [None, 2]
    assert len(list(cache.folder.iterdir())) == 2


def test_compaction_keeps_what_the_generation_was_embedded_from(tmp_path):
    """Also a passage whose headline was left out of its input, since it alone is more than half of what is read."""
    index = make(tmp_path, [article(0), article(1, title="… " * 120)])
    write(tmp_path / "a.jsonl", [article(1, title="… " * 120)])
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    layout = Layout(index)
    serving = layout.open_current()
    cache, passages = cache_of(layout, serving), len(serving.article_of)
    before = len(cache)
    assert before > passages
    assert compact(layout, serving) == before - passages
    keys = set(passage_keys(serving, range(len(serving)), cache))
    assert len(EmbeddingCache(layout.cache, serving.manifest.fingerprint, 32).keys() & keys) == passages


def test_a_rebuild_makes_the_cache_smaller_when_most_of_it_is_dead(tmp_path):
    """An archive that turns over does not let the cache grow: after each switch at most MOST entries a passage."""
    index = make(tmp_path, [article(n) for n in range(4)])
    layout, sizes = Layout(index), []
    for turn in range(1, 7):
        write(tmp_path / "a.jsonl", [article(n) for n in range(2 * turn, 2 * turn + 4)])
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
        serving = layout.open_current()
        sizes.append(len(cache_of(layout, serving)) / len(serving.article_of))
        cache, wanted = cache_of(layout, serving), serving.store.vectors()
        keys = list(passage_keys(serving, range(len(serving)), cache))
        vectors, known = cache.get(keys)
        assert known.sum() == len(wanted)  # of with and without headline the one that was embedded
        assert {v.tobytes() for v in vectors[known]} == {v.tobytes() for v in wanted}
    assert max(sizes) <= MOST
    assert sizes[0] > 1
    assert min(sizes[1:]) == 1


def test_a_correction_does_not_make_the_cache_smaller(tmp_path):
    index = make(tmp_path, [article(n) for n in range(4)])
    layout = Layout(index)
    before = set(layout.cache.rglob("*.npy"))
    write(tmp_path / "a.jsonl", [article(0, title="Korrigiert"), *(article(n) for n in range(1, 4))])
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert before < set(layout.cache.rglob("*.npy"))


def test_a_full_disk_while_compacting_does_not_fail_the_rebuild(tmp_path, monkeypatch):
    """The switch is done; the cache can wait."""
    index = make(tmp_path, [article(n) for n in range(4)])

    def full(*_):
        raise DiskFullError("full")

    monkeypatch.setattr(EmbeddingCache, "keep", full)
    monkeypatch.setattr("newsearch.indexer.compaction.MOST", 1)
    write(tmp_path / "a.jsonl", [article(n) for n in range(2, 6)])
    report = rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert (report.switched, report.notes[-1]) == (
        True,
        "there was no space to make the cache smaller; nothing of it is lost",
    )
