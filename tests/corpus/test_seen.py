"""A file that has not changed is not opened again; one that has is."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from corpus_pages import PAGE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsearch.corpus import reading, seen, worker
from newsearch.corpus.article import Source
from newsearch.corpus.errors import DamagedIndexError
from newsearch.corpus.formats.base import HeldBackError
from newsearch.corpus.reading import read_sources
from newsearch.corpus.store import ArticleStore
from newsearch.corpus.takedowns import Takedowns, placed_ids

OLD = 1_700_000_000


@pytest.fixture
def store(tmp_path):
    with ArticleStore.open(tmp_path / "articles.sqlite") as opened:
        yield opened


@pytest.fixture
def archive(tmp_path):
    """A folder of files that were changed long ago: an article, a broken one, lines."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.txt").write_text(PAGE)
    (folder / "b.txt").write_text("Nur eine Zeile")
    lines = [orjson.dumps({"title": f"Nr. {n}", "text": f"Satz {n}."}) for n in range(5)]
    (folder / "c.jsonl").write_bytes(b"\n".join([*lines, b"kaputt"]))
    for path in folder.iterdir():
        os.utime(path, (OLD, OLD))
    return folder


@pytest.fixture
def opened(monkeypatch):
    """The paths of the files that are opened."""
    paths = []
    real = reading.raw_records
    monkeypatch.setattr(reading, "raw_records", lambda found, root: paths.append(found.path) or real(found, root))
    return paths


@pytest.fixture
def parsed(monkeypatch):
    """The places of the records that are parsed."""
    places = []
    real = worker.parse
    monkeypatch.setattr(worker, "parse", lambda raw, now: places.append(raw.place) or real(raw, now))
    return places


def test_what_has_not_changed_is_not_opened(archive, store, opened):
    """And the reading says the same, rejects and all."""
    first = read_sources([archive], store)
    opened.clear()
    assert read_sources([archive], store) == first
    assert opened == []
    assert (first.report.kept, first.report.rejected_total) == (6, 2)


def test_what_was_only_touched_is_opened_and_not_parsed(archive, store, opened, parsed):
    """Also not what was rejected. From then on it is not opened."""
    first = read_sources([archive], store)
    for path in archive.iterdir():
        os.utime(path, (OLD + 9, OLD + 9))
    parsed.clear()
    assert read_sources([archive], store) == first
    assert parsed == []
    opened.clear()
    read_sources([archive], store)
    assert opened == []


def test_a_changed_line_is_all_that_is_parsed(archive, store, opened, parsed):
    read_sources([archive], store)
    path = archive / "c.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Satz 3", b"Satz drei"))
    opened.clear()
    parsed.clear()
    found = read_sources([archive], store)
    assert (opened, parsed) == (["c.jsonl"], ["c.jsonl:4"])
    assert store.article(found.sightings[4].key, found.sightings[4].source).text == "Satz drei."


def test_a_change_that_leaves_size_and_time_is_seen_by_the_file_being_another(archive, store):
    """As `rsync -t` and every careful program write: beside, then in its place."""
    read_sources([archive], store)
    (archive / "x").write_text(PAGE.replace("neun Tagen", "zehn Tagen"))
    os.utime(archive / "x", (OLD, OLD))
    (archive / "x").replace(archive / "a.txt")
    (found, *_) = read_sources([archive], store).sightings
    assert "zehn Tagen" in store.article(found.key, found.source).text


def test_a_page_that_goes_leaves_what_belonged_to_it_to_be_looked_at_anew(archive, store):
    """Its image is a reject then, and what described it is no article; a page that comes takes them back."""
    (archive / "x.png").write_bytes(b"\x89PNG\0")
    (archive / "y.json").write_text('{"url": "https://a.example/"}')
    (archive / "y.html").write_text("<html>")
    for path in archive.iterdir():
        os.utime(path, (OLD, OLD))
    before = read_sources([archive], store).report
    assert (before.skipped.total(), before.rejected_total) == (1, 3)
    (archive / "y.html").rename(archive / "y.htm.txt")
    after = read_sources([archive], store).report
    assert (after.skipped.total(), after.rejected["no text"], after.rejected["not a known format"]) == (0, 1, 1)
    (archive / "y.htm.txt").rename(archive / "y.html")
    assert read_sources([archive], store).report == before


def test_a_file_that_was_just_written_is_not_trusted(archive, store, opened):
    """It may change again within what the clock of its file system tells apart."""
    (archive / "a.txt").write_text(PAGE)
    read_sources([archive], store)
    opened.clear()
    read_sources([archive], store)
    assert opened == ["a.txt"]
    assert seen.is_racy("1:3000000000:7", 4_999_999_999)
    assert not seen.is_racy("1:3000000000:7", 5_000_000_001)
    assert seen.is_racy("1:0:7|1:3000000000:8", 4_999_999_999)


def test_a_file_that_changes_while_it_is_read_is_read_again(archive, store, opened, monkeypatch):
    real = reading.raw_records

    def change(found, root):
        os.utime(found.file, (OLD + 5, OLD + 5))
        return real(found, root)

    with monkeypatch.context() as patched:
        patched.setattr(reading, "raw_records", change)
        read_sources([archive], store)
    opened.clear()
    read_sources([archive], store)
    assert len(opened) == 3


def test_a_file_that_vanished_takes_its_articles_with_it(archive, store):
    read_sources([archive], store)
    (archive / "c.jsonl").unlink()
    report = read_sources([archive], store).report
    assert (report.kept, report.rejected_total) == (1, 1)
    store.commit()
    assert store._connection.execute("SELECT path FROM files ORDER BY path").fetchall() == [("a.txt",), ("b.txt",)]


def test_a_file_that_cannot_be_read_is_tried_again(archive, store, monkeypatch):
    """A disk that comes back changes no file."""
    with monkeypatch.context() as patched:
        patched.setattr("io.FileIO", lambda _file: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        report = read_sources([archive], store).report
    assert report.rejected == {"cannot be read": 3}
    assert read_sources([archive], store).report.kept == 6


def test_new_readers_open_everything_again(archive, store, opened, parsed, monkeypatch):
    """What they make of the same bytes has another key."""
    read_sources([archive], store)
    monkeypatch.setattr(seen, "_READERS", "3.1")
    monkeypatch.setattr("newsearch.corpus.formats.base.READER_VERSION", 3)
    opened.clear()
    parsed.clear()
    assert read_sources([archive], store).report.kept == 6
    assert (len(opened), len(parsed)) == (3, 8)


def test_what_is_held_back_is_looked_at_again_when_its_time_has_come(archive, store, opened, monkeypatch):
    """An embargo ends without the file changing."""
    real, until = worker.parse, datetime.now(UTC) + timedelta(hours=1)

    def held(raw, now):
        if raw.place == "c.jsonl:2":
            raise HeldBackError("embargoed", f"Until {until}.", until)
        return real(raw, now)

    with monkeypatch.context() as patched:
        patched.setattr(worker, "parse", held)
        first = read_sources([archive], store).report
    assert first.skipped["embargoed"] == 1
    opened.clear()
    assert read_sources([archive], store).report == first
    assert opened == []

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return until + timedelta(seconds=1)

    monkeypatch.setattr(reading, "datetime", Later)
    after = read_sources([archive], store).report
    assert (after.kept, after.skipped["embargoed"], opened) == (first.kept + 1, 0, ["c.jsonl"])


def test_a_taken_down_article_is_known_in_a_file_that_is_not_opened(archive, store):
    """By its key, its id or its place; and nothing brings it back."""
    found = read_sources([archive], store)
    article = store.article(found.sightings[0].key, found.sightings[0].source)
    ids = frozenset((article.id, *placed_ids(article, Source(str(archive), "a.txt"))))
    for marks in (Takedowns(ids), Takedowns(frozenset("x"), frozenset({found.sightings[0].key}))):
        report = read_sources([archive], store, takedowns=marks).report
        assert (report.kept, report.taken_down) == (5, 1)


def test_a_purge_forgets_what_files_gave(archive, store, parsed):
    """Their rejects quote what they could not read. The articles are still known."""
    found = read_sources([archive], store)
    key = found.sightings[0].key
    article = store.article(key, found.sightings[0].source)
    store.purge([key])
    assert store._connection.execute("SELECT count(*) FROM files").fetchone() == (0,)
    assert store.history(article.id) == []
    marks = Takedowns(frozenset({article.id}), frozenset({key}))
    for _ in range(2):  # a file of which something was left out is read each time: nothing of it is remembered
        parsed.clear()
        report = read_sources([archive], store, takedowns=marks).report
        assert (report.kept, report.taken_down) == (5, 1)
        assert "a.txt" not in parsed
    store.commit()
    assert ("a.txt",) not in store._connection.execute("SELECT path FROM files").fetchall()


def test_a_store_that_lost_a_version_is_made_whole_by_the_next_run(archive, store):
    read_sources([archive], store)
    store._connection.execute("DELETE FROM versions")
    with pytest.raises(
        DamagedIndexError, match=r"holds no article for a.txt, which was read before\. Run newsearch rebuild"
    ):
        read_sources([archive], store)
    assert read_sources([archive], store).report.kept == 6


def test_a_store_of_schema_1_is_taken_on(archive, tmp_path):
    """Its versions are known; when they were first read is not."""
    path = tmp_path / "old.sqlite"
    with ArticleStore.open(path) as store:
        first = read_sources([archive], store)
    with sqlite3.connect(path) as old:
        old.executescript(
            "DROP TABLE files; DROP TABLE sighted; ALTER TABLE versions DROP COLUMN first_read; PRAGMA user_version = 1"
        )
    old.close()
    with ArticleStore.read(path) as store:
        assert store.history(first.sightings[0].article_id) == []
    with ArticleStore.open(path) as store:
        assert read_sources([archive], store) == first
        (only,) = store.history(first.sightings[0].article_id)
        assert (only.key, only.first_read) == (first.sightings[0].key, None)


def test_what_a_store_remembers_of_files_without_ids_and_parts_is_taken_on(archive, tmp_path, opened):
    """Before schema 4 a file's records were one array, and each had path, number and key."""
    path = tmp_path / "old.sqlite"
    with ArticleStore.open(path) as store:
        first = read_sources([archive], store)
    with sqlite3.connect(path) as old:
        for number, gave in old.execute("SELECT id, gave FROM files").fetchall():
            rows = [row[:3] if len(row) == 6 else row for part in gave.split(b"\n") for row in orjson.loads(part)]
            old.execute("UPDATE files SET gave = ? WHERE id = ?", (orjson.dumps(rows), number))
        old.execute("PRAGMA user_version = 3")
    old.close()
    opened.clear()
    with ArticleStore.open(path) as store:
        assert read_sources([archive], store) == first
    assert opened == []


@pytest.mark.parametrize("run", [1, 2, 3, 5, 100])
def test_a_file_of_more_records_than_are_looked_up_at_once(archive, store, opened, monkeypatch, run):
    """With a reject and a copy in the middle: as if all were looked up at once."""
    lines = (archive / "c.jsonl").read_bytes().split(b"\n")
    (archive / "c.jsonl").write_bytes(b"\n".join([*lines[:2], lines[5], lines[0], *lines[2:5]]))
    os.utime(archive / "c.jsonl", (OLD, OLD))
    monkeypatch.setattr(seen, "RUN", run)
    first = read_sources([archive], store)
    opened.clear()
    assert read_sources([archive], store) == first
    assert opened == []
    assert (first.report.kept, first.report.duplicates, first.report.rejected_total) == (6, 1, 2)


def test_a_correction_keeps_the_version_before_with_its_time(archive, store):
    """The same place or address, another text."""
    before = read_sources([archive], store).sightings[0]
    (archive / "a.txt").write_text(PAGE.replace("neun Tagen", "zehn Tagen"))
    after = read_sources([archive], store).sightings[0]
    history = store.history(after.article_id)
    assert {version.key for version in history} == {before.key, after.key}
    assert all(datetime.now(UTC) - version.first_read < timedelta(minutes=1) for version in history)
    assert "neun Tagen" in store.article(before.key, before.source).text


def test_copies_keep_their_addresses(archive, store):
    """So that a hit can name them all."""
    text = {"title": "Eins", "text": "Ein Satz.", "publisher": "Küstenbote", "published": "2002-01-01"}
    urls = [f"https://kuestenbote.example/{n}" for n in range(3)]
    lines = [orjson.dumps(text | {"url": url}) for url in (*urls, urls[0])]
    lines.append(orjson.dumps(text | {"url": urls[0], "text": "Etwas anderes.", "published": "2001-01-01"}))
    (archive / "d.jsonl").write_bytes(b"\n".join(lines))
    found = read_sources([archive / "d.jsonl", archive], store)
    (kept,) = [s for s in found.sightings if s.source.path == "d.jsonl" and s.source.record == 1]
    copies = found.copies[kept.article_id]
    assert sorted({copy.url for copy in copies}) == urls
    assert {copy.source.place for copy in copies} == {"d.jsonl:2", "d.jsonl:3", "d.jsonl:4"}
    assert list(found.copies) == [kept.article_id]


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["write", "touch", "delete", "rename"]), st.integers(0, 3)),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(STEPS)
def test_what_is_remembered_is_what_a_fresh_reading_finds(tmp_path_factory, steps):
    """Whatever happens to the files between two readings."""
    folder = tmp_path_factory.mktemp("seen")
    archive, clock = folder / "archive", OLD
    archive.mkdir()
    with ArticleStore.open(folder / "a.sqlite") as store:
        for number, (name, step, content) in enumerate(steps):
            path = archive / f"{name}.jsonl"
            clock += 10
            if step == "write" or not path.exists():
                lines = [orjson.dumps({"title": f"{n}", "text": f"Satz {n}."}) for n in range(content)]
                path.write_bytes(b"\n".join([*lines, b"kaputt"]))
            elif step == "delete":
                path.unlink()
            elif step == "rename":
                path.replace(archive / "d.jsonl")
            if path.exists():
                os.utime(path, (clock, clock))
            with ArticleStore.open(folder / f"{number}.sqlite") as fresh:
                assert read_sources([archive], store) == read_sources([archive], fresh)
