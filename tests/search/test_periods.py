from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.periods import SHORTEST, Step, label_of, start_of, starts_between

STEPS = st.sampled_from(list(Step))
DAYS = st.dates(date(1605, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("by", "start", "label"),
    [
        (Step.DAY, date(2025, 6, 21), "2025-06-21"),
        (Step.WEEK, date(2025, 6, 16), "2025-W25"),
        (Step.MONTH, date(2025, 6, 1), "2025-06"),
        (Step.YEAR, date(2025, 1, 1), "2025"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(by, start, label):
    assert start_of(date(2025, 6, 21), by) == start
    assert label_of(start, by) == label


def test_the_first_week_of_a_year_may_begin_in_the_year_before():
    """ISO 8601: 1 January 2025 was a Wednesday."""
    start = start_of(date(2025, 1, 1), Step.WEEK)
    assert (start, label_of(start, Step.WEEK)) == (date(2024, 12, 30), "2025-W01")


def test_between_january_and_march_of_a_leap_year_lies_february():
    assert list(starts_between(date(2024, 1, 31), date(2024, 3, 1), Step.MONTH)) == [
        date(2024, 1, 1),
        date(2024, 2, 1),
        date(2024, 3, 1),
    ]


@given(DAYS, st.integers(0, 900), STEPS)
def test_periods_follow_each_other_without_a_gap(first, days, by):
    last = first + timedelta(days=days)
    starts = list(starts_between(first, last, by))
    assert (starts[0], starts[-1]) == (start_of(first, by), start_of(last, by))
    for start, then in pairwise(starts):
        assert start_of(then - timedelta(days=1), by) == start
        assert (then - start).days >= SHORTEST[by]
    assert len({label_of(s, by) for s in starts}) == len(starts)
