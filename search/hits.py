"""What a search answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from newsearch.corpus.article import Article, Precision
from newsearch.search.explain import Explanation, explanation_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsearch.indexer.columns import Filter

_NEVER = datetime.min.replace(tzinfo=UTC)


class Order(StrEnum):
    """How hits are put in order, once it is clear which ones they are."""

    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An article that is not shown, since a hit tells its story in the same words.

    Attributes:
        article_id: Its id; of a copy to the letter, that of the article whose copy it is.
        title: Its headline.
        publisher: Who published it, or empty.
        published: When, or None.
        precision: How exactly that is known; None where *published* is.
        url: Its address, or empty.
        link: To the hit's passage in its source where that stands there word for word; else to the source.
    """

    article_id: str
    title: str
    publisher: str
    published: datetime | None
    precision: Precision | None
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, with where it comes from.

    Attributes:
        rank: From 1, by relevance, in whatever order the hits stand.
        score: Higher is better; it only ranks, within one search.
        text: The passage: ``article.text[start:end]``.
        article: The article it is from.
        start: In code points.
        end: In code points.
        snippet: The part of *text* that meets the query best, in offsets into *text*, in code points.
        link: To the passage in its source: the url with a text fragment, or the file with the line.
        also_in: Where else the article lies to the letter, and, where hits are folded, where else its story is told in the same
            words; the earliest first, undated ones last.
        highlights: The words of *text* that answer words of the query, in whatever language, as offsets into *text*, in order,
            in code points.
        explanation: What each leg gave, where that was asked for.
        language: BCP 47 tag of the passage, which may be another than the article's; empty where it is not known.
    """

    rank: int
    score: float
    text: str
    article: Article
    start: int
    end: int
    snippet: tuple[int, int]
    link: str
    also_in: tuple[Elsewhere, ...] = ()
    highlights: tuple[tuple[int, int], ...] = ()
    explanation: Explanation | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a query.

    Attributes:
        query: As it was asked.
        hits: Best first, or newest first where that was asked for.
        filter: What the hits were narrowed to.
        took_ms: Milliseconds from the question to the hits.
        index: Name of the generation that answered.
        model: The embedder.
        undated_excluded: Articles that fell out of a dated search only because they have no date.
        answered: Whether the archive seems to answer; False where the hits are only what comes nearest. None where the index
            was built before newsearch could tell.
    """

    query: str
    hits: tuple[Hit, ...]
    filter: Filter
    took_ms: float
    index: str
    model: str
    undated_excluded: int = 0
    answered: bool | None = None


def in_order(hits: Iterable[Hit], order: Order) -> tuple[Hit, ...]:
    """*hits*, which come best first, in *order*: by date the newest first, those without a date last, ties by relevance."""
    if order is Order.RELEVANCE:
        return tuple(hits)
    return tuple(sorted(hits, key=lambda hit: hit.article.published or _NEVER, reverse=True))


SCHEMA = 1
"""Number of the JSON form; a field that goes or changes its meaning makes another number."""


def results_json(results: Results) -> dict[str, Any]:
    """*results* in the form of ``--json`` (DESIGN section 5)."""
    return {
        "schema": SCHEMA,
        "query": results.query,
        "filter": filter_json(results.filter),
        "model": results.model,
        "answered": results.answered,
        "took_ms": round(results.took_ms, 1),
        "index": results.index,
        "undated_excluded": results.undated_excluded,
        "hits": [hit_json(hit) for hit in results.hits],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One hit in the form of ``--json``; offsets are in code points of the article's text, highlights of the passage."""
    article = hit.article
    fields: dict[str, Any] = {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "text": hit.text,
        "snippet": hit.text[slice(*hit.snippet)],
        "title": article.title,
        "publisher": article.publisher,
        "published": published_json(article),
        "language": hit.language,
        "url": article.url,
        "link": hit.link,
        "article_id": article.id,
        "start": hit.start,
        "end": hit.end,
        "also_in": [elsewhere_json(other) for other in hit.also_in],
        "highlights": [list(span) for span in hit.highlights],
    }
    if hit.explanation:
        fields["explanation"] = explanation_json(hit.explanation, hit.text, article.title)
    return fields


def elsewhere_json(other: Elsewhere) -> dict[str, Any]:
    """An article of a hit's ``also_in`` in the form of ``--json``."""
    return {
        "article_id": other.article_id,
        "title": other.title,
        "publisher": other.publisher,
        "published": published_json(other),
        "url": other.url,
        "link": other.link,
    }


def published_json(article: Article | Elsewhere) -> str | None:
    """The publication date in ISO 8601, as exact as it is known: ``2021``, ``2021-11``, ``2021-11-03`` or with time."""
    if article.published is None:
        return None
    lengths = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
    return article.published.isoformat()[: lengths.get(article.precision or Precision.INSTANT)]


def filter_json(wanted: Filter) -> dict[str, Any]:
    """What was asked for, empty parts left out."""
    fields: dict[str, Any] = {
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
        "publishers": list(wanted.publishers),
        "languages": list(wanted.languages),
        "sections": list(wanted.sections),
        "agencies": list(wanted.agencies),
        "include_undated": wanted.include_undated,
    }
    return {name: value for name, value in fields.items() if value}
