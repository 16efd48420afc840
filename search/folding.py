"""One story once: where else the story of a hit is told in the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from newsearch.search.hits import Elsewhere
from newsearch.search.links import link_to

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.corpus.gathering import Copy
    from newsearch.indexer.generation import Generation

_NEVER = datetime.max.replace(tzinfo=UTC)


def elsewhere(
    generation: Generation,
    row: int,
    passage: str,
    allowed: NDArray[np.bool_] | None,
    hidden: Collection[str] = (),
    *,
    folded: bool,
) -> tuple[Elsewhere, ...]:
    """Where else an article and the others of its story are, the earliest first, undated ones last.

    Args:
        generation: What was searched.
        row: The article that is shown.
        passage: Its passage that is shown.
        allowed: Which articles may be named, shape (n_articles,), all where None: those that the filter lets through, as for
            hits. Who asks for one paper, or for what was known by a day, is told of nothing else.
        hidden: Ids of copies that may not be named: they were taken down.
        folded: Whether the other articles of the story are named, with their copies; else only the copies of this one.

    Raises:
        DamagedIndexError: An article cannot be read.
    """
    rows = _members(generation, row, allowed) if folded else [row]
    others = [generation.article(other) for other in rows if other != row]
    others += [copy for other in rows for copy in _copies(generation, other, hidden)]
    return tuple(_named(other, passage) for other in sorted(others, key=lambda other: other.published or _NEVER))


def _members(generation: Generation, row: int, allowed: NDArray[np.bool_] | None) -> list[int]:
    same = generation.stories == generation.stories[row]
    members: list[int] = np.flatnonzero(same if allowed is None else same & allowed).tolist()
    return members


def _copies(generation: Generation, row: int, hidden: Collection[str]) -> list[Article]:
    """The copies of an article but for the *hidden* ones, each as the article in its other place."""
    copies = [copy for copy in generation.copies(row) if copy.article_id not in hidden]
    article = generation.article(row) if copies else None
    return [_in_place(article, copy) for copy in copies if article]


def _in_place(article: Article, copy: Copy) -> Article:
    same_day = article.published == copy.published  # and in the index's time zone
    published = article.published if same_day else copy.published
    precision = article.precision if copy.published else None
    return replace(article, url=copy.url, source=copy.source, published=published, precision=precision)


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
