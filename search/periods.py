"""Days, weeks, months and years of the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class Step(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


SHORTEST: Final = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 28, Step.YEAR: 365}
"""Days that a period has at least."""


def start_of(day: date, by: Step) -> date:
    """The first day of the period that *day* lies in; weeks begin on Monday (ISO 8601)."""
    if by is Step.WEEK:
        return date.fromordinal(max(day.toordinal() - day.weekday(), 1))
    return {Step.DAY: day, Step.MONTH: day.replace(day=1), Step.YEAR: day.replace(month=1, day=1)}[by]


def starts_between(first: date, last: date, by: Step) -> Iterator[date]:
    """The first day of each period from that of *first* to that of *last*."""
    start, end = start_of(first, by), start_of(last, by)
    while True:
        yield start
        if start >= end:
            return
        start = start_of(start + timedelta(days=SHORTEST[by] + (4 if by in (Step.MONTH, Step.YEAR) else 0)), by)


def label_of(start: date, by: Step) -> str:
    """How a period is called: ``2025-06-21``, ``2025-W25``, ``2025-06``, ``2025``."""
    if by is Step.WEEK:
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    return start.isoformat()[: {Step.DAY: 10, Step.MONTH: 7, Step.YEAR: 4}[by]]
