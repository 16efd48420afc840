"""Speed and soundness of WARC reading: ours, warcio and FastWARC over the same file.

    pip install warcio==1.8.1 FastWARC==2.0.1
    python -m benchmarks.warc_speed

The file holds the pages of ../shared/pages/fundus several times, each as request and response, one gzip member a record. Each
way finds the responses and undoes the codings of HTTP; no page is parsed. Then the samples of ../shared/pages/warc: in how
many each way comes to the end, and how many pages it finds in all of them.
"""

from __future__ import annotations

import argparse
import gzip
import io
import logging
import tempfile
from contextlib import redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import seconds, shared, show
from benchmarks.pages import read_fundus
from newsearch.corpus.formats.base import HEAD, Entry, RawRecord
from newsearch.corpus.formats.warc import read_warc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader


def ours(file: BufferedReader) -> Iterator[bytes]:
    """The pages that newsearch finds."""
    entry = Entry("bench.warc", file, file.peek(HEAD)[:HEAD])
    yield from (record.raw for record in read_warc(entry) if isinstance(record, RawRecord))


def warcio(file: BufferedReader) -> Iterator[bytes]:
    """The pages that warcio finds."""
    from warcio.archiveiterator import ArchiveIterator

    for record in ArchiveIterator(file, arc2warc=True):
        if record.rec_type == "response" and record.http_headers:
            kind = record.http_headers.get_header("Content-Type") or ""
            if kind.startswith("text/html") and record.http_headers.get_statuscode().startswith("2"):
                yield record.content_stream().read()


def fastwarc(file: BufferedReader) -> Iterator[bytes]:
    """The pages that FastWARC finds."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    for record in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="all"):
        if record.http_content_type == "text/html" and str(record.http_headers.status_code).startswith("2"):
            yield record.reader.read()


def write_warc(path: Path, times: int) -> int:
    """The pages *times* times in one file; returns how many records it has."""
    pages = list(read_fundus(shared("pages/fundus/test_data")))
    with path.open("wb") as file:
        for number in range(times):
            for page in pages:
                url = f"https://news.example/{number}/{page.name}"
                answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.raw
                for kind, body in (("request", b"GET / HTTP/1.1\r\n\r\n"), ("response", answer)):
                    file.write(gzip.compress(_record(kind, url, body), 6))
    return 2 * times * len(pages)


def _record(kind: str, url: str, body: bytes) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2025-06-21T08:00:00Z",
        "WARC-Record-ID": "<urn:uuid:7e2c3a52-0d3c-4d6c-9a59-3c5d9a1f5c11>",
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + body + b"\r\n\r\n"


def sound(way: Callable[[BufferedReader], Iterator[bytes]]) -> tuple[int, int]:
    """Of the samples, how many *way* reads to their end, and how many pages it finds."""
    ended = found = 0
    for path in sorted(shared("pages/warc").iterdir()):
        with path.open("rb") as file:
            try:
                for _page in way(file):
                    found += 1
                ended += 1
            except Exception:  # noqa: BLE001, S110 - the libraries have no base class of errors in common
                pass
    return ended, found


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=8, help="how often the 258 pages are written")
    times = parser.parse_args().times
    logging.disable(logging.CRITICAL)
    facts: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):
        path = Path(folder) / "bench.warc.gz"
        records = write_warc(path, times)
        facts |= {"records": records, "megabytes": round(path.stat().st_size / 1e6, 1)}
        for way in (ours, warcio, fastwarc):

            def run(way: Callable[[BufferedReader], Iterator[bytes]] = way) -> None:
                with path.open("rb") as file:
                    found = sum(1 for _page in way(file))
                if found != records // 2:
                    raise SystemExit(f"{way.__name__} finds {found} pages of {records // 2}.")

            facts[f"{way.__name__}_records_per_second"] = round(records / seconds(run, 3))
            facts[f"{way.__name__}_samples_ended"], facts[f"{way.__name__}_sample_pages"] = sound(way)
    show(facts)


if __name__ == "__main__":
    main()
