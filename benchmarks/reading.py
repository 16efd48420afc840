"""How fast sources become articles: HTML pages against trafilatura's own command line, an unchanged archive, memory.

    python -m benchmarks.reading            # some six minutes on two cores
    python -m benchmarks.reading 400        # fewer pages

The pages are those of ../shared/pages, unpacked, and repeated with a comment that makes them other bytes.
Ours goes all the way into the article store; trafilatura writes text files. Both are whole processes and have two at work.
"""

from __future__ import annotations

import gzip
import json
import os
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
RUNS = 2
SMALL, LARGE = 1_000, 20_000
"""Articles of the archives whose peak memory is compared."""

READ = """
import json, sys, threading, time
from pathlib import Path
from newsearch.corpus.reading import read_sources
from newsearch.corpus.store import ArticleStore

def held(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

def watch():
    while not done.wait(.05):
        try:
            pids = Path("/proc/self/task/{0}/children".format(threading.main_thread().native_id)).read_text().split()
            peaks.append(sum(map(held, ["self", *pids])))
        except (OSError, StopIteration):
            continue

peaks, done = [0], threading.Event()
threading.Thread(target=watch).start()
began = time.perf_counter()
with ArticleStore.open(Path(sys.argv[2])) as store:
    report = read_sources([Path(sys.argv[1])], store, threads=int(sys.argv[3])).report
took = time.perf_counter() - began
done.set()
print(json.dumps({"s": took, "kept": report.kept, "rejected": report.rejected_total, "MB": max(peaks)}))
"""


def main() -> None:
    """Measure everything."""
    pages = int(sys.argv[1]) if sys.argv[1:] else PAGES
    with tempfile.TemporaryDirectory() as name:
        show(html_figures(Path(name), pages) | memory_figures(Path(name)))


def run(*command: str) -> tuple[float, float, bytes]:
    """Seconds on the clock and of processor time of a Python process and all of its own, and what it prints."""
    before, began = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, *command], check=True, capture_output=True)
    took, after = time.perf_counter() - began, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return took, spent, done.stdout


def read(source: Path, store: Path) -> tuple[float, float, dict[str, Any]]:
    """Seconds of reading, see `run`, and what it says of itself."""
    took, spent, printed = run("-c", READ, str(source), str(store), str(PROCESSES))
    return took, spent, json.loads(printed)


def trafilatura(pages: Path, out: Path) -> tuple[float, float]:
    """Seconds of trafilatura's command line, see `run`; it writes text files."""
    folders = ("--input-dir", str(pages), "--output-dir", str(out))
    took, spent, _ = run("-m", "trafilatura.cli", *folders, "--parallel", str(PROCESSES))
    return took, spent


def some_pages(number: int) -> list[bytes]:
    """So many pages, each other bytes."""
    files = sorted(shared("pages/fundus").rglob("*.html.gz")) + sorted(shared("pages/scrapinghub").rglob("*.html.gz"))
    contents = [gzip.decompress(file.read_bytes()) for file in files]
    return [page + b"<!-- %d -->" % number for number, page in enumerate(islice(cycle(contents), number))]


def html_figures(folder: Path, number: int) -> dict[str, Any]:
    """Pages a second, ours and trafilatura's, in turn, the better of two runs; and what a second reading costs.

    On a busy machine the wall clock says little: the ratio of processor time, of all processes with their start, says more.
    """
    pages = folder / "pages"
    pages.mkdir()
    for n, page in enumerate(some_pages(number)):
        (pages / f"{n:05}.html").write_bytes(page)
    time.sleep(3)  # a file that was just written is not trusted to be unchanged
    ours, theirs = [], []
    for number_of_run in range(RUNS):
        ours.append(read(pages, folder / f"html{number_of_run}.sqlite"))
        theirs.append(trafilatura(pages, folder / f"out{number_of_run}"))
    first, (_, _, second) = ours[0][2], read(pages, folder / "html0.sqlite")
    wall, their_wall = min(took for took, _, _ in ours), min(took for took, _ in theirs)
    spent, their_spent = min(spent for _, spent, _ in ours), min(spent for _, spent in theirs)
    return {
        "HTML pages/s": round(number / wall, 1),
        "trafilatura's command line, pages/s": round(number / their_wall, 1),
        "ratio": round(their_wall / wall, 2),
        "processor ms a page": round(spent * 1000 / number, 1),
        "trafilatura's command line, processor ms a page": round(their_spent * 1000 / number, 1),
        "ratio of processor time": round(their_spent / spent, 2),
        "rejected": first["rejected"],
        "second reading / first": f"1/{first['s'] / second['s']:.0f}",
        "peak MB of all processes": round(first["MB"]),
    }


def memory_figures(folder: Path) -> dict[str, Any]:
    """Peak memory of reading archives of two sizes, packed JSON lines; and what reading the larger one again costs."""
    out: dict[str, Any] = {}
    for number in (SMALL, LARGE):
        path = folder / f"{number}.jsonl.gz"
        with gzip.open(path, "wt", 1, encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in islice(all_articles(), number))
        time.sleep(3)  # see above
        took, spent, figures = read(path, folder / f"{number}.sqlite")
        out[f"{number:,} JSON articles: articles/s, peak MB of all processes"] = (
            round(number / took),
            round(figures["MB"]),
        )
    _, again, figures = read(path, folder / f"{LARGE}.sqlite")
    out["one file of them again: seconds of reading, processor time with the start / first"] = (
        round(figures["s"], 3),
        f"1/{spent / again:.0f}",
    )
    return out


if __name__ == "__main__":
    main()
