"""The answers of the API, for its OpenAPI description; a test holds that what is sent is what stands here."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from newsearch.search.periods import Step


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemShape(_Shape):
    """Why a request is not answered: RFC 9457, with what was found and what was wanted."""

    type: str
    title: str
    status: int
    detail: str
    what: str
    found: str
    wanted: str


class Copy(_Shape):
    """The same story, or the same text, elsewhere."""

    article_id: str
    title: str
    publisher: str
    published: str | None
    url: str
    link: str


class Met(_Shape):
    """A word of the question and the one of the passage that answered it; offsets are in the passage."""

    query: str
    weight: float
    passage: str
    start: int
    end: int
    similarity: float


class MetAbove(_Shape):
    """A word of the question and the one of the headline that answered it, better than the passage did; offsets are in that."""

    query: str
    weight: float
    headline: str
    start: int
    end: int
    similarity: float


class Legs(_Shape):
    """What each leg gave for a hit."""

    dense: float
    term: float
    dense_share: float
    words: list[Met]
    headline: list[MetAbove]


class Passage(_Shape):
    """A passage that may answer; offsets are in code points of the article's text."""

    rank: int
    score: float
    text: str
    snippet: str
    title: str
    publisher: str
    published: str | None
    language: str
    url: str
    link: str
    article_id: str
    start: int
    end: int
    also_in: list[Copy]
    highlights: list[tuple[int, int]]
    explanation: Legs | None = None


class Answer(_Shape):
    """The answer to a question. *answered* is null where nothing says whether the archive answers it."""

    schema_: Literal[1] = Field(alias="schema")
    query: str
    filter: dict[str, Any]
    model: str
    answered: bool | None
    took_ms: float
    index: str
    undated_excluded: int
    hits: list[Passage]


class ArticleAnswer(_Shape):
    """An article as it is indexed."""

    schema_: Literal[1] = Field(alias="schema")
    article_id: str
    external_id: str
    url: str
    title: str
    lead: str
    text: str
    publisher: str
    published: str | None
    precision: str | None
    updated: str | None
    language: str
    section: str
    agency: str
    place: str
    authors: list[str]


class PeriodShape(_Shape):
    """What answers in one period."""

    period: str
    start: date
    articles: int
    passages: int


class TimelineAnswer(_Shape):
    """How often the archive wrote about something."""

    schema_: Literal[1] = Field(alias="schema")
    query: str
    filter: dict[str, Any]
    model: str
    took_ms: float
    index: str
    by: Step
    articles: int
    undated: int
    rough: int
    complete: bool
    periods: list[PeriodShape]


class Info(_Shape):
    """What the index holds, and what it was made with."""

    schema_: Literal[1] = Field(alias="schema")
    index: str
    created: str
    model: str
    counts: dict[str, int]
