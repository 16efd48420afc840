"""Figures of merit of a ranking, from the rank of the first right hit of each query.

With one relevant item a query, nDCG@k is 1 / log2(1 + rank) (Järvelin & Kekäläinen, TOIS 2002, with the ideal gain 1), and
Recall@k is the share of queries with a right hit among the first k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEPTH: Final = 100
"""Hits that are looked at; a right one behind them counts as none."""

RESAMPLES: Final = 2_000
SEED: Final = 20250621


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over queries with its 95% bootstrap interval."""

    value: float
    low: float
    high: float


def per_query(ranks: Sequence[int | None]) -> dict[str, NDArray[np.float64]]:
    """What each query contributes to each measure.

    Args:
        ranks: Rank of the first right hit, from 1; None where there is none.

    Returns:
        By measure, values in [0, 1], shape (n_queries,).
    """
    rank = np.array([np.inf if r is None else r for r in ranks], np.float64)
    out = {f"R@{k}": (rank <= k).astype(np.float64) for k in (1, 5, 10, 100)}
    out["MRR@10"] = np.where(rank <= 10, 1 / rank, 0.0)  # noqa: PLR2004
    out["nDCG@10"] = np.where(rank <= 10, 1 / np.log2(1 + rank), 0.0)  # noqa: PLR2004
    return out


def summarise(ranks: Sequence[int | None]) -> dict[str, Figure]:
    """Each measure's mean over the queries, with a percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).

    The same queries are drawn for every measure, with a fixed seed.

    Raises:
        ValueError: There are no queries.
    """
    if not ranks:
        raise ValueError("no queries to summarise")
    return _means(per_query(ranks))


def differences(before: Sequence[int | None], now: Sequence[int | None]) -> dict[str, Figure]:
    """Each measure's mean difference over the same queries, *now* less *before*, with a paired percentile bootstrap interval.

    Raises:
        ValueError: There are no queries, or not as many ranks of the one as of the other.
    """
    if not now or len(before) != len(now):
        raise ValueError(f"{len(before)} ranks before and {len(now)} now: nothing to pair")
    old, new = per_query(before), per_query(now)
    return _means({name: new[name] - old[name] for name in new})


def _means(by_measure: dict[str, NDArray[np.float64]]) -> dict[str, Figure]:
    """The mean of each measure's values, all of shape (n_queries,), with its interval."""
    count = len(next(iter(by_measure.values())))
    drawn = np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
    out = {}
    for name, values in by_measure.items():
        low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
        out[name] = Figure(float(values.mean()), float(low), float(high))
    return out


def area_under_roc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """How often an answerable query's best score is above an unanswerable one's, ties counting half (Mann-Whitney U).

    Returns:
        In [0, 1]; .5 is chance; None where either side is empty.
    """
    if not answerable or not unanswerable:
        return None
    a, b = np.array(answerable)[:, None], np.array(unanswerable)[None, :]
    return float(((a > b) + (a == b) / 2).mean())
