"""A file is what its first bytes say; its name only decides where they leave it open."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.sniffing import Format, format_of, is_asset

RSS = b'<?xml version="1.0"?>\n<!-- a feed -->\n<rss version="2.0"><channel>'


@pytest.mark.parametrize(
    ("head", "name", "wanted"),
    [
        (b"<!DOCTYPE html>\n<html>", "a.txt", Format.HTML),
        (b"\xef\xbb\xbf \n<!-- saved from url=(0030)https://a.example/ -->\n<html lang=de>", "a", Format.HTML),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html>', "a", Format.HTML),
        (b"<p>Ein Absatz", "a.html", Format.HTML),
        (b"Ein Satz.", "a.html", Format.HTML),
        ("<html>".encode("utf-16"), "a", Format.HTML),
        (b"Warnung: PHP\n<html><body>", "a.php", Format.HTML),
        (b"Ein Satz \xc3\xbcber <html>.", "a.txt", Format.DUMP),
        (b"<Der Titel> steht in Klammern", "a.txt", Format.DUMP),
        (RSS, "a.xml", Format.FEED),
        (RSS, "a.html", Format.FEED),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "a", Format.FEED),
        (b'<rdf:RDF xmlns="http://purl.org/rss/1.0/">', "a", Format.FEED),
        (b"<urlset><url>", "sitemap.xml", None),
        (b"WARC/1.0\r\n", "a.txt", Format.WEB_ARCHIVE),
        (b"filedesc://a.arc 0.0.0.0 20240101000000 text/plain 76\n", "a", Format.WEB_ARCHIVE),
        (gzip.compress(b"WARC/1.1\r\n", mtime=0), "a.gz", Format.WEB_ARCHIVE),
        (b'{"title": "A"}\n{"title": "B"}', "a", Format.JSON),
        (b'{"title": "A"}', "a.jsonl", Format.JSON_LINES),
        (b'\n [ {"title": "A"}]', "a.txt", Format.JSON),
        (b"[dpa] Die F\xc3\xa4hre", "a.txt", Format.DUMP),
        (b"kaputt", "a.jsonl", Format.JSON_LINES),
        (b"kaputt", "a.json.gz", Format.JSON),
        (b"url;title;text\nx;y;z", "a", Format.TABLE),
        (b"a,b,c", "a.csv.zst", Format.TABLE),
        (b"\x89PNG\0", "a.png", None),
        (b"\0\1", "a.txt", Format.DUMP),
        (b"\0\1", "a.dat", None),
        (b"# Ein Ordner", "README.md", None),
        (b"", "a.txt", Format.DUMP),
        (b"", "a.pdf", None),
    ],
)
def test_a_file_is_what_it_holds(head, name, wanted):
    assert format_of(head, name) is wanted


@given(st.binary(max_size=300), st.sampled_from(["a", "a.txt", "a.html", "a.json", "a.xml"]))
def test_any_bytes_are_something_or_nothing(head, name):
    assert format_of(head, name) in {*Format, None}
    assert format_of(b"<" + head, name) in {*Format, None}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a/b.css", True),
        ("a/style.css?ver=3", True),
        ("a/b.JPG", True),
        ("robots.txt", True),
        ("a/robots.txt", True),
        ("meine-robots.txt", False),
        ("a.html", False),
        ("a.js.html", False),
        ("bericht.pdf", False),
        ("a.json", False),
    ],
)
def test_parts_of_pages_are_known_by_name(name, wanted):
    assert is_asset(name) is wanted
