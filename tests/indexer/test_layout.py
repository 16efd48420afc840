"""An index folder: which generation serves, who writes, what is cleared away."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from tiny_table import HARBOUR, table_of

from newsearch.corpus.article import Article, Source
from newsearch.corpus.errors import BusyError, DamagedIndexError, IndexNotFoundError
from newsearch.corpus.versions import Sighting
from newsearch.indexer.cache import EmbeddingCache
from newsearch.indexer.chunker import Chunking
from newsearch.indexer.contents import Places
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.embedding import Maker, make_contents
from newsearch.indexer.layout import KEEP, Layout
from newsearch.indexer.manifest import IndexManifest
from newsearch.indexer.writing import write_generation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = Source("/archiv", "a.txt")


def generation_at(layout: Layout, name: str, articles: int = 0) -> Path:
    """A generation of so many articles of one word."""
    folder = layout.generations / name
    folder.mkdir(parents=True)
    embedder, table = ToyEmbedder(4), table_of(HARBOUR)
    maker = Maker(embedder, table, Chunking(), ZoneInfo("UTC"), EmbeddingCache(layout.cache, embedder.fingerprint, 4))
    made = [Article(f"Nr. {n}", "Hafen", id=f"{n:016x}", source=SOURCE) for n in range(articles)]
    contents = make_contents(((bytes(32), a) for a in made), maker, lambda _done, _new: None)
    places = Places.of([Sighting(a.id, bytes(32), b"", SOURCE) for a in made])
    counts = {"articles": articles, "passages": len(contents.vectors), "pieces": len(contents.pieces.flat)}
    manifest = IndexManifest(name, "", "toy", embedder.fingerprint, 4, table.fingerprint, {}, counts)
    write_generation(folder, contents, places, manifest, len(table.scales))
    return folder


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An index folder with nothing in it yet."""
    layout = Layout(tmp_path / "i")
    layout.index.mkdir()
    return layout


def test_the_generation_that_was_switched_in_serves(layout):
    assert not layout.exists
    for name, articles in (("g1", 2), ("g2", 3)):
        layout.switch(generation_at(layout, name, articles))
        assert layout.exists
        assert layout.open_current().manifest.id == name
        assert len(layout.open_current()) == articles
    assert layout.current.read_bytes() == b"g2\n"


def test_a_reader_that_has_a_generation_open_keeps_it(layout):
    """What it opened stays readable when the files are gone."""
    layout.switch(generation_at(layout, "g1", 2))
    reader = layout.open_current()
    texts = [reader.article(row).title for row in range(2)]
    vectors = reader.store.vectors().tobytes()
    for name in ("g2", "g3", "g4"):
        layout.switch(generation_at(layout, name))
    assert sorted(layout.remove_old()) == ["g1", "g2"]
    assert not reader.folder.exists()
    assert [reader.article(row).title for row in range(2)] == texts
    assert reader.store.vectors().tobytes() == vectors


def test_a_generation_without_articles_opens(layout):
    layout.switch(generation_at(layout, "g1"))
    opened = layout.open_current()
    assert (len(opened), len(opened.store), len(opened.terms), len(opened.contents)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("gone", r"There is no index at .*/i: no such folder\. Build one with: newsearch build SOURCE --index .*/i"),
        ("empty", r"/i is not an index: found no CURRENT in it, wanted a folder that newsearch build made"),
        ("file", r"/i is not an index"),
        ("unfinished", r"/i is not finished: it has no CURRENT\. .*, go on with: newsearch rebuild --index .*/i"),
    ],
)
def test_a_folder_that_is_no_index_says_why_and_what_to_do(layout, state, message):
    if state in ("gone", "file"):
        layout.index.rmdir()
    if state == "file":
        layout.index.write_bytes(b"text")
    if state == "unfinished":
        (layout.index / "settings.toml").write_bytes(b"")
    with pytest.raises(IndexNotFoundError, match=message) as caught:
        layout.open_current()
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("junk", "shown"),
    [
        (b"", "''"),
        (b"\n\n", "''"),
        (b"../../etc", "'../../etc'"),
        (b"/etc", "'/etc'"),
        (b".", r"'\.'"),
        (b"a/b", "'a/b'"),
        (b"\xff\xfe/\x00", "'\N{REPLACEMENT CHARACTER}{2}/"),
        (b"x/" * 500, "'x/x/"),
    ],
)
def test_a_current_that_holds_no_name_is_damage(layout, junk, shown):
    layout.current.write_bytes(junk)
    with pytest.raises(DamagedIndexError, match=rf"CURRENT holds {shown}.* and not a generation's name") as caught:
        layout.open_current()
    assert caught.value.exit_code == 4
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("junk", [b"g1\0", b"g2", b"..", b"\xff\xfe", b"g" * 300, b"g1\ng2"])
def test_a_current_that_names_no_generation_is_damage(layout, junk):
    generation_at(layout, "g1")
    layout.current.write_bytes(junk)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json cannot be read"):
        layout.open_current()


def test_old_generations_go_but_for_the_newest_two_and_the_one_that_serves(layout):
    """After a rollback the one that serves is older than the two; what begins with a dot is left of an interrupted run."""
    assert KEEP == 2
    names = ["20260101T0-a", "20260102T0-a", "20260103T0-a", "20260104T0-a", "20260105T0-a", ".20260106T0-a"]
    for name in names:
        (layout.generations / name).mkdir(parents=True)
        (layout.generations / name / "texts.jsonl").write_bytes(b"x")
    layout.current.write_text("20260102T0-a\n")
    assert layout.remove_old() == [names[5], names[0], names[2]]
    assert sorted(p.name for p in layout.generations.iterdir()) == [names[1], names[3], names[4]]


def test_what_an_interrupted_run_left_goes_before_the_next_one(layout):
    """A generation that was never finished, and one that was moved into place and never switched in."""
    for name in ("20260101T0-a", "20260102T0-a", "20260103T0-a", ".20260104T0-a"):
        (layout.generations / name).mkdir(parents=True)
    layout.current.write_text("20260102T0-a\n")
    layout.remove_unfinished()
    assert sorted(p.name for p in layout.generations.iterdir()) == ["20260101T0-a", "20260102T0-a"]


@pytest.mark.parametrize("junk", [b"", b"\xff\xfe", b"20260101T0-gone"])
def test_where_current_is_damaged_no_finished_generation_goes(layout, junk):
    """Nothing tells which one served; the rebuild that mends CURRENT may yet fail, and then they are all there is."""
    for name in ("20260102T0-a", "20260103T0-a", ".20260104T0-a"):
        (layout.generations / name).mkdir(parents=True)
    layout.current.write_bytes(junk)
    layout.remove_unfinished()
    assert sorted(p.name for p in layout.generations.iterdir()) == ["20260102T0-a", "20260103T0-a"]


WRITER = """
import sys
from pathlib import Path
from newsearch.indexer.layout import Layout
with Layout(Path(sys.argv[1])).writer():
    print("at work", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(layout: Layout) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing the index."""
    command = [sys.executable, "-c", WRITER, str(layout.index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "at work\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_the_first_one_is(layout, other):
    with (
        pytest.raises(BusyError, match=rf"{layout.index} is being written \(process {other.pid} since 20") as caught,
        layout.writer(),
    ):
        pytest.fail("two writers")
    assert caught.value.exit_code == 5


def test_the_lock_of_a_writer_that_was_killed_is_free(layout, other):
    other.kill()
    other.wait()
    with layout.writer() as left:
        assert left.startswith(f"process {other.pid} since 20")
        assert f"process {other.pid} " not in (layout.index / "writer").read_text()
    with layout.writer() as left:
        assert left == ""


def test_a_writer_that_is_done_or_failed_leaves_no_name(layout):
    with layout.writer():
        assert (layout.index / "writer").exists()
    with pytest.raises(KeyError), layout.writer():
        raise KeyError
    assert not (layout.index / "writer").exists()
    with layout.writer():
        pass


def test_readers_need_no_lock(layout, other):
    layout.switch(generation_at(layout, "g1", 1))
    assert len(layout.open_current()) == 1
    assert other.poll() is None
