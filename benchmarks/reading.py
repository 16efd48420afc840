"""How fast sources become articles: HTML pages against trafilatura's own command line, an unchanged archive, WARC, memory.

    python -m benchmarks.reading            # some six minutes on two cores
    python -m benchmarks.reading 400        # fewer pages

The pages are those of ../shared/pages, unpacked, and repeated with a comment that makes them other bytes.
Ours goes all the way into the article store; trafilatura writes text files. Both are whole processes and have two at work.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.common import shared, show
from benchmarks.grown import all_articles

PAGES = 2_000
PROCESSES = 2
SMALL, LARGE = 1_000, 20_000
"""Articles of the archives whose peak memory is compared."""

READ = """
import json, resource, sys, time
from pathlib import Path
from newsearch.corpus.reading import read_sources
from newsearch.corpus.store import ArticleStore
began = time.perf_counter()
with ArticleStore.open(Path(sys.argv[2])) as store:
    report = read_sources([Path(sys.argv[1])], store, threads=int(sys.argv[3])).report
peak = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"s": time.perf_counter() - began, "read": report.read, "kept": report.kept,
                  "rejected": report.rejected_total, "MB": peak[0], "MB of a worker": peak[1]}))
"""

SPLIT = """
import sys, time
from newsearch.corpus.formats.files import raw_records
from newsearch.corpus.walking import walk
began = time.perf_counter()
print(sum(1 for found in walk(sys.argv[1]) for raw in raw_records(found)), time.perf_counter() - began)
"""


def main() -> None:
    """Measure everything."""
    pages = int(sys.argv[1]) if sys.argv[1:] else PAGES
    with tempfile.TemporaryDirectory() as name:
        show(html_figures(Path(name), pages) | warc_figures(Path(name)) | memory_figures(Path(name)))


def read(source: Path, store: Path) -> tuple[float, dict[str, Any]]:
    """Seconds of reading as a whole process, and what it says of itself."""
    began = time.perf_counter()
    command = [sys.executable, "-c", READ, str(source), str(store), str(PROCESSES)]
    done = subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began, json.loads(done.stdout)


def some_pages(number: int) -> list[bytes]:
    """So many pages, each other bytes."""
    files = sorted(shared("pages/fundus").rglob("*.html.gz")) + sorted(shared("pages/scrapinghub").rglob("*.html.gz"))
    contents = [gzip.decompress(file.read_bytes()) for file in files]
    return [page + b"<!-- %d -->" % number for number, page in enumerate(islice(cycle(contents), number))]


def html_figures(folder: Path, number: int) -> dict[str, Any]:
    """Pages a second, ours and trafilatura's; and what a second run costs."""
    pages = folder / "pages"
    pages.mkdir()
    for n, page in enumerate(some_pages(number)):
        (pages / f"{n:05}.html").write_bytes(page)
    time.sleep(3)  # a file that was just written is not trusted to be unchanged
    took, first = read(pages, folder / "html.sqlite")
    _, second = read(pages, folder / "html.sqlite")
    command = [str(Path(sys.executable).with_name("trafilatura")), "--input-dir", str(pages)]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--output-dir", str(folder / "out"), "--parallel", str(PROCESSES)], check=True, capture_output=True
    )
    theirs = time.perf_counter() - began
    return {
        "HTML pages/s": round(number / took, 1),
        "trafilatura's command line, pages/s": round(number / theirs, 1),
        "ratio": round(theirs / took, 2),
        "rejected": first["rejected"],
        "second reading / first": f"1/{first['s'] / second['s']:.0f}",
        "peak MB, and of each worker": (round(first["MB"]), round(first["MB of a worker"])),
    }


def warc_figures(folder: Path) -> dict[str, Any]:
    """Records a second of a .warc.gz with one gzip member a record, whose pages hold no article: what reading alone costs."""
    path, number = folder / "pages.warc.gz", 20_000
    body = b"<html><body><p>Kurz.</p>" + b" " * 20_000
    with path.open("wb") as file:
        for n in range(number):
            file.write(gzip.compress(warc_record(f"https://example.org/{n}", body), 1))
    done = subprocess.run([sys.executable, "-c", SPLIT, str(path)], check=True, capture_output=True, text=True)
    records, seconds = done.stdout.split()
    return {"WARC records/s, one process": round(int(records) / float(seconds))}


def warc_record(url: str, body: bytes) -> bytes:
    """A response as a crawler keeps it."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    fields = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
        f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return fields.encode() + http + b"\r\n\r\n"


def memory_figures(folder: Path) -> dict[str, Any]:
    """Peak memory of reading archives of two sizes, packed JSON lines."""
    out: dict[str, Any] = {}
    for number in (SMALL, LARGE):
        path = folder / f"{number}.jsonl.gz"
        with gzip.open(path, "wt", 1, encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in islice(all_articles(), number))
        took, figures = read(path, folder / f"{number}.sqlite")
        out[f"{number:,} JSON articles: articles/s, peak MB, of each worker"] = (
            round(number / took),
            round(figures["MB"]),
            round(figures["MB of a worker"]),
        )
    return out


if __name__ == "__main__":
    main()
