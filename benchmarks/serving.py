"""`newsearch serve` under load on the loopback address, while rebuilds switch generations.

    python -m benchmarks.serving                # the default model; some minutes go into building its index
    python -m benchmarks.serving static 1000    # another model, and so many requests

Clients ask the judged queries of the evaluation's archive over connections of their own, one request after the other: 1, 8 and
32 of them in turn. During the run with 8 clients the archive changes three times, and is rebuilt each time. Every answer that
is no 200 with hits counts as failed. The baseline is the same searcher in this process, one query after the other.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from benchmarks.common import shared, show, unpack_archive
from newsearch.indexer.builder import build
from newsearch.indexer.embedders import DEFAULT
from newsearch.indexer.settings import Settings
from newsearch.search import Searcher
from newsearch.search.judged import read_queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEWSEARCH = str(Path(sys.executable).with_name("newsearch"))
REQUESTS = 5_000
SHARES = {1: 0.05, 8: 0.6, 32: 0.35}
"""Of the requests, by how many clients ask at once."""
REBUILDS = 3
REBUILT_AT = 8
"""Clients that ask while the archive is rebuilt."""
BASELINE = 100
"""Queries that are asked without a server."""


def main() -> None:
    """Build, serve, ask."""
    model = sys.argv[1] if len(sys.argv) > 1 else DEFAULT
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS  # noqa: PLR2004
    queries = [query.query for query in read_queries(shared("eval/queries.jsonl"))]
    with tempfile.TemporaryDirectory() as name:
        archive, index = unpack_archive(Path(name)), Path(name) / "an.index"
        report = build(index, Settings((archive,), model), lambda *_: None)
        out: dict[str, Any] = {"model": model, "articles": report.articles, "passages": report.passages}
        out["searcher alone, p50 ms"] = percentile(alone(index, queries), 50)
        with serving(index) as (port, _server):
            for clients, share in SHARES.items():
                rebuilding = Rebuilding(archive, index) if clients == REBUILT_AT else None
                out[f"{clients} clients"] = asked(port, queries, clients, round(requests * share), rebuilding)
    show(out)


def alone(index: Path, queries: Sequence[str]) -> list[float]:
    """Milliseconds of each query, without a server."""
    searcher = Searcher.open(index)
    for query in queries[:10]:
        searcher.search(query)
    return [searcher.search(query).took_ms for query in islice(cycle(queries), BASELINE)]


class serving:  # noqa: N801 - used as a function is
    """The server as a process, while this lasts: its port and the process."""

    def __init__(self, index: Path) -> None:
        self._command = [NEWSEARCH, "serve", "--index", str(index), "--port", "0"]

    def __enter__(self) -> tuple[int, subprocess.Popen[str]]:
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                return int(found[1]), self._process
        sys.exit("the server did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        status = self._process.wait(60)
        if status:
            sys.exit(f"the server ended with status {status}")


class Rebuilding(threading.Thread):
    """Changes the archive and rebuilds it, REBUILDS times."""

    def __init__(self, archive: Path, index: Path) -> None:
        super().__init__()
        self._archive, self._index = archive, index
        self.switched = 0

    def run(self) -> None:
        """Add an article, and rebuild; again and again."""
        for number in range(REBUILDS):
            more = {
                "id": f"more-{number}",
                "title": "Nachtrag",
                "text": f"Ein Nachtrag kam in der Nacht. Es ist Nummer {number}.",
            }
            with self._archive.open("a", encoding="utf-8") as file:
                file.write(json.dumps(more) + "\n")
            command = [NEWSEARCH, "rebuild", "--index", str(self._index), "--json", "--threads", "1"]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            self.switched += bool(json.loads(done.stdout)["switched"])


def asked(
    port: int, queries: Sequence[str], clients: int, requests: int, rebuilding: Rebuilding | None
) -> dict[str, Any]:
    """Ask *requests* questions, and at least until the rebuilds are done."""
    todo: Iterator[str] = cycle(queries)
    lock, took, statuses, generations = threading.Lock(), list[float](), Counter[str](), set[str]()
    left = requests

    def client() -> None:
        nonlocal left
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                if left <= 0 and not (rebuilding and rebuilding.is_alive()):
                    return
                left -= 1
                query = next(todo)
            began = time.perf_counter()
            status, generation = ask(connection, query)
            milliseconds = 1000 * (time.perf_counter() - began)
            with lock:
                took.append(milliseconds)
                statuses[status] += 1
                generations.add(generation)

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in ([rebuilding] if rebuilding else []) + threads:
        thread.start()
    for thread in threads + ([rebuilding] if rebuilding else []):
        thread.join()
    figures: dict[str, Any] = {
        "requests": len(took),
        "failed": len(took) - statuses["200"],
        "requests/s": round(len(took) / (time.perf_counter() - began), 1),
        "p50 ms": percentile(took, 50),
        "p95 ms": percentile(took, 95),
        "longest ms": percentile(took, 100),
    }
    if rebuilding:
        figures |= {"rebuilds that switched": rebuilding.switched, "generations that answered": len(generations - {""})}
    return figures | ({"statuses": dict(statuses)} if figures["failed"] else {})


def ask(connection: http.client.HTTPConnection, query: str) -> tuple[str, str]:
    """Status and generation of one answer; a word for what went wrong where there is none."""
    try:
        connection.request("GET", f"/api/search?{urlencode({'q': query})}")
        response = connection.getresponse()
        body = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as exc:
        connection.close()
        return type(exc).__name__, ""
    if response.status == http.client.OK and not body["hits"]:
        return "no hits", body["index"]
    return str(response.status), body.get("index", "")


def percentile(values: Sequence[float], share: float) -> float:
    """A percentile, to a tenth."""
    return round(float(np.percentile(values, share)), 1)


if __name__ == "__main__":
    os.environ.pop("NEWSEARCH_TOKEN", None)
    main()
