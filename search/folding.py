"""One story once: where else the story of a hit is told in the same words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsearch.indexer.columns import Columns, Filter
from newsearch.indexer.settings import TIME_ZONE
from newsearch.search.hits import Elsewhere
from newsearch.search.links import link_to

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.corpus.gathering import Copy
    from newsearch.indexer.generation import Generation

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Nameable:
    """What may be named beside a hit: what the filter lets through, as for hits.

    Who asks for one paper, or for what was known by a day, is told of nothing else; nor anybody of what was taken down.

    Attributes:
        articles: By row, shape (n_articles,); all where None.
        filter: That copies must pass too, which have an address and a date of their own.
        hidden: Ids of copies that were taken down.
    """

    articles: NDArray[np.bool_] | None
    filter: Filter
    hidden: Collection[str]


def elsewhere(
    generation: Generation, row: int, passage: str, nameable: Nameable, *, folded: bool
) -> tuple[Elsewhere, ...]:
    """Where else an article and the others of its story are, the earliest first, undated ones last.

    Args:
        generation: What was searched.
        row: The article that is shown.
        passage: Its passage that is shown.
        nameable: What may be named.
        folded: Whether the other articles of the story are named, with their copies; else only the copies of this one.

    Raises:
        DamagedIndexError: An article cannot be read.
    """
    rows = _members(generation, row, nameable.articles) if folded else [row]
    others = [generation.article(other) for other in rows if other != row]
    others += [copy for other in rows for copy in _copies(generation, other, nameable)]
    return tuple(_named(other, passage) for other in sorted(others, key=lambda other: other.published or _NEVER))


def _members(generation: Generation, row: int, allowed: NDArray[np.bool_] | None) -> list[int]:
    same = generation.story(row)
    members: list[int] = (same if allowed is None else same[allowed[same]]).tolist()
    return members


def _copies(generation: Generation, row: int, nameable: Nameable) -> list[Article]:
    """The copies of an article that may be named, each as the article in its other place."""
    copies = [copy for copy in generation.copies(row) if copy.article_id not in nameable.hidden]
    if not copies:
        return []
    article = generation.article(row)
    placed = [_in_place(article, copy) for copy in copies]
    zone = ZoneInfo(generation.manifest.settings.get("time_zone", TIME_ZONE))
    allowed = Columns.of(placed, zone).allowed(replace(nameable.filter, languages=()))  # those were asked of passages
    return [copy for copy, passes in zip(placed, allowed.tolist(), strict=True) if passes]


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
