"""Dates as news pages write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.article import Precision
from newsearch.corpus.dates import parse_date

SUMMER = timezone(timedelta(hours=2))
WINTER = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    "written",
    [
        "21. Juni 2025, 08:00 Uhr",
        "21. Juni 2025 um 8 Uhr",
        "Samstag, den 21. Juni 2025, 8.00 Uhr",
        "Sa., 21.06.2025 - 08:00",
        "21.6.2025 08:00 Uhr",
        "21.06.2025 · 08:00 Uhr",
        "21.06.25, 08:00",
        "21 June 2025, 08:00",
        "21st June 2025 at 8 a.m.",
        "Sa, 21. Juni 2025, 08:00 MESZ",
        "Samstag, 21. Jun. 2025 08:00 Uhr (MESZ)",
        "21. Juni 2025 08:00 CEST",
        "June 21st, 2025, 2:00 a.m. ET",
        "2:00 AM EDT, June 21, 2025",
        "2025-06-21T08:00:00 CEST",
        "June 21, 2025 8:00 am",
        "Saturday, June 21, 2025, 8:00am",
        "21 June 2025, 07:00 BST",
        "2025-06-21 08:00",
        "2025-06-21T08:00",
        "2025-06-21T06:00:00Z",
        "2025-06-21T06:00:00.000Z",
        "2025-06-21 08:00:00 +0200",
        "2025-06-21 06:00:00 UTC",
        "20250621T080000",
        "Sat, 21 Jun 2025 06:00:00 +0000",
    ],
)
def test_one_moment_is_understood_in_all_its_forms(written):
    """All of these mean eight in the morning in Berlin; a time without a zone is Berlin's."""
    found = parse_date(written)
    assert found is not None
    assert (found.moment, found.precision) == (datetime(2025, 6, 21, 8, tzinfo=SUMMER), Precision.INSTANT)


@pytest.mark.parametrize(
    ("written", "first", "precision"),
    [
        ("21. Juni 2025", datetime(2025, 6, 21, tzinfo=UTC), Precision.DAY),
        ("3. Jänner 2024", datetime(2024, 1, 3, tzinfo=UTC), Precision.DAY),
        ("1. Feber 2024", datetime(2024, 2, 1, tzinfo=UTC), Precision.DAY),
        ("14 March 2023", datetime(2023, 3, 14, tzinfo=UTC), Precision.DAY),
        ("2023-03-14", datetime(2023, 3, 14, tzinfo=UTC), Precision.DAY),
        ("14th of March 2023", datetime(2023, 3, 14, tzinfo=UTC), Precision.DAY),
        ("14/03/2023", datetime(2023, 3, 14, tzinfo=UTC), Precision.DAY),
        ("03/14/2023", datetime(2023, 3, 14, tzinfo=UTC), Precision.DAY),
        ("Di 14. 3. 23", datetime(2023, 3, 14, tzinfo=UTC), Precision.DAY),
        ("3.4.1998", datetime(1998, 4, 3, tzinfo=UTC), Precision.DAY),
        ("03.04.98", datetime(1998, 4, 3, tzinfo=UTC), Precision.DAY),
        ("2021-11", datetime(2021, 11, 1, tzinfo=UTC), Precision.MONTH),
        ("März 2021", datetime(2021, 3, 1, tzinfo=UTC), Precision.MONTH),
        ("2021", datetime(2021, 1, 1, tzinfo=UTC), Precision.YEAR),
    ],
)
def test_a_date_without_a_time_says_how_exact_it_is(written, first, precision):
    """Day, month and year stand for their first moment in UTC, so that no zone moves them to another day."""
    found = parse_date(written)
    assert found is not None
    assert (found.moment, found.precision) == (first, precision)


def test_summer_and_winter_time_are_told_apart():
    """The same clock time is another moment in January."""
    found = parse_date("21. Jänner 2025, 08:00 Uhr")
    assert found is not None
    assert found.moment == datetime(2025, 1, 21, 8, tzinfo=WINTER)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gestern",
        "31. Februar 2025",
        "21. Juni 2025, 8",
        "21. Juni 2025, 25:00 Uhr",
        "June 21, 2025 13:00 pm",
        "3/4/2023",
        "0001-01-01T00:00:00",
        "9999-12-31",
        "2025-13",
        "Am 21. Juni 2025 kam es",
        "12345",
    ],
)
def test_what_is_not_surely_a_date_is_none(written):
    """Better undated than wrong: 3/4/2023 is two days, the year 1 is what data bases write for none."""
    assert parse_date(written) is None


@given(st.datetimes(datetime(1700, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_moments_round_trip(moment):
    """What a reader wrote, the next reads."""
    found = parse_date(moment.isoformat())
    assert found is not None
    assert found.moment == moment


@given(st.dates(datetime(1700, 1, 1).date(), datetime(2100, 1, 1).date()))  # noqa: DTZ001
def test_german_and_english_days_round_trip(day):
    """Every day of the calendar, in the three forms of the seed and its neighbours."""
    german = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
    for written in (
        f"{day.day}. {german[day.month - 1]} {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        found = parse_date(written)
        assert found is not None
        assert found.moment.date() == day


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    """Dates come from others' files."""
    found = parse_date(text)
    assert found is None or found.moment.tzinfo is not None
