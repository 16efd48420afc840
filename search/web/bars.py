"""The timeline of the search page: bars, each of which narrows the search to its time. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import numpy as np

from newsearch.indexer.columns import UNDATED
from newsearch.search.periods import SHORTEST, Step, label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from newsearch.search.timeline import Timeline

MOST_BARS: Final = 72
"""Bars of one chart: on a phone each is still five pixels wide; six years of months."""
TALLEST: Final = 60
SHORTEST_BAR: Final = 2
"""Heights in the chart's own units, of 64; one article among thousands is still to be seen."""
WIDTH: Final = 10


def step_for(first_day: NDArray[np.int32]) -> Step:
    """How long the periods are to be so that there are at most MOST_BARS of them.

    Args:
        first_day: Days of the articles that may be found, as `newsearch.indexer.columns.Columns` has them.
    """
    dated = first_day[first_day != UNDATED]
    days = int(dated.max() - dated.min()) if len(dated) else 0
    return next((step for step in (Step.DAY, Step.WEEK, Step.MONTH) if days / SHORTEST[step] <= MOST_BARS), Step.YEAR)


def bars_of(counted: Timeline, fields: Sequence[tuple[str, str]], words: Mapping[str, str]) -> dict[str, Any]:
    """The chart: its bars from the oldest on, and the address that brushing them adds a time to.

    Args:
        counted: The counts; none of them, or a single one, is no chart.
        fields: Of the page's address.
        words: What is said.
    """
    rest = [(name, value) for name, value in fields if name not in {"since", "until", "on"}]
    if len(counted.periods) <= 1:
        return {"bars": []}
    most = max(period.articles for period in counted.periods)
    bars = []
    for period in counted.periods:
        since, until = _days(period.start, counted.by)
        when = label_of(period.start, counted.by)
        bars.append(
            {
                "when": when,
                "label": words["bar"].format(when=when, count=period.articles),
                "since": since,
                "until": until,
                "here": address([*rest, ("since", since), ("until", until)]),
                "height": max(round(TALLEST * period.articles / most), SHORTEST_BAR if period.articles else 0),
            }
        )
    return {"bars": bars, "width": WIDTH * len(bars), "unset": address(rest)}


def address(fields: Iterable[tuple[str, str]], path: str = "/") -> str:
    """*path* with *fields* as its query."""
    query = urlencode(list(fields))
    return f"{path}?{query}" if query else path


def _days(start: date, by: Step) -> tuple[str, str]:
    """What to write after since and until for a period: a year, a month, a day, or the days of a week."""
    if by is Step.WEEK:
        return start.isoformat(), (start + timedelta(days=6)).isoformat()
    label = label_of(start, by)
    return label, label
