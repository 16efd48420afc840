"""The ingest store."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from newsearch.corpus.article import Article, Precision, Source
from newsearch.corpus.errors import BusyError, DamagedIndexError, DiskFullError, NewsearchError
from newsearch.corpus.report import Dropped, Reject
from newsearch.corpus.sqlite import as_ours
from newsearch.corpus.store import ArticleStore, StoredVersion, Version

KEY, OTHER = b"k" * 32, b"o" * 32
ARTICLE = Article(
    title="Kein Schiff",
    text="Die Fähre liegt im Dock.\n\nDer Bürgermeister rudert.",
    lead="Die Fähre liegt im Dock.",
    url="https://kuestenbote.example/faehre",
    external_id="17",
    published=datetime(2024, 3, 3, tzinfo=UTC),
    precision=Precision.DAY,
    updated=datetime(2024, 3, 4, 9, 30, 1, 5, tzinfo=UTC),
    language="de",
    publisher="Küstenbote",
    agency="dpa",
    authors=("Erika Muster", "Max Muster"),
    section="Inseln",
)
DROPPED = [Dropped("caption", "Foto: dpa"), Dropped("teaser", "[…] (00)"), Dropped("caption", "© dpa")]
PLACE = Source("/archive", "faehre.txt")


@pytest.fixture
def store(tmp_path):
    with ArticleStore.open(tmp_path / "articles.sqlite") as opened:
        opened.add(Version(KEY, ARTICLE.content, ARTICLE), DROPPED)
        yield opened


def test_an_article_comes_back_as_it_was(store):
    """With every field, at its place, with the id that follows."""
    assert store.article(KEY, PLACE) == ARTICLE.at(PLACE)
    assert store.dropped(KEY) == DROPPED


def test_what_was_dropped_before_schema_4_is_read_as_it_was(store):
    """Each block had a row of its own."""
    store._connection.execute("DELETE FROM dropped")
    rows = [(KEY, number, block.reason, block.text) for number, block in enumerate(DROPPED)]
    store._connection.executemany("INSERT INTO dropped VALUES (?, ?, ?, ?)", rows)
    assert store.dropped(KEY) == DROPPED


def test_an_article_without_dates_comes_back_too(store):
    """Most of an old archive is undated."""
    bare = Article(title="", text="Nur Text.")
    store.add(Version(OTHER, bare.content, bare), [])
    assert store.article(OTHER, PLACE) == bare.at(PLACE)
    assert store.find(OTHER) == StoredVersion(OTHER, bare.content, "", "", "", None, None, ())


def test_what_is_known_without_the_text(store):
    """Enough for its id, for older and newer, and for the report."""
    found = store.find(KEY)
    assert found == StoredVersion.of(Version(KEY, ARTICLE.content, ARTICLE), DROPPED)
    assert found.dropped == (("caption", 2), ("teaser", 1))
    assert (found.published, found.updated) == (ARTICLE.published, ARTICLE.updated)


def test_a_version_never_changes(store):
    """It is addressed by its content: adding it again does nothing."""
    store.add(Version(KEY, b"x" * 32, Article(title="Anders", text="Anders.")), [])
    assert store.article(KEY, PLACE) == ARTICLE.at(PLACE)


def test_an_unknown_key_says_what_to_do(store):
    """The index names a version that the store has not: an error with the file, the key and the next step."""
    assert store.find(OTHER) is None
    assert store.dropped(OTHER) == []
    with pytest.raises(NewsearchError, match=r"no article with the key 6f6f.*/archive/faehre.txt.*newsearch rebuild"):
        store.article(OTHER, PLACE)


def test_the_rejects_of_the_last_reading_stand_in_place_of_those_before(store):
    rejects = [Reject("b.jsonl:7", "no text", "Found the fields: id."), Reject("a.txt", "no article")]
    store.record_rejects([Reject("old.txt", "empty file")])
    store.record_rejects(rejects)
    assert store.rejects() == rejects


def test_a_recording_that_fails_leaves_the_one_before(store):
    store.record_rejects([Reject("a.txt", "no article")])

    def broken():
        yield Reject("b.txt", "no article")
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        store.record_rejects(broken())
    assert store.rejects() == [Reject("a.txt", "no article")]


def test_what_was_added_is_there_when_opened_again(tmp_path):
    """Closing commits, also after an error: an interruption keeps what was done."""
    path = tmp_path / "articles.sqlite"
    with pytest.raises(KeyboardInterrupt), ArticleStore.open(path) as store:  # noqa: PT012 - the fact itself
        store.add(Version(KEY, ARTICLE.content, ARTICLE), DROPPED)
        raise KeyboardInterrupt
    with ArticleStore.open(path) as store:
        assert store.article(KEY, PLACE) == ARTICLE.at(PLACE)


def test_a_file_that_is_no_data_base_is_refused(tmp_path):
    """And left as it is."""
    path = tmp_path / "articles.sqlite"
    path.write_text("Die Fähre liegt im Dock. " * 100)
    with pytest.raises(DamagedIndexError, match=r"articles.sqlite cannot be read.*not a database.*newsearch rebuild"):
        ArticleStore.open(path)
    assert path.read_text().startswith("Die Fähre")


def test_another_programs_data_base_is_refused(tmp_path):
    """Writing our tables into it would be rude."""
    path = tmp_path / "articles.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    with pytest.raises(
        DamagedIndexError, match=r"not an article store of newsearch \(application 0x0, wanted 0x4e575331\)"
    ):
        ArticleStore.open(path)


def test_a_store_of_a_newer_newsearch_is_refused(tmp_path):
    """Found 99, wanted 2, upgrade."""
    path = tmp_path / "articles.sqlite"
    ArticleStore.open(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(DamagedIndexError, match=r"has schema 99, this newsearch reads 4.*upgrade"):
        ArticleStore.open(path)


def test_a_second_writer_is_told_to_wait(tmp_path, monkeypatch):
    """Exit status 5, not a stack trace."""
    monkeypatch.setattr("newsearch.corpus.store._BUSY_S", 0)
    path = tmp_path / "articles.sqlite"
    with ArticleStore.open(path) as first, ArticleStore.open(path) as second:
        first.add(Version(KEY, ARTICLE.content, ARTICLE), [])
        with pytest.raises(BusyError, match=r"Another process is writing .*articles.sqlite"):
            second.add(Version(OTHER, ARTICLE.content, ARTICLE), [])


def test_a_full_disk_is_told_as_one(tmp_path):
    """Exit status 10; SQLite says it in its own words."""
    full = sqlite3.connect(":memory:")
    full.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as caught:
        full.execute("CREATE TABLE t (x)")
    full.close()
    error = as_ours(caught.value, tmp_path / "articles.sqlite")
    assert isinstance(error, DiskFullError)
    assert "No space is left to write" in str(error)
