"""What a search can be narrowed by: dates, publisher, language, section, agency, as one column each over the articles."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.article import Article, Precision
from newsearch.corpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

UNDATED: Final = 0
"""Day number of an article without a date; ``date.toordinal`` starts at 1."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the articles of the hits must be. An empty filter changes nothing; the parts are joined with "and".

    Attributes:
        since: First calendar day, in the index's time zone.
        until: Last calendar day.
        publishers: Any of these, whatever their case; likewise the others.
        languages: Any of these BCP 47 tags; ``de`` also matches ``de-AT``. Asked of passages, the rest of articles.
        include_undated: Whether a dated search also finds articles without a date.
    """

    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    include_undated: bool = False

    def __post_init__(self) -> None:
        """Refuse the two slips that would find nothing without a word: a text for a list of them, a text for a day.

        Raises:
            UsageError: A field is of another kind than its type says.
        """
        for name in ("publishers", "languages", "sections", "agencies"):
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} is the text {getattr(self, name)!r}. Wanted: a tuple of texts.")
        for name in ("since", "until"):
            if not isinstance(getattr(self, name), date | None):
                raise UsageError(f"{name} is {getattr(self, name)!r}. Wanted: a datetime.date.")

    @property
    def dated(self) -> bool:
        """Whether it asks for a time."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of names as numbers.

    Attributes:
        names: The distinct names, in order of first appearance.
        codes: Index into *names* of each row, shape (n,), int32.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, values: Iterable[str]) -> Coded:
        """The given values, one a row."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(value, len(numbers)) for value in values]
        return cls(tuple(numbers), np.array(codes, np.int32))

    def of_rows(self, rows: NDArray[np.int64]) -> list[str]:
        """The names that the rows *rows* hold, in that order."""
        return [self.names[code] for code in self.codes[rows].tolist()]

    def take(self, rows: NDArray[np.int64]) -> Coded:
        """The rows *rows*, in that order; names that none of them has are gone."""
        codes, last = self.codes[rows], len(rows)
        first = np.full(len(self.names), last)
        first[codes[::-1]] = np.arange(last)[::-1]  # of a code that is there several times, what is set last stands
        used = np.argsort(first, kind="stable")[: np.count_nonzero(first < last)]
        numbers = np.zeros(len(self.names), np.int32)
        numbers[used] = np.arange(len(used))
        return Coded(tuple(self.names[i] for i in used.tolist()), numbers[codes])

    def join(self, other: Coded) -> Coded:
        """These rows and then those of *other*."""
        numbers = {name: i for i, name in enumerate(self.names)}
        moved = np.array([numbers.setdefault(name, len(numbers)) for name in other.names], np.int32)
        return Coded(tuple(numbers), np.concatenate([self.codes, moved[other.codes] if len(moved) else other.codes]))

    def matching(self, wanted: Sequence[str], *, prefix: bool = False) -> NDArray[np.bool_]:
        """Which rows hold one of *wanted*, ignoring case; with *prefix* also ``wanted-…``, shape (n,)."""
        folded = [w.casefold() for w in wanted]
        hit = [
            any(name.casefold() == w or (prefix and name.casefold().startswith(f"{w}-")) for w in folded)
            for name in self.names
        ]
        return np.array(hit, bool)[self.codes] if hit else np.zeros(len(self.codes), bool)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the articles, one row an article.

    Attributes:
        first_day: First day that the publication date may be, as ``date.toordinal``; UNDATED where unknown, int32.
        last_day: Last such day; the same but for dates known to the month or year only.
    """

    first_day: NDArray[np.int32]
    last_day: NDArray[np.int32]
    publisher: Coded
    language: Coded
    section: Coded
    agency: Coded

    @classmethod
    def of(cls, articles: Sequence[Article], zone: ZoneInfo) -> Columns:
        """The columns of *articles*, their dates as calendar days in *zone*."""
        days = np.array([days_of(a.published, a.precision, zone) for a in articles], np.int32).reshape(-1, 2)
        return cls(
            days[:, 0],
            days[:, 1],
            Coded.of(a.publisher for a in articles),
            Coded.of(a.language for a in articles),
            Coded.of(a.section for a in articles),
            Coded.of(a.agency for a in articles),
        )

    def take(self, rows: NDArray[np.int64]) -> Columns:
        """The rows *rows*, in that order."""
        coded = [getattr(self, f.name).take(rows) for f in fields(self)[2:]]
        return Columns(self.first_day[rows], self.last_day[rows], *coded)

    def join(self, other: Columns) -> Columns:
        """These rows and then those of *other*."""
        coded = [getattr(self, f.name).join(getattr(other, f.name)) for f in fields(self)[2:]]
        first, last = ([getattr(c, name) for c in (self, other)] for name in ("first_day", "last_day"))
        return Columns(np.concatenate(first), np.concatenate(last), *coded)

    def allowed(self, wanted: Filter) -> NDArray[np.bool_]:
        """Which articles *wanted* lets through, shape (n,)."""
        out = self._matching_names(wanted)
        if wanted.dated:
            since = wanted.since.toordinal() if wanted.since else 1
            until = wanted.until.toordinal() if wanted.until else date.max.toordinal()
            within = (self.last_day >= since) & (self.first_day <= until) & (self.first_day != UNDATED)
            out &= within | ((self.first_day == UNDATED) & wanted.include_undated)
        return out

    def undated_excluded(self, wanted: Filter, shown: NDArray[np.bool_] | None = None) -> int:
        """How many of the articles *shown* (all where None) *wanted* leaves out only because they have no date."""
        if not wanted.dated or wanted.include_undated:
            return 0
        undated = self._matching_names(wanted) & (self.first_day == UNDATED)
        return int((undated if shown is None else undated & shown).sum())

    def _matching_names(self, wanted: Filter) -> NDArray[np.bool_]:
        out = np.ones(len(self.first_day), bool)
        columns = (self.publisher, self.section, self.agency)
        for column, names in zip(columns, (wanted.publishers, wanted.sections, wanted.agencies), strict=True):
            if names:
                out &= column.matching(names)
        if wanted.languages:
            out &= self.language.matching(wanted.languages, prefix=True)
        return out


def days_of(published: datetime | None, precision: Precision | None, zone: ZoneInfo) -> tuple[int, int]:
    """First and last calendar day that a publication date may be, as ``date.toordinal``; UNDATED twice without one."""
    if published is None:
        return UNDATED, UNDATED
    if precision in (None, Precision.INSTANT):
        day = published.astimezone(zone).date()
        return day.toordinal(), day.toordinal()
    first = published.date()
    return first.toordinal(), last_day(first, precision).toordinal()


def last_day(first: date, precision: Precision | None) -> date:
    """The last day of the year or month that begins on *first*; *first* itself for a day."""
    if precision is Precision.YEAR:
        return date(first.year, 12, 31)
    if precision is Precision.MONTH:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first
