"""Which kind of index the vectors of a generation get: looked at one by one while that is fast enough, scanned above that.

What was measured, and against which other kinds: docs/decisions.md, 2026-11-25.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.stores.faiss_store import FaissStore, Scan
from newsearch.indexer.stores.nearest import nearest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.indexer.kept import Kept
    from newsearch.indexer.stores.base import Neighbours

EXACT_UP_TO: Final = 50_000
"""Vectors that are looked at one by one: 3 ms. 99,577 of them take 6.2 ms between other work, which has taken their 51 MB out
of the processor's cache, and a scan with its candidates' vectors .9."""

TARGET: Final = 0.995
"""Share of the best ten that a scan must bring in, on average over SAMPLE queries. The judged queries are a little harder than
those: over 1,020,243 passages, 2,000 candidates hold .995 of the best ten of these and .986 of theirs."""

LADDER: Final = (200, 500, 1_000, 2_000, 4_000, 8_000)
"""Numbers of candidates to choose from; if none is enough, every vector is looked at."""

REFIT: Final = 0.2
"""Vectors coded since the codes were fitted, as a share of those that there were then, above which they are fitted anew.
That is careful: codes fitted to the first 3% of 311,318 vectors find as many of the best ten as those fitted to all."""

ROUNDING: Final = 1e-5
FIRST: Final = 10
SAMPLE: Final = 64
MIXED: Final = 4
"""Stored vectors in a sampled query. A stored vector finds itself, and a headline its own article, so both are easy: .9995 and
.999 with 2,000 candidates. The mean of four is near to nothing in particular, as questions are."""


def scan_of(vectors: NDArray[np.float16], kept: Kept | None = None) -> tuple[Scan | None, dict[str, Any]]:
    """The scan of *vectors*, and what was measured to choose it.

    Codes are fitted anew, unless those of an older generation still serve: see REFIT.

    Args:
        vectors: Unit vectors, shape (n, dimension).
        kept: What is taken over from an older generation.

    Returns:
        The scan where one serves, and ``{"kind": "exact"}``, or ``{"kind": "scan", "candidates": …, "recall@10": …,
        "queries": …, "fitted": …, "since": …}``: how many vectors there were when its codes were fitted, and how many were
        coded since.
    """
    if len(vectors) <= EXACT_UP_TO:
        return None, {"kind": "exact"}
    queries = sample_queries(vectors)
    best = nearest_of(vectors, queries, FIRST)
    return _updated(vectors, kept, queries, best) or _fitted(vectors, queries, best)


def _updated(
    vectors: NDArray[np.float16], kept: Kept | None, queries: NDArray[np.float32], best: Sequence[Neighbours]
) -> tuple[Scan, dict[str, Any]] | None:
    """As `scan_of`, by the codes of the older generation; None where there are none, or they should be fitted anew."""
    if not (kept and (old := kept.old.store.scan)):
        return None
    before = kept.old.manifest.measured["dense"]
    fitted = before.get("fitted", 0)  # a generation that an older newsearch wrote does not know
    since = before.get("since", 0) + int((kept.passages < 0).sum())
    if since > REFIT * fitted:
        return None
    scan = old.updated(vectors, kept.passages, old.candidates)
    share = share_of(best, scan.find(queries, old.candidates))
    return (scan, _said(old.candidates, share, fitted, since)) if share >= TARGET else None


def _fitted(
    vectors: NDArray[np.float16], queries: NDArray[np.float32], best: Sequence[Neighbours]
) -> tuple[Scan | None, dict[str, Any]]:
    """As `scan_of`, by codes that are fitted to *vectors*."""
    scan = Scan.of(vectors, LADDER[-1])
    shares = shares_within(best, scan, queries)
    for candidates, share in shares.items():
        if share >= TARGET:
            return Scan(scan.index, candidates), _said(candidates, share, len(vectors), 0)
    return None, {"kind": "exact", "recall@10 of a scan": round(shares[LADDER[-1]], 4), "queries": SAMPLE}


def _said(candidates: int, share: float, fitted: int, since: int) -> dict[str, Any]:
    """What a manifest says of a scan."""
    found = {"candidates": candidates, "recall@10": round(share, 4), "queries": SAMPLE}
    return {"kind": "scan", **found, "fitted": fitted, "since": since}


def sample_queries(vectors: NDArray[np.float16], queries: int = SAMPLE) -> NDArray[np.float32]:
    """Unit vectors to measure a scan with, shape (queries, dimension), float32; the same ones for the same *vectors*.

    Each is the mean of MIXED stored vectors that lie far from each other in the archive.
    """
    rows = np.linspace(0, len(vectors) - 1, queries * MIXED).astype(np.int64).reshape(MIXED, queries)
    means = vectors[rows].astype(np.float32).sum(axis=0)
    unit: NDArray[np.float32] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return unit


def shares_within(best: Sequence[Neighbours], scan: Scan, queries: NDArray[np.float32]) -> dict[int, float]:
    """For each number of candidates in LADDER the share of the *best* ten that are among so many, the mean over *queries*.

    Since the vectors of the candidates decide, that is the recall of a search with so many; a little less where passages are
    alike, since another one in the place of its like counts as missing.
    """
    found = scan.find(queries, LADDER[-1])
    return {candidates: share_of(best, found[:, :candidates]) for candidates in LADDER}


def share_of(best: Sequence[Neighbours], found: NDArray[np.int64]) -> float:
    """Share of the *best* that are among those *found*, shape (len(best), n), the mean over all queries."""
    there = [(b.numbers[:, None] == f).any(axis=1).mean() for b, f in zip(best, found, strict=True)]
    return float(np.mean(there))


def recall_of(store: FaissStore, queries: int) -> float:
    """Share of the best ten that a search of *store* finds, or others as near, the mean over so many sampled queries."""
    asked = sample_queries(store.vectors(), queries)
    pairs = zip(nearest_of(store.vectors(), asked, FIRST), store.search(asked, FIRST), strict=True)
    return float(
        np.mean([(found.scores >= best.scores[-1] - ROUNDING).sum() / len(best.scores) for best, found in pairs])
    )
