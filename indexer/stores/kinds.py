"""Which kind of index the vectors of a generation get: looked at one by one while that is fast enough, scanned above that.

What was measured, and against which other kinds: docs/decisions.md, 2026-11-25.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.stores.faiss_store import FaissStore, Scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_UP_TO: Final = 50_000
"""Vectors that are looked at one by one: 3 ms. 99,577 of them take 6.2 ms between other work, which has taken their 51 MB out
of the processor's cache, and a scan with its candidates' vectors .9."""

TARGET: Final = 0.995
"""Share of the best ten that a scan must bring in, on average over SAMPLE queries. The judged queries are a little harder than
those: over 1,020,243 passages, 2,000 candidates hold .995 of the best ten of these and .986 of theirs."""

LADDER: Final = (200, 500, 1_000, 2_000, 4_000, 8_000)
"""Numbers of candidates to choose from; if none is enough, every vector is looked at."""

ROUNDING: Final = 1e-5
FIRST: Final = 10
SAMPLE: Final = 64
MIXED: Final = 4
"""Stored vectors in a sampled query. A stored vector finds itself, and a headline its own article, so both are easy: .9995 and
.999 with 2,000 candidates. The mean of four is near to nothing in particular, as questions are."""


def store_of(vectors: NDArray[np.float16]) -> tuple[FaissStore, dict[str, Any]]:
    """The store of *vectors*, and what was measured to choose its kind.

    Args:
        vectors: Unit vectors, shape (n, dimension).

    Returns:
        The store, with a scan where one serves, and ``{"kind": "exact"}``, or ``{"kind": "scan", "candidates": …,
        "recall@10": …, "queries": …}``.
    """
    if len(vectors) <= EXACT_UP_TO:
        return FaissStore.of(vectors), {"kind": "exact"}
    store, scan = FaissStore.of(vectors), Scan.of(vectors, LADDER[-1])
    shares = shares_within(store, scan, sample_queries(vectors))
    for candidates, share in shares.items():
        if share >= TARGET:
            store.scan = Scan(scan.index, candidates)
            measured = {"kind": "scan", "candidates": candidates, "recall@10": round(share, 4), "queries": SAMPLE}
            return store, measured
    return store, {"kind": "exact", "recall@10 of a scan": round(shares[LADDER[-1]], 4), "queries": SAMPLE}


def sample_queries(vectors: NDArray[np.float16], queries: int = SAMPLE) -> NDArray[np.float32]:
    """Unit vectors to measure a scan with, shape (queries, dimension), float32; the same ones for the same *vectors*.

    Each is the mean of MIXED stored vectors that lie far from each other in the archive.
    """
    rows = np.linspace(0, len(vectors) - 1, queries * MIXED).astype(np.int64).reshape(MIXED, queries)
    means = vectors[rows].astype(np.float32).sum(axis=0)
    unit: NDArray[np.float32] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return unit


def shares_within(store: FaissStore, scan: Scan, queries: NDArray[np.float32]) -> dict[int, float]:
    """For each number of candidates in LADDER the share of the best ten that are among so many, the mean over *queries*.

    Since the vectors of the candidates decide, that is the recall of a search with so many; a little less where passages are
    alike, since another one in the place of its like counts as missing.
    """
    best = store.search_exactly(queries, FIRST)
    found = scan.find(queries, LADDER[-1])
    return {
        candidates: float(
            np.mean([np.isin(b.numbers, f[:candidates]).mean() for b, f in zip(best, found, strict=True)])
        )
        for candidates in LADDER
    }


def recall_of(store: FaissStore, queries: int) -> float:
    """Share of the best ten that a search of *store* finds, or others as near, the mean over so many sampled queries."""
    asked = sample_queries(store.vectors(), queries)
    pairs = zip(store.search_exactly(asked, FIRST), store.search(asked, FIRST), strict=True)
    return float(
        np.mean([(found.scores >= best.scores[-1] - ROUNDING).sum() / len(best.scores) for best, found in pairs])
    )
