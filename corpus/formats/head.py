"""The head of a page: publisher, headline, date line, authors, lead."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newsearch.corpus.dates import Date, parse_date
from newsearch.corpus.formats.lines import MIN_PROSE, Reason, is_prose
from newsearch.corpus.formats.noise import may_be_headline, noise

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from newsearch.corpus.formats.body import Line

HEAD_LINES: Final = 12
"""Lines that are not noise among which the date line is looked for."""
_KICKER_WORDS: Final = 4
"""A line above the headline of at most so many words is a publisher, a section or a kicker."""

MAX_OUTLET_WORDS: Final = 5
"""Frankfurter Allgemeine Zeitung für Deutschland"""

_CHANGED_WORDS: Final = (
    r"(?:zuletzt |last )?(?:aktualisiert|geändert|überarbeitet|updated?|modified|revised)"
    r"|(?:letzte )?(?:aktualisierung|änderung)"
)
_SEGMENTS = re.compile(rf"\s*[·|•]\s*|,\s*(?=(?:{_CHANGED_WORDS})\b)", re.IGNORECASE)
_CHANGED = re.compile(rf"(?:{_CHANGED_WORDS})\b(?: (?:am|on|at|um|vom))?:?\s*", re.IGNORECASE)
_APPEARED = re.compile(
    r"(?:(?:zuerst |first )?(?:veröffentlicht|publiziert|erschienen|erstellt|published|posted)|online(?: seit)?"
    r"|stand|datum|date|vom)(?: (?:am|on|at|vom))?:?\s*",
    re.IGNORECASE,
)
_AS_OF = re.compile(r"stand\b", re.IGNORECASE)
_PLACED = re.compile(r"[A-ZÄÖÜ][\w.-]*(?: [A-ZÄÖÜ][\w.-]*)?, (?:den )?(?=\d)")
"""``Zürich, 21. Juni 2025``: where a place stands before the date."""
_CREDIT = re.compile(r"(?:Quelle|Source):\s*(.{2,80})", re.IGNORECASE)
_NAME = r"(?:Dr\. |Prof\. )*[A-ZÄÖÜ][\w'’.-]*(?: (?:(?:von|van|de|der|zu|la|le|den|el|al)\b|[A-ZÄÖÜ][\w'’.-]*)){1,4}"
_AUTHORS = re.compile(
    rf"(?:Von|By|(?:Ein|Eine|A|An) \w+ (?:von|by)|Autor(?:in)?:|Text:)\s+({_NAME}(?:(?:,| und| and| &) {_NAME})*)"
    r"(?:, [A-ZÄÖÜ][\w /-]{2,40})?"
)
_ROLE = re.compile(r"\b(?:Writer|Editor|Reporter|Correspondent|Staff|Redakteur(?:in)?|Korrespondent(?:in)?|Redaktion)$")
_AND = re.compile(r",\s*|\s+(?:und|and|&)\s+|\s*;\s*")
_OUTLET = re.compile(
    r"(?:.*(?:zeitung|tag(?:es)?blatt|blatt|kurier|courier|rundschau|anzeiger|nachrichten|merkur|tageblatt|presse|magazin|woche"
    r"|week|times|herald|chronicle|gazette|journal|tribune|telegraph|guardian|observer|post|news|standard|spiegel|echo|bote"
    r"|blick|report|review|express|mail|ledger|examiner|sentinel|dispatch|mirror|argus|inquirer|press|wire|daily .+)"
    r"|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:de|at|ch|com|org|net|eu|info|co\.uk|uk|news))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateLine:
    """What a date line says: ``21. Juni 2025, 08:00 Uhr · Quelle: InvestmentWeek``."""

    published: Date | None = None
    updated: Date | None = None
    credit: str = ""
    authors: tuple[str, ...] = ()

    def completed(self, below: DateLine) -> DateLine:
        """The same with what another date line below it says and this one does not."""
        return DateLine(
            self.published or below.published,
            self.updated or below.updated,
            self.credit or below.credit,
            self.authors or below.authors,
        )


@dataclass(slots=True)
class Head:
    """What the head of a page says.

    Attributes:
        title: The headline, or empty.
        lead: The lead, or empty; its line is part of the text too.
        first: The line above the headline, where it may be the publisher's name.
        date_line: What the date line says.
        authors: Names of the author line.
        title_at: Number of the headline's line; -1 without one.
        reasons: Why lines of the head are no text, by their number.
    """

    title: str = ""
    lead: str = ""
    first: str = ""
    date_line: DateLine = field(default_factory=DateLine)
    authors: tuple[str, ...] = ()
    title_at: int = -1
    reasons: dict[int, Reason] = field(default_factory=dict)


def read_date_line(line: str) -> DateLine | None:
    """What *line* says where all of it belongs to a date line, else None.

    ``Stand:`` beside another date says when the article was last changed; alone it is the only date there is.
    """
    changed, as_of, credit, rest = None, None, "", []
    authors: tuple[str, ...] = ()
    for segment in _SEGMENTS.split(line):
        if match := _CREDIT.fullmatch(segment):
            credit = match[1].strip()
        elif names := read_authors(segment):
            authors = names
        elif match := _CHANGED.match(segment):
            changed = segment[match.end() :]
        elif (match := _AS_OF.match(segment)) and (found := _appeared(segment)):
            as_of = found
        elif noise(segment) is not Reason.READING_TIME:
            rest.append(segment)
    names, written = _split_by(", ".join(rest))
    dates = [date for date in (_appeared(written), as_of) if date]
    updated = _changed(changed, dates[0] if dates else None) if changed is not None else None
    if (changed is not None and not updated) or (rest and not _appeared(written)) or not (dates or updated):
        return None
    return DateLine(
        dates[0] if dates else None, updated or (dates[1] if len(dates) > 1 else None), credit, authors or names
    )


def _appeared(written: str) -> Date | None:
    """The date in *written*, behind a word that says so or a place."""
    match = _APPEARED.match(written) or _PLACED.match(written)
    return parse_date(written[match.end() :] if match else written)


def _changed(written: str, published: Date | None) -> Date | None:
    """The date of a change, which may only name the hour of the same day: ``aktualisiert um 15:10 Uhr``."""
    found = parse_date(written)
    if found or published is None or not written[:1].isdigit():
        return found
    return parse_date(f"{published.moment:%Y-%m-%d}, {written}")


def _split_by(text: str) -> tuple[tuple[str, ...], str]:
    """The names and the rest of ``By Jane Doe, 14 March 2023, 06:30``."""
    head, _, tail = text.partition(", ")
    names = read_authors(head)
    return (names, tail) if names and tail else ((), text)


def read_authors(line: str) -> tuple[str, ...]:
    """The names of an author line (``Von Erika Muster und Max Muster``), or nothing where *line* is none."""
    match = _AUTHORS.fullmatch(line)
    return tuple(name for name in _AND.split(match[1]) if not _ROLE.search(name)) if match else ()


def is_outlet(line: str) -> bool:
    """Whether *line* looks like the name of a newspaper or site."""
    return len(line.split()) <= MAX_OUTLET_WORDS and _OUTLET.fullmatch(line) is not None


def find_lost_headline(
    lines: Sequence[Line], reasons: Sequence[Reason | None], publishers: Collection[str]
) -> int | None:
    """The number of the line that is the headline though it reads as noise; None where there is no such line.

    It stands above the date line, on a page without one first of all, and nothing else can be the headline: a page's
    only ``Bild: Springer streicht Stellen`` there is no caption.
    """
    free = [index for index, reason in enumerate(reasons) if reason is None]
    dated = _find_date_line(lines, free)
    text = [lines[index].text for index in free]
    if dated is None:
        last, others = 1, list(itertools.takewhile(lambda line: not is_prose(line), text))
    else:
        last, credit = dated, (read_date_line(lines[dated].text) or DateLine()).credit
        at = free.index(dated)
        publishers = [*publishers, credit]
        others = text[:at] + [line for line in text[at + 1 : at + 2] if not line.endswith((".", "!", "?", "“", '"'))]
    if any(_can_be_headline(line, publishers) for line in others):
        return None
    return next((at for at, line in enumerate(lines[:last]) if reasons[at] and may_be_headline(line.text)), None)


def _can_be_headline(line: str, publishers: Collection[str]) -> bool:
    """Whether *line* is not surely a publisher's name, a kicker of one word, an author line or prose."""
    known = line.casefold() in {name.casefold() for name in publishers} or is_outlet(line)
    return len(line.split()) > 1 and not (known or is_prose(line) or read_authors(line) or read_date_line(line))


def read_head(lines: Sequence[Line], reasons: Sequence[Reason | None], publishers: Collection[str]) -> Head:
    """The head of the page.

    Args:
        lines: The page's lines.
        reasons: Why each of them is no part of the article, as far as known.
        publishers: Names of the publisher that the page gives elsewhere.
    """
    head = Head()
    free = [index for index, reason in enumerate(reasons) if reason is None]
    dated = _find_date_line(lines, free)
    if dated is None:
        above = list(itertools.takewhile(lambda index: not is_prose(lines[index].text), free[:HEAD_LINES]))
    else:
        above = [index for index in free if index < dated]
        head.date_line = _take_date_line(lines, dated, head)
    above = _take_authors(lines, above, head)
    if dated is None:
        _title_undated(lines, above, publishers, head)
    else:
        _title_dated(lines, above, publishers, head)
        _read_below(lines, reasons, dated, head)
    _drop_repeated_title(lines, free, head)
    return head


def _find_date_line(lines: Sequence[Line], free: Sequence[int]) -> int | None:
    """The first date line of the head; the head ends with the second line of prose."""
    prose = 0
    for index in free[:HEAD_LINES]:
        if read_date_line(lines[index].text):
            return index
        prose += is_prose(lines[index].text)
        if prose > 1:
            break
    return None


def _take_date_line(lines: Sequence[Line], index: int, head: Head) -> DateLine:
    head.reasons[index] = Reason.DATE_LINE
    date_line = read_date_line(lines[index].text) or DateLine()
    head.authors = date_line.authors
    return date_line


def _take_authors(lines: Sequence[Line], indices: Sequence[int], head: Head) -> list[int]:
    """*indices* without author lines, whose names are kept."""
    left = []
    for index in indices:
        if names := read_authors(lines[index].text):
            head.authors = head.authors or names
            head.reasons[index] = Reason.AUTHOR_LINE
        else:
            left.append(index)
    return left


def _title_undated(lines: Sequence[Line], above: Sequence[int], publishers: Collection[str], head: Head) -> None:
    """Without a date line the first line is the headline, unless it is surely the publisher's name."""
    names = {name.casefold() for name in publishers}
    if len(above) > 1 and (lines[above[0]].text.casefold() in names or is_outlet(lines[above[0]].text)):
        _take_first(lines, above[0], head)
        above = above[1:]
    if above:
        _take_title(lines, above[0], head)


def _title_dated(lines: Sequence[Line], above: Sequence[int], publishers: Collection[str], head: Head) -> None:
    """Above a date line stand, each of them only perhaps: publisher, kicker, headline, sub-headline, lead."""
    leads = [index for index in above if is_prose(lines[index].text)]
    names = [index for index in above if index not in leads]
    if not names:
        return
    title = _headline_of(lines, names, publishers)
    _take_title(lines, title, head)
    for index in names[: names.index(title)]:
        if index == names[0]:
            _take_first(lines, index, head)
        else:
            head.reasons[index] = Reason.ABOVE_HEADLINE
    head.lead = next((lines[index].text for index in leads if index > title), "")


def _headline_of(lines: Sequence[Line], names: Sequence[int], publishers: Collection[str]) -> int:
    """The first of *names* that is no publisher and longer than a kicker; else the last."""
    known = {name.casefold() for name in publishers}
    for index in names[:-1]:
        text = lines[index].text
        if text.casefold() not in known and not is_outlet(text) and len(text.split()) > _KICKER_WORDS:
            return index
    return names[-1]


def _take_title(lines: Sequence[Line], index: int, head: Head) -> None:
    head.title, head.title_at = lines[index].text, index


def _take_first(lines: Sequence[Line], index: int, head: Head) -> None:
    head.first = lines[index].text
    head.reasons[index] = Reason.PUBLISHER


def _read_below(lines: Sequence[Line], reasons: Sequence[Reason | None], dated: int, head: Head) -> None:
    """Directly below the date line: further date lines, authors, the headline where none stood above, the lead."""
    for index in range(dated + 1, len(lines)):
        text = lines[index].text
        if reasons[index] is not None:
            continue
        if found := read_date_line(text):
            head.reasons[index] = Reason.DATE_LINE
            head.date_line = head.date_line.completed(found)
        elif names := read_authors(text):
            head.authors = head.authors or names
            head.reasons[index] = Reason.AUTHOR_LINE
        elif not head.title and not is_prose(text):
            _take_title(lines, index, head)
        elif not head.lead and lines[index].block == lines[dated].block and len(text) >= MIN_PROSE:
            head.lead = text
        else:
            return


def _drop_repeated_title(lines: Sequence[Line], free: Sequence[int], head: Head) -> None:
    for index in free[:HEAD_LINES]:
        if head.title and index != head.title_at and lines[index].text == head.title:
            head.reasons[index] = Reason.HEADLINE_AGAIN
