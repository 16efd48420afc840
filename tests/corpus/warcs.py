"""Small WARC files of the tests' own."""

from __future__ import annotations

import gzip
import io

from newsearch.corpus.formats.base import HEAD, Entry
from newsearch.corpus.report import Skipped

PAGE = "<html><head><title>Kein Schiff</title></head><body><p>Die Fähre liegt im Dock.</p></body></html>".encode()


def entry(raw, path="crawl.warc.gz"):
    """What a reader gets of a file that holds *raw*."""
    stream = io.BufferedReader(io.BytesIO(raw))
    return Entry(path, stream, raw[:HEAD], len(raw))


def response(body=PAGE, status="200 OK", mime="text/html; charset=utf-8", **fields):
    """A server's answer."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{more}\r\n".encode() + body


def record(body=None, kind="response", url="https://kuestenbote.example/faehre", length=None):
    """A record of a WARC file."""
    body = response() if body is None else body
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: "
    return f"{head}{len(body) if length is None else length}\r\n\r\n".encode() + body + b"\r\n\r\n"


def arc_record(body=None, url="http://kuestenbote.example/faehre", mime="text/html"):
    """A record of an ARC file."""
    body = response() if body is None else body
    return f"{url} 127.0.0.1 20140216050221 {mime} {len(body)}\n".encode() + body + b"\n"


def packed(*records):
    """Each record as a gzip member of its own."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def short(found):
    """What came out, for comparing: a page as its number, the others as (number, reason)."""
    place = {one: int(one.place.rpartition(":")[2]) for one in found}
    return [place[one] if hasattr(one, "raw") else (place[one], one.reason) for one in found]


def pages(found):
    """The pages alone."""
    return [one for one in found if hasattr(one, "raw")]


def without_skipped(found):
    """What is not rightly left out."""
    return [one for one in found if not isinstance(one, Skipped)]
