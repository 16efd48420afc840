"""Dates as people type them after --since and --until."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from newsearch.corpus.article import Precision
from newsearch.corpus.errors import UsageError
from newsearch.indexer.columns import last_day

_FORM: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def first_day(text: str) -> date:
    """The first day of a day, month or year such as ``2025-06-21``, ``2025-06`` or ``2025``.

    Raises:
        UsageError: *text* is none of these.
    """
    return _parse(text)[0]


def final_day(text: str) -> date:
    """The last day of a day, month or year.

    Raises:
        UsageError: *text* is none of these.
    """
    first, precision = _parse(text)
    return date.max if first.year == date.max.year else last_day(first, precision)


def _parse(text: str) -> tuple[date, Precision]:
    match = _FORM.fullmatch(text.strip())
    try:
        if not match:
            raise ValueError("it is written in another way")
        year, month, day = match.groups()
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        return date(int(year), int(month or 1), int(day or 1)), precision
    except ValueError as exc:
        raise UsageError(
            f"{text!r} is no date ({exc}). Wanted: a day, month or year such as 2025-06-21, 2025-06 or 2025."
        ) from exc
