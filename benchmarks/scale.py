"""How newsearch grows: building, rebuilding and searching 10,000, 100,000 and a million passages.

    python -m benchmarks.scale                      # some 25 minutes on two cores, 3 GB of disk
    python -m benchmarks.scale 10000 100000
    python -m benchmarks.scale 100000 bilingual     # another model than the static one

Builds and rebuilds are whole processes. Searches are asked in a process of their own, in which other questions have been asked
before; each judged query is asked once, so that nothing is remembered of it, and its time is all there is: encoder, both legs,
ranking, snippets, links. The baseline beside them is numpy: all vectors in float32, times the query, the best ten.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import shared, show
from benchmarks.grown import all_articles
from newsearch.indexer.columns import Filter
from newsearch.indexer.expansion import expand
from newsearch.indexer.terms import term_scores
from newsearch.search import Searcher
from newsearch.search.judged import read_queries
from newsearch.search.ranking import dense_share, fused

SIZES = (10_000, 100_000, 1_000_000)
PER_ARTICLE = 8.26
"""Passages an article: 1,020,243 in 123,411."""

FIRST = 10
WARM_UP = 40
EXACT = 30
"""Queries whose filtered answers are compared with an exhaustive search."""

SINCE = date(2015, 3, 1)
DAYS = {"0.1%": 5, "1%": 58, "10%": 585}
"""Days of a filter that keeps such a share: dates are spread evenly over the 16 years from 2010 on."""


def main() -> None:
    """Measure each size in turn."""
    if sys.argv[1:2] == ["--search"]:
        print(json.dumps(search_figures(Path(sys.argv[2]))))
        return
    sizes = [int(argument) for argument in sys.argv[1:] if argument.isdigit()] or list(SIZES)
    model = next((argument for argument in sys.argv[1:] if not argument.isdigit()), "static")
    found: dict[str, dict[str, Any]] = {}
    for size in sizes:
        found[f"{size:,}"] = figures(size, model)
        sys.stderr.write(table_of(found))  # what is there so far, should the next size not end well
        sys.stderr.flush()
    show(dict(found))


def table_of(found: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table, one column a size."""
    columns = [flattened(facts) for facts in found.values()]
    names = dict.fromkeys(name for column in columns for name in column)
    rows = [["", *found], ["---"] * (1 + len(found)), *([n, *(str(c.get(n, "")) for c in columns)] for n in names)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def flattened(facts: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Figures within figures under one name, ``outer: inner``."""
    out: dict[str, Any] = {}
    for name, value in facts.items():
        out |= flattened(value, f"{before}{name}: ") if isinstance(value, dict) else {f"{before}{name}": value}
    return out


def figures(size: int, model: str) -> dict[str, Any]:
    """Everything about an index of about *size* passages; each step is named on stderr as it begins."""
    with tempfile.TemporaryDirectory() as name:
        source, index = Path(name) / "archive.jsonl", Path(name) / "an.index"
        lines = list(islice(all_articles(), round(size / PER_ARTICLE)))
        write(source, lines)
        build_s, report = timed("build", str(source), "--model", model, "--index", str(index))
        out: dict[str, Any] = {
            "passages": report["passages"],
            "build s": round(build_s, 1),
            "build passages/s": round(report["passages"] / build_s),
            "index bytes a passage": round(size_of(index) / report["passages"]),
            "of them the generation": round(size_of(index / "generations") / report["passages"]),
        }
        command = [sys.executable, "-m", "benchmarks.scale", "--search", str(index)]
        out |= json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for every, changed in ((0, "nothing"), (100, "1%"), (10, "10%")):
            write(source, edited(lines, every))
            rebuild_s, _ = timed("rebuild", "--index", str(index))
            out[f"rebuild with {changed} changed, s"] = round(rebuild_s, 1)
            out[f"rebuild with {changed} changed / build"] = round(rebuild_s / build_s, 3)
        return out


def write(path: Path, lines: list[str]) -> None:
    """The archive as one file."""
    path.write_text("\n".join(lines) + "\n", "utf-8")


def edited(lines: list[str], every: int) -> list[str]:
    """The archive with a sentence more in each *every*-th article; as it is where 0."""
    out = list(lines)
    for number in range(0, len(lines), every) if every else ():
        article = json.loads(lines[number])
        article["text"] = f"Ein Satz ({every}) kam in der Nacht hinzu. {article['text']}"
        out[number] = json.dumps(article, ensure_ascii=False)
    return out


def timed(*arguments: str) -> tuple[float, dict[str, Any]]:
    """Seconds of ``newsearch`` as a whole process, and its JSON report."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {arguments[0]}\n")
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("newsearch")), *arguments, "--json"]
    done = subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began, json.loads(done.stdout)


def size_of(folder: Path) -> int:
    """Bytes of all files under *folder*."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def search_figures(index: Path) -> dict[str, Any]:
    """What searching the index costs, and what it misses."""
    searcher = Searcher.open(index)
    queries = [query.query for query in read_queries(shared("eval/queries.jsonl"))]
    titles = [searcher.generation.article(row).title for row in range(0, len(searcher.generation), 97)]
    for title in [title for title in titles if title][:WARM_UP]:
        searcher.search(title)
    took = [searcher.search(query).took_ms for query in queries]
    out: dict[str, Any] = {"search p50 ms": percentile(took, 50), "search p95 ms": percentile(took, 95)}
    encoder = encoder_ms(searcher, queries)
    out |= {f"of it the query's vector, p{p} ms": percentile(encoder, p) for p in (50, 95)}
    out |= {
        "peak memory MB": memory_mb("VmHWM"),
        "of it not files MB": memory_mb("RssAnon"),
    }  # before the exhaustive searches
    out["dense leg"] = searcher.generation.manifest.measured["dense"]
    out["dense leg recall@10, judged queries"] = dense_recall(searcher, queries)
    for share, days in DAYS.items():
        wanted = Filter(since=SINCE, until=SINCE + timedelta(days=days - 1))
        kept = searcher.generation.columns.allowed(wanted)[searcher.generation.article_of]
        filtered = [searcher.search(query, filter=wanted).took_ms for query in queries]
        out[f"filter that keeps {share}"] = {
            "keeps": round(float(kept.mean()), 5),
            "p50 ms": percentile(filtered, 50),
            "first ten exact, queries of 30": sum(first_ten_exact(searcher, q, wanted, kept) for q in queries[:EXACT]),
        }
    return out | brute_force(searcher, queries[:EXACT])


def encoder_ms(searcher: Searcher, queries: list[str]) -> list[float]:
    """Milliseconds of the query encoder alone, of each query."""
    took = []
    for query in queries:
        began = time.perf_counter()
        searcher._embedder.embed_queries([query])  # noqa: SLF001
        took.append(1000 * (time.perf_counter() - began))
    return took


def percentile(values: list[float], share: float) -> float:
    """A percentile, to a tenth."""
    return round(float(np.percentile(values, share)), 1)


def memory_mb(name: str) -> int:
    """What Linux says of this process: ``VmHWM``, its peak with mapped files; ``RssAnon``, what is no file's.

    Instead of getrusage, whose maximum a process inherits from the one that started it.
    """
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:")]
    return round(int(line.split()[1]) / 1024)


def dense_recall(searcher: Searcher, queries: list[str]) -> float:
    """Share of the exact best ten that the dense leg finds."""
    store, vectors = searcher.generation.store, searcher._embedder.embed_queries(queries)  # noqa: SLF001
    pairs = zip(store.search(vectors, 10), store.search_exactly(vectors, 10), strict=True)
    return round(float(np.mean([np.isin(exact.numbers, found.numbers).mean() for found, exact in pairs])), 4)


def first_ten_exact(searcher: Searcher, query: str, wanted: Filter, kept: np.ndarray[Any, Any]) -> bool:
    """Whether a filtered search has the first ten that scoring every passage gives."""
    generation, table = searcher.generation, searcher._table  # noqa: SLF001
    expansions = expand(table, table.pieces_of([query])[0], generation.terms.present())
    cosines = generation.store.vectors()[kept].astype(np.float32) @ searcher._embedder.embed_queries([query])[0]  # noqa: SLF001
    scores = fused(term_scores(generation.terms, expansions)[kept], cosines, dense_share(generation.manifest.model))
    hits = searcher.search(query, FIRST, wanted, collapse=False).hits
    best = np.sort(scores)[::-1][:FIRST]
    return len(hits) == len(best) and np.allclose([hit.score for hit in hits], best, atol=1e-5)


def brute_force(searcher: Searcher, queries: list[str]) -> dict[str, float]:
    """The baseline: milliseconds of numpy over all vectors, in float32."""
    vectors = searcher.generation.store.vectors().astype(np.float32)
    asked, took = searcher._embedder.embed_queries(queries), []  # noqa: SLF001
    for query in asked:
        began = time.perf_counter()
        scores = vectors @ query
        best = np.argpartition(scores, -10)[-10:]
        _ = best[np.argsort(-scores[best])]
        took.append(1000 * (time.perf_counter() - began))
    return {"numpy, dense leg only, p50 ms": percentile(took, 50)}


if __name__ == "__main__":
    main()
