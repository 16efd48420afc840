"""When the archive wrote about something: answering passages, counted by day, week, month or year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.corpus.errors import UsageError
from newsearch.indexer.columns import UNDATED, Filter
from newsearch.search.hits import SCHEMA, filter_json
from newsearch.search.periods import SHORTEST, Step, label_of, start_of, starts_between
from newsearch.search.query import as_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.search.searcher import Searcher

SHARE: Final = 0.7
"""A passage counts from this share of the best passage's score on. Of 24 topics whose articles can be told by their words
("yukos", "tsunami"), that counts .93 times as many articles as there are (median), 70% of them rightly; .75 counts .72 times
as many, 76% rightly, .6 1.46 times, 52% (4,773 articles, the bilingual encoder)."""

FIRST: Final = 500
MOST: Final = 32_000
"""Passages that are ranked at first, and at most: four times as many each time that all of them count."""

MOST_PERIODS: Final = 4_000
"""Eleven years of days: who asks for more has one wrong date in the archive, or wants months."""


@dataclass(frozen=True, slots=True)
class Period:
    """What answers in one period.

    Attributes:
        start: Its first day.
        articles: Articles with an answering passage.
        passages: Their answering passages.
    """

    start: date
    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """How often the archive wrote about something.

    Attributes:
        query: As it was asked.
        by: How long each period is.
        periods: From the first that holds an answer to the last, those without one included.
        undated: Answering articles without a date.
        rough: Answering articles whose date is known less exactly than by the period, a month where days are counted.
        filter: What was counted.
        complete: Whether all that answers was looked at; else the counts are of the `MOST` best passages.
        took_ms: Milliseconds from the question to the counts.
        index: Name of the generation that answered.
        model: The embedder.
    """

    query: str
    by: Step
    periods: tuple[Period, ...]
    undated: int
    rough: int
    filter: Filter
    complete: bool
    took_ms: float
    index: str
    model: str

    @property
    def articles(self) -> int:
        """All answering articles, with those that no period holds."""
        return sum(p.articles for p in self.periods) + self.undated + self.rough


def timeline(searcher: Searcher, text: str, by: Step, wanted: Filter) -> Timeline:
    """Count what answers *text* by time.

    What answers is what reaches `SHARE` of the best passage's score: those of one query can be compared, not those of two.
    Each article counts, also the second on the same story: the question is how much was written.

    Args:
        searcher: The index.
        text: The question.
        by: How long a period is.
        wanted: What is counted.

    Returns:
        The counts, by the calendar of the index's time zone.

    Raises:
        UsageError: See `Searcher.search`; or there would be over `MOST_PERIODS` periods.
    """
    began = perf_counter()
    numbers, complete = _answering(searcher, text, wanted)
    generation = searcher.generation
    rows, passages = np.unique(generation.article_of[numbers], return_counts=True)
    first, last = (c[rows] for c in (generation.columns.first_day, generation.columns.last_day))
    dated = first != UNDATED
    fits = dated & np.array([start_of(a, by) == start_of(b, by) for a, b in _days(first, last)], bool)
    return Timeline(
        query=as_text(text),
        by=by,
        periods=_counted([start_of(day, by) for day, _ in _days(first[fits], last[fits])], passages[fits].tolist(), by),
        undated=int((~dated).sum()),
        rough=int((dated & ~fits).sum()),
        filter=wanted,
        complete=complete,
        took_ms=(perf_counter() - began) * 1000,
        index=generation.manifest.id,
        model=generation.manifest.model,
    )


def _answering(searcher: Searcher, text: str, wanted: Filter) -> tuple[NDArray[np.int64], bool]:
    """The passages that answer, and whether these are all."""
    k = FIRST
    while True:
        ranked = searcher.rank(text, k, wanted, collapse=False)
        answering = ranked.numbers[ranked.scores >= SHARE * ranked.scores[:1].sum()]  # of none, none
        complete = len(answering) < k
        if complete or k >= MOST:
            return answering, complete
        k *= 4


def _days(first: NDArray[np.int32], last: NDArray[np.int32]) -> list[tuple[date, date]]:
    """Both as calendar days; those of undated articles, which nobody looks at, are the first day there is."""
    return [
        (date.fromordinal(max(a, 1)), date.fromordinal(max(b, 1)))
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
    ]


def _counted(starts: list[date], passages: list[int], by: Step) -> tuple[Period, ...]:
    """The periods from the first of *starts* to the last, with how many articles begin in each and their passages.

    Raises:
        UsageError: They are too many.
    """
    if not starts:
        return ()
    articles, found = Counter(starts), Counter[date]()
    for start, count in zip(starts, passages, strict=True):
        found[start] += count
    if (max(starts) - min(starts)).days / SHORTEST[by] > MOST_PERIODS:
        raise UsageError(
            f"From {min(starts)} to {max(starts)} there are more than {MOST_PERIODS:,} {by}s. "
            "Wanted: longer periods (--by year), or less time (--since, --until)."
        )
    return tuple(Period(s, articles[s], found[s]) for s in starts_between(min(starts), max(starts), by))


def timeline_json(counted: Timeline) -> dict[str, Any]:
    """*counted* in the form of ``--json``."""
    return {
        "schema": SCHEMA,
        "query": counted.query,
        "filter": filter_json(counted.filter),
        "model": counted.model,
        "took_ms": round(counted.took_ms, 1),
        "index": counted.index,
        "by": counted.by,
        "articles": counted.articles,
        "undated": counted.undated,
        "rough": counted.rough,
        "complete": counted.complete,
        "periods": [
            {
                "period": label_of(p.start, counted.by),
                "start": p.start.isoformat(),
                "articles": p.articles,
                "passages": p.passages,
            }
            for p in counted.periods
        ],
    }
