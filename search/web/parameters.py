"""What a request may ask for: the same names, limits and meanings as on the command line."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from newsearch.corpus.errors import UsageError
from newsearch.indexer.columns import Filter
from newsearch.search.dates import first_day
from newsearch.search.hits import Order
from newsearch.search.narrowing import filter_of
from newsearch.search.periods import Step

MOST_HITS: Final = 100
"""Hits of one answer at most: evaluation looks at as many, a person at ten."""
LONGEST_QUERY: Final = 1_000
"""Code points of a question; the encoder reads 512 pieces, some 2,000 characters."""
LONGEST_NAME: Final = 200
MOST_NAMES: Final = 50


def _is_date(text: str) -> str:
    """*text*, which is a day, month or year.

    Raises:
        ValueError: It is none; pydantic tells who asked.
    """
    try:
        first_day(text)
    except UsageError as exc:
        raise ValueError(str(exc)) from exc
    return text


def _nothing_if_empty(value: object) -> object:
    """None for an empty field of a form, which is sent all the same."""
    return None if value == "" else value


def _without_empty(value: object) -> object:
    return [item for item in value if item != ""] if isinstance(value, list) else value


Day = Annotated[
    Annotated[str, Field(pattern=r"^(\s*\d{4}(-\d{1,2}(-\d{1,2})?)?\s*)?$", max_length=20), AfterValidator(_is_date)]
    | None,
    BeforeValidator(_nothing_if_empty),
]
"""The description lets an empty one through, as what is answered does; so it is with names."""
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES), BeforeValidator(_without_empty)]


class Narrowing(BaseModel):
    """What the hits are narrowed to."""

    model_config = ConfigDict(extra="forbid")

    since: Day = Field(default=None, description="From this day, month or year on: 2025-06-21, 2025-06, 2025.")
    until: Day = Field(default=None, description="Up to and including this day, month or year.")
    on: Day = Field(default=None, description="On this day, in this month or year.")
    publisher: Names = Field(default=[], description="Only from this publisher; may be repeated.")
    language: Names = Field(default=[], description="Only in this language (de, en); may be repeated.")
    section: Names = Field(default=[], description="Only from this section; may be repeated.")
    agency: Names = Field(default=[], description="Only from this news agency; may be repeated.")
    include_undated: bool = Field(default=False, description="Keep articles without a date in a dated search.")

    def filter(self) -> Filter:
        """The same for a searcher.

        Raises:
            UsageError: The dates exclude each other.
        """
        return filter_of(
            since=self.since,
            until=self.until,
            on=self.on,
            publishers=self.publisher,
            languages=self.language,
            sections=self.section,
            agencies=self.agency,
            include_undated=self.include_undated,
        )


class Asking(Narrowing):
    """A question."""

    q: str = Field(min_length=1, max_length=LONGEST_QUERY, description="A question or words, German or English.")


class SearchParameters(Asking):
    """Of ``/api/search``."""

    k: int = Field(default=10, ge=1, le=MOST_HITS, description="How many hits.")
    fold: bool = Field(default=True, description="One hit for a story that several articles tell.")
    sort: Order = Field(default=Order.RELEVANCE, description="In which order the hits are.")
    explain: bool = Field(default=False, description="What each leg gave for a hit, and which words met which.")


class TimelineParameters(Asking):
    """Of ``/api/timeline``."""

    by: Step = Field(default=Step.MONTH, description="How long a period is.")


class ArticleParameters(BaseModel):
    """Of ``/api/article``: none."""

    model_config = ConfigDict(extra="forbid")


class RelatedParameters(Narrowing):
    """Of ``/api/related``."""

    k: int = Field(default=10, ge=1, le=MOST_HITS, description="How many articles.")
    sort: Order = Field(default=Order.RELEVANCE, description="In which order they are.")
