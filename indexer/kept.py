"""What a new generation has of the one before: passages as they were, whose postings and codes need not be made anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.switching import versions_here

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.generation import Generation
    from newsearch.indexer.ragged import Ragged

MOST: Final = 0.5
"""Share of the passages that must be kept; with fewer, what is derived is made anew, as in a first build."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Passages of an older generation in a new one, in the order in which they were.

    Attributes:
        old: The older generation, every file of which is as it was written.
        passages: For each passage of the new one its number in *old*, -1 where it was made anew, shape (n,), int64.
    """

    old: Generation
    passages: NDArray[np.int64]


def kept_of(old: Generation | None, articles: NDArray[np.int64], spans: Ragged) -> Kept | None:
    """What can be brought up to date.

    Args:
        old: The older generation, every file of which is as it was written; None where there is none.
        articles: For each article of the new generation its row in *old*, -1 where it was made anew, shape (n_articles,).
        spans: The passages of the new generation's articles.

    Returns:
        None where most is new or stands in another order, or where another newsearch or library wrote *old*: what a fault of
        theirs did to it must not live on.
    """
    if old is None or old.manifest.versions != versions_here():
        return None
    rows = articles[articles >= 0]
    if len(rows) == 0 or (np.diff(rows) < 0).any():
        return None
    passages = np.full(len(spans.flat), -1)
    passages[np.repeat(articles >= 0, spans.lengths)] = old.spans.items_of(rows)
    return Kept(old, passages) if (passages >= 0).mean() > MOST else None
