"""The tombstones' file, and what a reader makes of it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.article import url_id
from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.builder import build
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.indexer.tombstones import Shown, Tombstone, Tombstones

if TYPE_CHECKING:
    from newsearch.indexer.generation import Generation

URL = "https://inselblatt.example/a"
STONE = Tombstone(
    url_id(URL),
    URL,
    "Urteil „12 O 34/26“",
    "2026-11-22T10:00:00+00:00",
    ids=frozenset({url_id(URL), "0" * 16}),
    keys=frozenset({b"\0" * 32, b"k" * 32}),
    contents=frozenset({b"c" * 32}),
    passages=frozenset({b"p" * 16}),
)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Twelve articles; nobody changes it."""
    folder = tmp_path_factory.mktemp("twelve")
    records = [{"title": f"Nr. {n}", "text": f"Satz {n}.", "url": f"https://a.example/{n}"} for n in range(12)]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    plan = Settings((folder / "a.jsonl",), "toy")
    build(folder / "i", plan, lambda *_: None, ToyEmbedder(), StaticTable.open())
    return Layout(folder / "i").open_current()


def stone_of(*ids: str, keys: frozenset[bytes] = frozenset()) -> Tombstone:
    return replace(STONE, ids=frozenset(ids), keys=keys)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "tombstones"
    stones = Tombstones().with_stone(STONE).with_stone(replace(STONE, id="1" * 16, url="", purged=True))
    stones.write(path)
    assert Tombstones.read(path) == stones
    assert [stone.id for stone in stones.unfinished] == [STONE.id]
    assert Tombstones.read(path).all_purged().unfinished == []
    assert STONE.day == "2026-11-22"


def test_without_a_file_nothing_is_taken_down(tmp_path):
    assert Tombstones.read(tmp_path / "tombstones") == Tombstones()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "cannot be read"),
        (b"[1]", "cannot be read"),
        (b'{"format": 1}', "KeyError.*takedowns"),
        (b'{"format": 1, "takedowns": [{"id": "x"}]}', "cannot be read"),
        (b'{"format": 2, "takedowns": []}', "has the form 2, this newsearch reads 1. Upgrade"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_and_never_an_empty_one(tmp_path, raw, said):
    """Or whatever was taken down would be shown again."""
    path = tmp_path / "tombstones"
    path.write_bytes(raw)
    with pytest.raises(DamagedIndexError, match=rf"tombstones .*{said}"):
        Tombstones.read(path)


def test_a_takedown_is_found_by_any_id_and_address():
    stones = Tombstones((STONE,))
    names = (STONE.id, "0" * 16, URL, f"{URL}/?utm_source=x#top", "http://www.inselblatt.example/a")
    assert [stones.find(name) for name in names] == [STONE] * 5
    assert [stones.find(name) for name in ("2" * 16, "https://inselblatt.example/b", "http://[::1", "")] == [None] * 4


@settings(max_examples=40, deadline=None)
@given(by_id=st.sets(st.integers(0, 14)), by_version=st.sets(st.integers(0, 11)))
def test_rows_are_those_of_the_ids_and_versions(generation, by_id, by_version):
    """Numbers from 12 on are of articles that are not there."""
    versions = generation.contents.versions
    keys = frozenset(versions[n].tobytes() for n in by_version)
    stones = Tombstones((stone_of(*(url_id(f"https://a.example/{n}") for n in by_id)), stone_of(keys=keys)))
    assert stones.rows_in(generation).tolist() == sorted({n for n in by_id if n < 12} | by_version)
    expected = [s for s, of in zip(stones.stones, ({n for n in by_id if n < 12}, by_version), strict=True) if of]
    assert stones.stones_in(generation) == expected


def test_what_only_begins_alike_is_another_article(generation):
    """Rows are looked for by their first eight bytes; those do not decide."""
    name, version = generation.places.ids[3].decode(), generation.contents.versions[4].tobytes()
    near = stone_of(name[:8] + "x" * 8, keys=frozenset({version[:8] + bytes(24)}))
    assert Tombstones((near,)).rows_in(generation).tolist() == []


def test_a_reader_sees_a_takedown_as_soon_as_it_is_written(tmp_path, generation):
    path = tmp_path / "tombstones"
    shown = Shown(path, generation)
    assert shown.now() is None
    stones = Tombstones((stone_of(url_id("https://a.example/3")),))
    stones.write(path)
    assert np.flatnonzero(~shown.now()).tolist() == [3]
    stones = stones.with_stone(stone_of(url_id("https://a.example/7")))
    stones.write(path)
    assert np.flatnonzero(~shown.now()).tolist() == [3, 7]
    path.unlink()
    assert np.flatnonzero(~shown.now()).tolist() == [3, 7]


def test_a_takedown_of_an_article_that_is_not_there_leaves_all_shown(tmp_path, generation):
    Tombstones((STONE,)).write(tmp_path / "tombstones")
    assert Shown(tmp_path / "tombstones", generation).now() is None


def test_the_file_is_read_when_it_has_changed_and_not_otherwise(tmp_path, generation, monkeypatch):
    path = tmp_path / "tombstones"
    Tombstones((STONE,)).write(path)
    read = []
    monkeypatch.setattr(Tombstones, "read", lambda path: read.append(path) or Tombstones())
    shown = Shown(path, generation)
    for _ in range(3):
        shown.now()
    assert len(read) == 1
    os.utime(path, ns=(1, 1))
    shown.now()
    assert len(read) == 2


def test_a_file_that_is_damaged_later_stops_the_reader(tmp_path, generation):
    path = tmp_path / "tombstones"
    shown = Shown(path, generation)
    path.write_bytes(b"{")
    for _ in range(2):
        with pytest.raises(DamagedIndexError, match="cannot be read"):
            shown.now()
    with pytest.raises(DamagedIndexError, match="cannot be read"):
        Shown(path, generation)


def test_without_an_index_folder_there_are_no_tombstones(generation):
    assert Shown(None, generation).now() is None
