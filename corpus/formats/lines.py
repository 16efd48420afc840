"""What single lines are to a page's article: prose, category, mark of the end; and why others are no part of it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from newsearch.corpus.dates import parse_date

if TYPE_CHECKING:
    from newsearch.corpus.dates import Date


class Reason(StrEnum):
    """Why a line is no part of the article's text."""

    PUBLISHER = "publisher"
    ABOVE_HEADLINE = "above the headline"
    DATE_LINE = "date line"
    AUTHOR_LINE = "author line"
    HEADLINE_AGAIN = "headline again"
    CAPTION = "caption or source line"
    TEASER = "teaser of another story"
    TEASER_HEADLINE = "headline of a teaser"
    TEASER_TIME = "time of a teaser"
    RELATED = "pointer to other stories"
    CATEGORY = "category line"
    END_MARK = "publisher and date below the article"
    COMMENTS = "comments"
    KEYWORDS = "keyword spam"
    NAVIGATION = "navigation"
    SHARING = "share bar"
    NEWSLETTER = "newsletter"
    COOKIES = "cookie notice"
    PAYWALL = "paywall notice"
    SEARCH_BOX = "search box"
    ADVERTISEMENT = "advertisement"
    READING_TIME = "reading time"
    COPYRIGHT = "copyright line"
    AFTER_END = "after the article's end"
    TABLE = "table"
    AUTHOR_BOX = "about the author"
    BESIDE = "beside the article"
    HIDDEN = "hidden on the page"
    EMBEDDED = "notice in place of what is embedded"
    APPEAL = "appeal to the reader"
    CREDITS = "who else reported"
    REPEATED = "repeated on the page"
    MACHINE = "text for machines"
    OUTSIDE = "outside the article"
    NOT_IN_BODY = "not in the text that the page declares"
    RECURRING = "recurs in the publisher's articles"


_SENTENCE_END = re.compile(r"[.!?…:][\"'“”‘’«»)\]]*$")
_SENTENCE = re.compile(r"[.!?…][\"'“”‘’«»)\]]* +[\"'“”„‚«»(\[]*[A-ZÄÖÜ0-9]")
MIN_PROSE: Final = 60
"""Characters; the shortest lead of the sample archive has more, its longest sub-headline fewer."""
MAX_HEADLINE: Final = 180
"""Characters of the longest line that is taken for a headline; long ones of wire services have some 150."""


def is_prose(line: str) -> bool:
    """Whether *line* is running text: a sentence of some length, and not a headline that asks."""
    if len(line) < MIN_PROSE or not _SENTENCE_END.search(line):
        return len(line) > MAX_HEADLINE
    return line.rstrip("\"'“”‘’«»)]").endswith(".") or _SENTENCE.search(line) is not None


_BETWEEN = re.compile(r"\s[/|]\s")
_PART = r"[A-ZÄÖÜ0-9][^.:;!?/|]{1,28}"
_CATEGORY = re.compile(rf"{_PART}(?:{_BETWEEN.pattern}{_PART}){{1,3}}")
_MARK = re.compile(r"\[\s?(?P<publisher>[^\[\]]{2,60}?)\s?\]\s?[·|•,–-]\s?(?P<date>.{6,40})")


def category(line: str) -> tuple[str, ...]:
    """The parts of a category line (``Finanzen / Unternehmen``), or nothing where *line* is none."""
    return tuple(_BETWEEN.split(line)) if _CATEGORY.fullmatch(line) else ()


def end_mark(line: str) -> tuple[str, Date] | None:
    """Publisher and date of the line below an article, ``[InvestmentWeek] · 21.06.2025 · 08:00 Uhr``."""
    match = _MARK.fullmatch(line)
    moment = parse_date(match["date"]) if match else None
    return (match["publisher"], moment) if match and moment else None
