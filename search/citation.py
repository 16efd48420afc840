"""How a source is cited: publisher, headline, date, address, and when it was looked at; dates in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsearch.corpus.article import Article, Precision
from newsearch.search.links import place_of

if TYPE_CHECKING:
    from datetime import date

    from newsearch.search.hits import Elsewhere

_MONTHS: Final = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
"""Of the year, in German; English ones are strftime's own."""


def cite(article: Article, today: date, start: int = 0) -> str:
    """One line that cites *article*, as is usual in its language: German for German ones, else English.

    Parts that are not known are left out, but for the date: that there is none is said.

    Args:
        article: What is cited.
        today: When it was looked at.
        start: Where the quoted passage begins in the text, for a source that is a file and has lines.
    """
    german = article.language.partition("-")[0] == "de"
    authors = f"{', '.join(article.authors)}: " if article.authors else ""
    title = f"„{article.title}“" if german else f"“{article.title}”"
    when = date_text(article, german=german) or ("o. D." if german else "n.d.")
    parts = [f"{authors}{title if article.title else ''}".removesuffix(": "), article.publisher, when]
    seen = f"abgerufen am {_day(today, german=True)}" if german else f"accessed {_day(today, german=False)}"
    return f"{', '.join(p for p in parts if p)}, {place_of(article, start)} ({seen})."


def date_text(article: Article | Elsewhere, *, german: bool = False) -> str:
    """The publication date as exact as it is known: ``21 June 2025``, ``June 2025``, ``2025``; empty without one."""
    if article.published is None:
        return ""
    day = article.published.date()
    if article.precision is Precision.YEAR:
        return f"{day:%Y}"
    if article.precision is Precision.MONTH:
        return _day(day, german=german).partition(" ")[2]
    return _day(day, german=german)


def _day(day: date, *, german: bool) -> str:
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}" if german else f"{day.day} {day:%B %Y}"
