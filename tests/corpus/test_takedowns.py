"""What is taken down is known again, and not stored."""

from __future__ import annotations

import sqlite3

import orjson
import pytest
from corpus_pages import PAGE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsearch.corpus import worker
from newsearch.corpus.article import Article, Source
from newsearch.corpus.errors import BusyError
from newsearch.corpus.reading import read_sources
from newsearch.corpus.report import Dropped, Reject
from newsearch.corpus.store import ArticleStore, Version
from newsearch.corpus.takedowns import Takedowns, ids_of, placed_ids

URL = "https://a.example/1"


@pytest.fixture
def store(tmp_path):
    with ArticleStore.open(tmp_path / "articles.sqlite") as opened:
        yield opened


def write(path, *records):
    path.write_bytes(b"\n".join(orjson.dumps(record) for record in records))
    return path


def marks_of(seen, store):
    """The marks of one article of a reading, as a takedown finds them."""
    article = store.article(seen.key, seen.source)
    ids = frozenset((article.id, *ids_of(article), *placed_ids(article, seen.source)))
    return Takedowns(ids, frozenset({seen.key}), frozenset({seen.content}))


def record(number, **fields):
    return {"title": f"Nr. {number}", "text": f"Satz {number}.", "publisher": "Küstenbote", **fields}


def keys(store):
    return {version.key for version in store.versions()}


def test_bytes_that_are_taken_down_are_not_parsed(tmp_path, store, monkeypatch):
    """At any place, under any name; the rest is read as ever."""
    write(tmp_path / "a.jsonl", record(1), record(2))
    taken = marks_of(read_sources([tmp_path], store).sightings[0], store)
    store.purge(taken.keys)
    (tmp_path / "b").mkdir()
    write(tmp_path / "b" / "kopie.json", record(1), record(3))
    parsed = []
    parse = worker.parse
    monkeypatch.setattr(worker, "parse", lambda raw, now: parsed.append(raw.raw) or parse(raw, now))
    report = read_sources([tmp_path / "a.jsonl", tmp_path / "b"], store, takedowns=taken).report
    assert (report.read, report.kept, report.taken_down, report.rejected_total) == (4, 2, 2, 0)
    assert parsed == [orjson.dumps(record(3))]
    assert report.examples == []


@pytest.mark.parametrize(
    "again",
    [
        record(2, url=URL),
        record(1, url="http://www.a.example/1/?utm_medium=mail#ende"),
        record(1, url="https://a.example/andere"),
        record(2, id="7"),
        record(2, id="7", url="https://a.example/andere"),
    ],
    ids=["address", "canonical address", "content", "external id", "external id at another address"],
)
def test_another_version_is_known_and_nothing_of_it_stored(tmp_path, store, again):
    write(tmp_path / "a.jsonl", record(1, url=URL, id="7"), record(9))
    taken = marks_of(read_sources([tmp_path / "a.jsonl"], store).sightings[0], store)
    store.purge(taken.keys)
    before = keys(store)
    write(tmp_path / "a.jsonl", again, record(9))
    report = read_sources([tmp_path / "a.jsonl"], store, takedowns=taken).report
    assert (report.kept, report.taken_down, keys(store)) == (1, 1, before)


def test_what_only_looks_alike_is_kept(tmp_path, store):
    """Another publisher, or an external id without one, is another article."""
    write(tmp_path / "a.jsonl", record(1, url=URL, id="7"))
    taken = marks_of(read_sources([tmp_path / "a.jsonl"], store).sightings[0], store)
    others = [
        record(1, url="https://b.example/1") | {"publisher": "Inselblatt"},
        record(2, id="7") | {"publisher": ""},
        record(3, url=f"{URL}0"),
    ]
    write(tmp_path / "a.jsonl", *others)
    report = read_sources([tmp_path / "a.jsonl"], store, takedowns=taken).report
    assert (report.kept, report.taken_down) == (3, 0)


def test_a_line_at_the_place_of_a_taken_down_one_is_not_quoted(tmp_path, store):
    """A record without address or id is known by its line; cut off, it is counted and not among the rejects."""
    path = write(tmp_path / "a.jsonl", record(1), record(2))
    taken = marks_of(read_sources([path], store).sightings[0], store)
    path.write_bytes(orjson.dumps(record(1))[:-10] + b"\n" + orjson.dumps(record(2)) + b"\n{kaputt")
    report = read_sources([path], store, takedowns=taken).report
    assert (report.kept, report.taken_down, report.rejected_total) == (1, 1, 1)
    assert [reject.place for reject in report.examples] == ["a.jsonl:3"]


@pytest.mark.parametrize(
    "cut",
    [lambda raw: raw[:-10], lambda raw: b"[" + raw[:-10], lambda raw: b"[" + raw + b", " + raw[:-10]],
    ids=["object", "array", "second of an array"],
)
def test_a_file_that_was_a_taken_down_article_is_not_quoted_where_it_breaks_off(tmp_path, store, cut):
    """The reader of its format finds that out, before there is a record; so it is when it is only remembered."""
    (tmp_path / "s").mkdir()
    path = write(tmp_path / "s" / "a.json", record(1))
    write(tmp_path / "s" / "b.json", record(2))
    taken = marks_of(read_sources([tmp_path / "s"], store).sightings[0], store)
    store.purge(taken.keys)
    path.write_bytes(cut(orjson.dumps(record(1))))
    for _ in range(2):
        report = read_sources([tmp_path / "s"], store, takedowns=taken).report
        assert (report.kept, report.taken_down, report.examples) == (1, report.read - 1, [])


def test_a_file_that_gets_an_address_is_still_the_file_that_was_taken_down(tmp_path, store):
    path = write(tmp_path / "a.json", record(1))
    taken = marks_of(read_sources([path], store).sightings[0], store)
    write(path, record(2, url=URL))
    assert read_sources([path], store, takedowns=taken).report.taken_down == 1


def test_the_same_place_in_another_source_is_another_place():
    """Unless that source is the only one: an archive that has moved."""
    here, there = Source("/a", "001.txt"), Source("/b", "001.txt")
    page = Article("", "")
    taken = Takedowns(frozenset((page.at(here).id, *placed_ids(page, here))))
    assert taken.holds_place(here, ["/a", "/b"])
    assert not taken.holds_place(there, ["/a", "/b"])
    assert taken.holds_place(there, ["/b"])
    assert not taken.holds_place(Source("/b", "002.txt"), ["/b"])
    assert not Takedowns().holds_place(here, ["/a"])


@given(
    numbers=st.lists(st.integers(0, 5), max_size=12),
    junk=st.integers(0, 3),
    taken=st.sets(st.integers(0, 5)),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_report_adds_up_whatever_is_taken_down(tmp_path_factory, numbers, junk, taken):
    folder = tmp_path_factory.mktemp("r")
    lines = [orjson.dumps(record(n, url=f"https://a.example/{n}")) for n in numbers] + [b"[1]"] * junk
    (folder / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n[]\n")
    marks = Takedowns(frozenset(name for n in taken for name in ids_of(Article("", "", url=f"https://a.example/{n}"))))
    with ArticleStore.open(folder / "articles.sqlite") as store:
        report = read_sources([folder], store, takedowns=marks).report
    assert report.taken_down == sum(n in taken for n in numbers)
    assert report.kept == len(set(numbers) - taken)
    rejected = report.rejected_total
    # the store itself lies in the source, as a file that is not a known format
    assert report.read == report.kept + report.duplicates + rejected + report.taken_down
    assert rejected >= junk + 1


# --- the store --------------------------------------------------------------------------------------------------------


def version(number):
    article = Article(f"Nr. {number}", f"Der Text von Nummer {number} ist einmalig.", url=f"https://a.example/{number}")
    return Version(bytes([number]) * 32, article.content, article)


def test_purged_versions_are_in_no_byte_of_the_file_or_its_log(tmp_path):
    """While the store is open: what closing would clean away must not be there before."""
    path = tmp_path / "articles.sqlite"
    with ArticleStore.open(path) as store:
        for number in range(60):
            store.add(version(number), [Dropped("teaser", f"Nebenbei {number} bemerkt.")])
        store.record_rejects([Reject("a.txt", "no article", "Found a headline ('Nr. 30')")])
        store.commit()

        def found(text):
            return [p.name for p in tmp_path.iterdir() if text.encode() in p.read_bytes()]

        texts = ("Der Text von Nummer 30 ist", "Nebenbei 30 bemerkt", "('Nr. 30')", "https://a.example/30")
        assert all(found(text) for text in texts)
        assert store.purge([version(30).key, b"?" * 32]) == 1
        assert [found(text) for text in texts] == [[]] * 4
        assert found("Der Text von Nummer 31 ist")
        assert {v.key for v in store.versions()} == {version(n).key for n in range(60)} - {version(30).key}
        assert store.article(version(31).key, Source("/a", "b")).text == "Der Text von Nummer 31 ist einmalig."
        assert (store.rejects(), store.dropped(version(30).key)) == ([], [])
        assert store.purge([version(30).key]) == 0


def test_a_purge_that_cannot_empty_the_log_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("newsearch.corpus.store._BUSY_S", 0.1)
    path = tmp_path / "articles.sqlite"
    with ArticleStore.open(path) as store:
        store.add(version(1), [])
        store.commit()
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM versions").fetchall()
        with pytest.raises(BusyError, match="so that its log cannot be emptied"):
            store.purge([version(1).key])
        reader.close()
        assert store.purge([version(1).key]) == 0
        assert not [p for p in tmp_path.iterdir() if b"Der Text von Nummer 1" in p.read_bytes()]


def test_the_page_of_a_version_is_known_by_its_place(tmp_path, store):
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "a.txt").write_text(PAGE)
    taken = marks_of(read_sources([tmp_path / "q"], store).sightings[0], store)
    (tmp_path / "q" / "a.txt").write_text(PAGE.replace("neun Tagen", "zehn Tagen"))
    assert read_sources([tmp_path / "q"], store, takedowns=taken).report.taken_down == 1
