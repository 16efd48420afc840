"""One story once: where else the story of a hit is told in the same words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from newsearch.search.hits import Elsewhere
from newsearch.search.links import link_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.indexer.generation import Generation

_NEVER = datetime.max.replace(tzinfo=UTC)


def elsewhere(
    generation: Generation, row: int, passage: str, allowed: NDArray[np.bool_] | None
) -> tuple[Elsewhere, ...]:
    """The other articles of a story, the earliest first, undated ones last.

    Args:
        generation: What was searched.
        row: The article that is shown.
        passage: Its passage that is shown.
        allowed: Which articles may be named, shape (n_articles,), all where None: those that the filter lets through, as for
            hits. Who asks for one paper, or for what was known by a day, is told of nothing else.

    Raises:
        DamagedIndexError: An article cannot be read.
    """
    same = generation.stories == generation.stories[row]
    rows = np.flatnonzero(same if allowed is None else same & allowed)
    others = [generation.article(other) for other in rows.tolist() if other != row]
    return tuple(_named(other, passage) for other in sorted(others, key=lambda other: other.published or _NEVER))


def _named(article: Article, passage: str) -> Elsewhere:
    start = article.text.find(passage)
    there = link_to(article, max(start, 0), max(start, 0) + len(passage))
    return Elsewhere(
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        precision=article.precision,
        url=article.url,
        link=there if start >= 0 or not article.url else article.url,
    )
