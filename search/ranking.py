"""How passages are ranked: one fused score, the best passage of each story or article, the cut to k after that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.stores.base import Neighbours, best_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATIC_SHARE: Final = 1 / 3
ENCODER_SHARE: Final = 0.75
"""Weight of the dense leg, the term leg has the rest: of the static table and of encoders. See docs/quality.md for others."""


NEXT_SHARE: Final = 1 / 6
"""Weight of an article's second best passage beside its best one: a story that answers says more than one thing about it.
Judged queries, one hit an article, MRR@10: all .377 without, .388 with it, German over German .249 and .283, and .01 better at
each share of the dense leg that was tried; half as much or half more gives .380 and .381 (docs/quality.md)."""


def dense_share(model: str) -> float:
    """Weight of the dense leg for passages embedded with *model*: sums of word vectors need more help than sentences do."""
    return STATIC_SHARE if model == "static" else ENCODER_SHARE


def fused(term: NDArray[np.float32], cosine: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Term scores and cosines, of the same shape, as one score: their weighted mean, *share* for the cosine."""
    return ((1 - share) * term + share * cosine).astype(np.float32)


def fuse(term: NDArray[np.float32], dense: Neighbours, share: float) -> Neighbours:
    """The candidates by fused score.

    Args:
        term: Term scores of the candidates, in the order of *dense*.
        dense: The candidates of both legs with their cosines.
        share: Weight of the cosine.

    Returns:
        The same passages, best first, ties by number.
    """
    return best_first(dense.numbers, fused(term, dense.scores, share))


def by_article(ranked: Neighbours, article_of: NDArray[np.int64]) -> Neighbours:
    """The best passage of each article, by its own score and, to NEXT_SHARE, the score of the article's second best.

    Args:
        ranked: All passages of the articles that are compared, best first.
        article_of: The article of each passage, shape (n_passages,).

    Returns:
        One passage an article, best first, ties by number. An article's score is at most its best passage's; a passage that is
        the only one of its article keeps its score.
    """
    order = np.argsort(article_of[ranked.numbers], kind="stable")
    articles = article_of[ranked.numbers[order]]
    first = np.flatnonzero(np.diff(articles, prepend=-1))
    second = np.minimum(first + 1, len(articles) - 1)
    second = np.where(articles[second] == articles[first], second, first)
    best, then = ranked.scores[order[first]], ranked.scores[order[second]]
    return best_first(ranked.numbers[order[first]], (best - np.float32(NEXT_SHARE) * (best - then)).astype(np.float32))


TIE: Final = 1e-6
"""Scores that differ by less are equal: the same passage in two outlets, its products added up in another order."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose each passage is, where one hit is shown of each owner.

    Attributes:
        of: The owner of each passage, its article or its story, shape (n_passages,), of whole numbers.
        days: By which of an owner's passages that tie the lowest is shown, shape (n_passages,), of whole numbers.
    """

    of: NDArray[Any]
    days: NDArray[Any]


def best_per_owner(ranked: Neighbours, owners: Owners) -> Neighbours:
    """The best passage of each owner, in the order of *ranked*; of those that tie that of the lowest day, then the first."""
    _, first, same = np.unique(owners.of[ranked.numbers], return_index=True, return_inverse=True)
    ties = np.flatnonzero(ranked.scores >= ranked.scores[first][same] - TIE)
    ties = ties[np.lexsort((ties, owners.days[ranked.numbers[ties]], same[ties]))]
    _, at = np.unique(same[ties], return_index=True)
    chosen = np.sort(ties[at])
    return Neighbours(ranked.numbers[chosen], ranked.scores[chosen])
