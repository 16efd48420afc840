"""Sources to articles: nothing disappears, nothing is read twice."""

from __future__ import annotations

import orjson
import pytest
from corpus_pages import BARE, PAGE, PROSE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcs import packed, response
from warcs import record as warc_record

from newsearch.corpus import reading, worker
from newsearch.corpus.errors import NothingReadableError, UsageError
from newsearch.corpus.reading import nothing_readable, read_articles, read_sources
from newsearch.corpus.report import ReadReport, Reject
from newsearch.corpus.store import ArticleStore


@pytest.fixture
def store(tmp_path):
    with ArticleStore.open(tmp_path / "articles.sqlite") as opened:
        yield opened


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


def write(path, *records):
    path.write_bytes(b"\n".join(record if isinstance(record, bytes) else orjson.dumps(record) for record in records))
    return path


def titles(found, store):
    return [store.article(seen.key, seen.source).title for seen in found.sightings]


def record(title, text="Text.", **fields):
    return {"title": title, "text": text, "publisher": "Küstenbote", **fields}


def test_a_mixed_folder_is_read_whole(archive, store):
    """Each bad file is named with its reason, the good ones are kept, and the sums agree."""
    (archive / "a.txt").write_text(PAGE)
    (archive / "b.txt").write_text(BARE)
    (archive / "bild.png").write_bytes(b"\x89PNG\x00")
    (archive / "leer.txt").touch()
    (archive / "binär.txt").write_bytes(b"\x00\x01")
    (archive / "README.txt").write_text("Ein Ordner\n\nvoller Artikel")
    write(archive / "c.jsonl", record("Eins"), b'{"title": "Zw', b"[1]", {"title": "ohne Text"}, record("Zwei"))
    found = read_sources([archive], store)
    assert titles(found, store)[2:] == ["Eins", "Zwei"]
    assert (found.report.read, found.report.kept, found.report.duplicates) == (11, 4, 0)
    places = {reject.place: reject.reason for reject in found.report.examples}
    assert places == {
        "README.txt": "not an article",
        "bild.png": "not a known format",
        "binär.txt": "binary file",
        "leer.txt": "empty file",
        "c.jsonl:2": "broken JSON",
        "c.jsonl:3": "not an object",
        "c.jsonl:4": "no text",
    }
    assert found.report.dropped["caption or source line"] == 1


def test_the_second_reading_parses_nothing_and_says_the_same(archive, store, monkeypatch):
    """The nightly run costs what has changed; its report is still that of the whole archive."""
    (archive / "a.txt").write_text(PAGE)
    write(archive / "b.jsonl", record("Eins"), record("Zwei", date="neulich"), record("Eins"), b"kaputt")
    first = read_sources([archive], store)
    parsed = []
    monkeypatch.setattr(worker, "parse", lambda raw, _now: parsed.append(raw.place) or pytest.fail(raw.place))
    write(archive / "b.jsonl", record("Eins"), record("Zwei", date="neulich"), record("Eins"))
    second = read_sources([archive], store)
    assert (second.sightings, parsed) == (first.sightings, [])
    assert (second.report.dropped, second.report.duplicates) == (first.report.dropped, 1)


def test_a_changed_file_is_a_new_version_of_the_same_article(archive, store):
    """The id stays, the key changes, the old version stays in the store."""
    (archive / "a.txt").write_text(PAGE)
    before = read_sources([archive], store).sightings[0]
    (archive / "a.txt").write_text(PAGE.replace("neun Tagen", "zehn Tagen"))
    after = read_sources([archive], store).sightings[0]
    assert after.article_id == before.article_id
    assert "zehn Tagen" in store.article(after.key, after.source).text
    assert "neun Tagen" in store.article(before.key, before.source).text


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ({}, {}, "Neu"),
        ({"published": "2024-03-04"}, {"published": "2024-03-03"}, "Alt"),
        ({"published": "2024-03-03"}, {"published": "2024-03-04"}, "Neu"),
        ({"published": "2024-03-03", "updated": "2024-03-09"}, {"published": "2024-03-04"}, "Alt"),
        ({"published": "2024-03-03"}, {}, "Alt"),
    ],
)
def test_of_two_versions_of_an_article_the_later_one_stays(archive, store, first, second, kept):
    """By what they say, else by their order: a correction comes after."""
    url = {"url": "https://kuestenbote.example/faehre"}
    write(archive / "a.jsonl", record("Alt", **url, **first), record("Neu", **url, **second))
    found = read_sources([archive], store)
    assert titles(found, store) == [kept]
    assert (found.report.read, found.report.kept, found.report.duplicates) == (2, 1, 1)


def test_the_same_article_under_two_addresses_is_kept_once(archive, store):
    """The first; the example names the place of the kept one."""
    write(archive / "a.jsonl", record("Eins", url="https://a.example/1"), record("Eins", url="https://a.example/2"))
    found = read_sources([archive], store)
    assert [seen.source.record for seen in found.sightings] == [1]
    assert found.report.examples == [Reject("a.jsonl:2", "duplicate", "The same article as a.jsonl:1.")]


def test_wire_copy_in_two_outlets_is_two_articles(archive, store):
    """Folding them is the indexer's business, with every link kept."""
    write(archive / "a.jsonl", record("Eins"), record("Eins") | {"publisher": "Inselblatt"})
    assert len(read_sources([archive], store).sightings) == 2


def test_a_copy_counts_only_against_what_is_kept(archive, store):
    """B repeats A's first version; A is then corrected: B's text is still in the archive, as B."""
    a, b = {"url": "https://a.example/a"}, {"url": "https://a.example/b"}
    write(archive / "a.jsonl", record("Alt", **a), record("Alt", **b), record("Neu", **a))
    assert sorted(titles(read_sources([archive], store), store)) == ["Alt", "Neu"]


def test_daily_folders_with_the_same_file_names_are_kept_apart(tmp_path, store):
    """2024/001.txt and 2025/001.txt are two articles; the first one's id does not depend on the second source."""
    for year, text in (("2024", PROSE[0]), ("2025", PROSE[2])):
        (tmp_path / year).mkdir()
        (tmp_path / year / "001.txt").write_text(f"Die Mühle\n\n{text}")
    alone = read_sources([tmp_path / "2024"], store).sightings
    both = read_sources([tmp_path / "2024", tmp_path / "2025"], store).sightings
    assert both[0] == alone[0]
    assert both[0].article_id != both[1].article_id
    articles = [store.article(seen.key, seen.source) for seen in both]
    assert [article.text for article in articles] == [PROSE[0], PROSE[2]]
    assert [article.id for article in articles] == [seen.article_id for seen in both]


def test_a_source_named_twice_is_read_once(archive, store):
    """Its articles are duplicates of themselves, not two."""
    (archive / "a.txt").write_text(PAGE)
    found = read_sources([archive, archive, archive / "a.txt"], store)
    assert (found.report.read, found.report.kept, found.report.duplicates) == (3, 1, 2)


def test_a_missing_source_is_refused_before_anything_is_read(archive, store):
    """Exit status 2; a mistyped folder must not leave half an index."""
    (archive / "a.txt").write_text(PAGE)
    with pytest.raises(UsageError, match=r"no file or folder .*/nichts\. Wanted: files or folders .*What is read"):
        read_sources([archive, archive / "nichts"], store)
    assert store.find(next(reading._all_records([archive]))[0].key) is None


def test_an_interruption_keeps_what_was_done(archive, store, monkeypatch):
    """The next reading goes on where this one stopped."""
    write(archive / "a.jsonl", *(record(f"Nummer {number}") for number in range(20)))
    monkeypatch.setattr(reading, "BATCH", 7)

    def interrupt(report):
        if report.read == 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_sources([archive], store, interrupt)
    keys = [raw.key for raw, _ in reading._all_records([archive])]
    assert [store.find(key) is not None for key in keys] == [True] * 14 + [False] * 6
    assert read_sources([archive], store).report.kept == 20


def test_progress_is_told_on_the_way_and_at_the_end(archive, store, monkeypatch):
    """A bar needs numbers before the end."""
    write(archive / "a.jsonl", *(record(f"Nummer {number}") for number in range(20)))
    monkeypatch.setattr(reading, "BATCH", 7)
    told = []
    read_sources([archive], store, lambda report: told.append((report.read, report.kept)))
    assert told == [(7, 7), (14, 14), (20, 20), (20, 20)]


def test_reasons_have_few_examples_but_full_counts(archive, store):
    """A million broken lines fill no memory."""
    write(archive / "a.jsonl", *([b"kaputt"] * 50), *([record("Eins")] * 50))
    report = read_sources([archive], store).report
    assert (report.rejected["broken JSON"], report.duplicates, report.kept) == (50, 49, 1)
    assert len(report.examples) == 40


def test_nothing_readable_says_what_was_found_and_what_is_read(archive, store):
    """Exit status 6 with counts by reason and an example of each."""
    for name in ("a.pdf", "b.pdf", "c.txt"):
        (archive / name).touch()
    error = nothing_readable(read_sources([archive], store).report, [archive])
    assert isinstance(error, NothingReadableError)
    lines = str(error).split("\n")
    assert lines[0] == f"Found no article in {archive} (3 files and records looked at)."
    assert lines[1].startswith("  2 × not a known format, for example a.pdf: Found a .pdf file.")
    assert lines[2].startswith("  1 × empty file, for example c.txt: Found 0 bytes.")
    assert lines[3].startswith("What is read: text dumps of news pages (.txt")


def test_without_a_store_a_file_gives_its_article_or_its_reject(archive):
    """For tests and experiments."""
    (archive / "a.txt").write_text(PAGE)
    (archive / "b.txt").write_text("Nur eine Zeile")
    (source, parsed), reject = read_articles(archive)
    assert (source.path, parsed.article.publisher) == ("a.txt", "Küstenbote")
    assert (reject.place, reject.reason) == ("b.txt", "no article")


DUMP = [PAGE.encode(), BARE.encode(), b"", b"\x00", b"Eine Zeile", PAGE.encode("cp1252", "ignore")]
LINES = [
    b"",
    b"kaputt",
    b"[]",
    b'{"a": 1}',
    b'{"text": "Eins."}',
    b'{"text": "Zwei.", "id": 1, "publisher": "P"}',
    b'{"text": "Drei.", "id": 1, "publisher": "P", "date": "2024"}',
    b'{"text": "Eins.", "url": "https://a.example"}',
]
FILE = st.one_of(
    st.tuples(st.just(".txt"), st.sampled_from(DUMP)),
    st.tuples(
        st.sampled_from([".jsonl", ".json", ".ndjson"]), st.lists(st.sampled_from(LINES), max_size=6).map(b"\n".join)
    ),
    st.tuples(st.sampled_from([".pdf", ""]), st.binary(max_size=5)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(FILE, max_size=6))
def test_the_report_adds_up_for_any_mix_of_files(tmp_path_factory, files):
    """read == kept + duplicates + rejected, on the first reading and the second, which agree."""
    folder = tmp_path_factory.mktemp("mix")
    (folder / "archive").mkdir()
    for number, (suffix, content) in enumerate(files):
        (folder / "archive" / f"{number}{suffix}").write_bytes(content)
    with ArticleStore.open(folder / "articles.sqlite") as store:
        first, second = (read_sources([folder / "archive"], store) for _ in range(2))
    report: ReadReport = first.report
    assert report.read == report.kept + report.duplicates + report.rejected_total
    assert report.read >= len(files)
    assert report.kept == len(first.sightings) == len({seen.article_id for seen in first.sightings})
    assert first == second


def test_an_archive_of_everything_is_read(archive, store):
    """WARC, feed, table, JSON array: each by its reader, what is no article counted, and the sums agree."""
    page = f"<html><head><title>Seite</title></head><body><article><p>{' '.join(PROSE)}</p></article></body></html>"
    members = packed(warc_record(kind="request"), warc_record(response(page.encode())))
    (archive / "crawl.warc.gz").write_bytes(members + b"\x1f\x8b\x08kaputt")
    item = f"<item><title>Feed</title><description>{' '.join(PROSE * 2)}</description></item>"
    (archive / "feed.xml").write_text(f"<rss><channel>{item}</channel></rss>")
    (archive / "t.csv").write_text("title,text\nTabelle,Ein Text.\nkaputt\n")
    (archive / "a.json").write_bytes(
        b"[" + orjson.dumps(record("Eins")) + b"," + orjson.dumps(record("Zwei", "Anders.")) + b"]"
    )
    found = read_sources([archive], store)
    assert sorted(titles(found, store)) == ["Eins", "Feed", "Seite", "Tabelle", "Zwei"]
    assert found.report.skipped == {"WARC: request record": 1}
    assert found.report.rejected == {"damaged": 1, "other fields than the header": 1}
    assert found.report.read == 8
