"""Text dumps of news pages: one page a file, page noise and all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.agencies import is_agency
from newsearch.corpus.article import Article, DateOrigin
from newsearch.corpus.datelines import read_dateline
from newsearch.corpus.dating import choose_date, with_date
from newsearch.corpus.formats.base import WHAT_IS_READ, Parsed, RejectedError, undefined_bytes
from newsearch.corpus.formats.body import Line, mark_noise, split_lines
from newsearch.corpus.formats.head import Head, find_lost_headline, read_head
from newsearch.corpus.formats.lines import Reason, category, end_mark
from newsearch.corpus.language import detect_language
from newsearch.corpus.report import Dropped
from newsearch.corpus.text import decode, is_binary, join

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsearch.corpus.dates import Date


def parse_dump(raw: bytes, now: datetime | None = None) -> Parsed:
    """The article of a text dump.

    Args:
        raw: The file.
        now: The time of reading, to flag a publication date that lies in the future; None asks for no flag.

    Raises:
        RejectedError: The file is empty, no text, or holds no article.
    """
    if not raw.strip():
        raise RejectedError(
            "empty file", "It holds nothing. If it should: it was cut off on its way here, copy it again."
        )
    if is_binary(raw):
        raise RejectedError(
            "binary file", f"It has NUL bytes, so it is no text. {WHAT_IS_READ} UTF-16 is read where it has its mark."
        )
    decoded = decode(raw)
    article, dropped = clean_dump(decoded.text, now)
    if not article.text:
        raise RejectedError("no article", _no_article(article, dropped))
    return Parsed(article, (*undefined_bytes(decoded), *dropped))


def _no_article(article: Article, dropped: Sequence[Dropped]) -> str:
    found = f"a headline ({article.title[:60]!r})" if article.title else "neither headline nor paragraph"
    noise = f" and {len(dropped)} lines of page noise" if dropped else ""
    return (
        f"Found {found}{noise}; an article has a headline and paragraphs. Leave the file out, or save its page again."
    )


def clean_dump(text: str, now: datetime | None = None) -> tuple[Article, list[Dropped]]:
    """The article of a page, and what of the page is not part of it. Pure; every line is in one of the two.

    Args:
        text: The page.
        now: As above.

    Returns:
        The article without id and source, its text empty where the page has none; the rest in the page's order, each
        with its reason.
    """
    lines = split_lines(text)
    reasons = mark_noise(lines)
    foot = _read_foot(lines, reasons)
    publishers = [foot.publisher] if foot.publisher else []
    if (lost := find_lost_headline(lines, reasons, publishers)) is not None:
        reasons[lost] = None
    head = read_head(lines, reasons, publishers)
    for index, reason in head.reasons.items():
        reasons[index] = reason
    for index in _biographies(lines, reasons, head.authors):
        reasons[index] = Reason.AUTHOR_BOX
    kept = [
        line.text
        for index, (line, reason) in enumerate(zip(lines, reasons, strict=True))
        if reason is None and index != head.title_at
    ]
    dropped = [Dropped(reason, line.text) for line, reason in zip(lines, reasons, strict=True) if reason is not None]
    return _article(head, foot, kept, now), dropped


_IS = re.compile(r"[ ,](?:is|covers|writes|reports|works|ist|schreibt|arbeitet|berichtet|leitet)\b")
_LAST: Final = 3
"""Lines at the end of the text in which an author is introduced."""


def _biographies(lines: Sequence[Line], reasons: Sequence[Reason | None], authors: Sequence[str]) -> list[int]:
    """The lines at the end that introduce an author: ``Erika Muster ist Redakteurin``."""
    last = [index for index, reason in enumerate(reasons) if reason is None][-_LAST:]
    return [
        index
        for index in last
        if any(lines[index].text.startswith(name) and _IS.match(lines[index].text, len(name)) for name in authors)
    ]


@dataclass(frozen=True, slots=True)
class _Foot:
    """What the marks of a page say, below the article or repeated above it."""

    publisher: str = ""
    published: Date | None = None
    section: str = ""


def _read_foot(lines: Sequence[Line], reasons: Sequence[Reason | None]) -> _Foot:
    marks = [index for index, reason in enumerate(reasons) if reason is Reason.END_MARK]
    sections = [category(line.text) for line, reason in zip(lines, reasons, strict=True) if reason is Reason.CATEGORY]
    publisher, published = (end_mark(lines[marks[0]].text) or ("", None)) if marks else ("", None)
    return _Foot(publisher, published, sections[0][-1] if sections else "")


def _article(head: Head, foot: _Foot, kept: list[str], now: datetime | None) -> Article:
    dates = (head.date_line.published, foot.published)
    updated = head.date_line.updated
    publisher, agency = name_publisher(head.date_line.credit, head.first, foot.publisher)
    body, dateline = join(kept), read_dateline(kept)
    article = Article(
        title=head.title,
        text=body,
        lead=head.lead,
        updated=updated.moment if updated else None,
        language=detect_language(f"{head.title}. {body}"),
        publisher=publisher,
        agency=dateline.agency or agency,
        place=dateline.place,
        authors=head.authors,
        section=foot.section,
    )
    return with_date(article, choose_date(((DateOrigin.DATELINE, date) for date in dates), now))


def name_publisher(credit: str, first: str, mark: str) -> tuple[str, str]:
    """Publisher and agency of a page.

    The line below the article knows best; then the date line's credit, unless it only names an agency; then the first
    line of the page.

    Args:
        credit: What the date line says after ``Quelle:``, ``dpa/Elbkurier`` perhaps.
        first: The line above the headline, or empty.
        mark: The name in ``[InvestmentWeek] · 21.06.2025``, or empty.
    """
    parts = [part.strip() for part in credit.split("/") if part.strip()]
    outlets = [part for part in parts if not is_agency(part)]
    agencies = [part for part in parts if is_agency(part)]
    same = [part for part in outlets if part.casefold() == first.casefold()]
    publisher = next((name for name in (mark, *same, *outlets, first) if name), "")
    return publisher, next((name for name in agencies if name.casefold() != publisher.casefold()), "")
