"""Pages that name no address: what lies beside them, or where they lie, says it."""

from __future__ import annotations

import gzip

import orjson
import pytest

from newsearch.corpus.formats import parse
from newsearch.corpus.formats.files import raw_records
from newsearch.corpus.reading import read_articles, read_sources
from newsearch.corpus.report import Reject
from newsearch.corpus.sidecars import is_host, mirrored_url
from newsearch.corpus.store import ArticleStore
from newsearch.corpus.walking import walk

SENTENCE = "Die Fähre liegt seit neun Tagen im Dock, und auf der Insel gibt es keine frische Milch mehr zu kaufen. "
PAGE = (
    f"<html><head><title>Kein Schiff</title></head><body><article><h1>Kein Schiff</h1><p>{SENTENCE * 3}</p></article>"
)
URL = "https://kuestenbote.example/faehre"


def read(path):
    return [
        raw
        for found in walk(str(path))
        for raw in ([found] if isinstance(found, Reject) else raw_records(found, str(path)))
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("story.html.json", orjson.dumps({"url": URL, "text": "Etwas."})),
        ("story.json", orjson.dumps({"source": URL})),
        ("story.html.url", URL.encode()),
        ("story.url", f"[InternetShortcut]\r\nURL={URL}\r\n".encode()),
    ],
)
@pytest.mark.parametrize("page", ["story.html", "story.html.gz"])
def test_a_file_beside_a_page_names_its_address_and_is_no_reject(tmp_path, name, content, page):
    (tmp_path / page).write_bytes(gzip.compress(PAGE.encode()) if page.endswith("gz") else PAGE.encode())
    (tmp_path / name).write_bytes(content)
    (raw,) = read(tmp_path)
    assert (raw.path, raw.url) == (page, URL)
    assert parse(raw).article.url == URL


def test_the_most_telling_file_counts(tmp_path):
    """In the order of the documentation; one that is broken or names none is passed over."""
    (tmp_path / "story.html").write_text(PAGE)
    (tmp_path / "story.html.json").write_text("{")
    (tmp_path / "story.json").write_text('{"url": "javascript:alert(1)"}')
    (tmp_path / "story.html.url").write_text(URL)
    (tmp_path / "story.url").write_text("https://b.example/")
    assert [raw.url for raw in read(tmp_path)] == [URL]


def test_an_article_beside_a_page_is_read(tmp_path):
    """It has text of its own; it names the page's address all the same."""
    (tmp_path / "story.html").write_text(PAGE)
    (tmp_path / "story.json").write_text(orjson.dumps({"url": URL, "text": "Ein Satz."}).decode())
    assert [(raw.path, raw.url) for raw in read(tmp_path)] == [("story.html", URL), ("story.json", "")]


def test_the_address_that_the_page_names_wins(tmp_path):
    (tmp_path / "story.html").write_text(PAGE.replace("<head>", f'<head><link rel="canonical" href="{URL}">'))
    (tmp_path / "story.url").write_text("https://b.example/andere")
    ((_source, parsed),) = read_articles(tmp_path)
    assert parsed.article.url == URL


@pytest.mark.parametrize(
    ("root", "path", "wanted"),
    [
        ("/m", "www.example.org/politik/a b.html", "https://www.example.org/politik/a%20b.html"),
        ("/m", "www.example.org/politik/index.html", "https://www.example.org/politik/"),
        ("/m", "www.example.org/index.html", "https://www.example.org/"),
        ("/m", "example.org/a.php?id=3", "https://example.org/a.php?id=3"),
        ("/m/www.example.org", "politik/a.html.gz", "https://www.example.org/politik/a.html"),
        ("/m", "2024.06/a.html", ""),
        ("/m", "archive.old/a.html", ""),
        ("/m", "politik/www.example.org/a.html", ""),
        ("/m", "example.org", ""),
        ("/m/example.org", "example.org", ""),
        ("", "www.example.org/a.html", "https://www.example.org/a.html"),
    ],
)
def test_the_folders_of_a_mirror_are_an_address(root, path, wanted):
    assert mirrored_url(root, path) == wanted


def test_a_host_has_a_top_level_domain_that_exists():
    assert [
        name for name in ("heise.de", "www.bbc.co.uk", "backup.2024", "alt.html", "de", "a..de") if is_host(name)
    ] == [
        "heise.de",
        "www.bbc.co.uk",
    ]


def test_what_was_saved_with_pages_is_counted_and_no_reject(tmp_path):
    """A mirror has ten of them a page; alone in a folder an image is a reject as ever."""
    mirror = tmp_path / "m" / "www.example.org"
    (mirror / "img").mkdir(parents=True)
    (mirror / "a.html").write_text(PAGE)
    for name in ("style.css?v=1", "robots.txt", "img/a.png", "img/b.woff2"):
        (mirror / name).write_bytes(b"\0")
    (tmp_path / "bilder").mkdir()
    (tmp_path / "bilder" / "c.png").write_bytes(b"\x89PNG\0")
    with ArticleStore.open(tmp_path / "articles.sqlite") as store:
        report = read_sources([tmp_path / "m", tmp_path / "bilder"], store).report
    assert (report.read, report.kept, report.skipped.total(), report.rejected_total) == (6, 1, 4, 1)
    assert [reject.place for reject in report.examples] == ["c.png"]
