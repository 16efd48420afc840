from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.errors import UsageError
from newsearch.search.dates import final_day, first_day


@pytest.mark.parametrize(
    ("text", "first", "final"),
    [
        ("2025-06-21", date(2025, 6, 21), date(2025, 6, 21)),
        ("2025-6-2", date(2025, 6, 2), date(2025, 6, 2)),
        ("2025-06", date(2025, 6, 1), date(2025, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        (" 2025 ", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_day_a_month_or_a_year_has_a_first_and_a_last_day(text, first, final):
    assert (first_day(text), final_day(text)) == (first, final)


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)))
def test_the_day_after_a_month_begins_the_next(day):
    month = f"{day:%Y-%m}"
    assert first_day(month) <= day <= final_day(month)
    assert (final_day(month) + timedelta(days=1)).day == 1
    assert first_day(day.isoformat()) == final_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("gestern", "it is written in another way"),
        ("21.06.2025", "it is written in another way"),
        ("25-06-21", "it is written in another way"),
        ("", "it is written in another way"),
        ("2025-13", "month must be in 1..12"),
        ("2025-00", "month must be in 1..12"),
        ("2025-00-15", "month must be in 1..12"),
        ("2025-02-30", "day is out of range for month"),
        ("2025-06-00", "day is out of range for month"),
        ("0000", "year 0 is out of range"),
    ],
)
def test_what_is_no_date_is_refused_with_the_forms_that_are(text, why):
    wanted = rf"^'{text}' is no date \({why}\)\. Wanted: a day, month or year such as 2025-06-21, 2025-06 or 2025\.$"
    for read in (first_day, final_day):
        with pytest.raises(UsageError, match=wanted):
            read(text)
