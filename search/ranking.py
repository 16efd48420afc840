"""How passages are ranked: one fused score, the best passage of each article, the cut to k after that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.stores.base import Neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

DENSE_SHARE: Final = 0.5
"""Weight of the dense leg beside the term leg's 1; see docs/quality.md for what other weights gave."""

CANDIDATES: Final = 1_000
"""Passages that each leg brings in."""


def top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Numbers of the *k* highest scores above 0, best first, ties by number; shape (at most k,), int64."""
    some = np.flatnonzero(scores > 0)
    if len(some) > k:
        edge = np.partition(scores[some], -k)[-k]
        some = some[scores[some] >= edge]
    order = np.lexsort((some, -scores[some]))[:k]
    return some[order]


def fuse(term: NDArray[np.float32], dense: Neighbours) -> Neighbours:
    """The candidates by term score plus DENSE_SHARE times cosine.

    Args:
        term: Term scores of the candidates, in the order of *dense*.
        dense: The candidates of both legs with their cosines.

    Returns:
        The same passages, best first, ties by number.
    """
    scores = (term + np.float32(DENSE_SHARE) * dense.scores).astype(np.float32)
    order = np.lexsort((dense.numbers, -scores))
    return Neighbours(dense.numbers[order], scores[order])


def best_per_article(ranked: Neighbours, article_of: NDArray[np.int64]) -> Neighbours:
    """The first passage of each article, in the order of *ranked*."""
    _, first = np.unique(article_of[ranked.numbers], return_index=True)
    first.sort()
    return Neighbours(ranked.numbers[first], ranked.scores[first])
