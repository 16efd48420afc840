"""What a search can be narrowed by, judged by plain Python over the articles."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.article import Article, Precision
from newsearch.corpus.errors import UsageError
from newsearch.indexer.columns import Coded, Columns, Filter, days_of, last_day

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ["", "Elbkurier", "ELBKURIER", "Küstenbote", "Straße", "STRASSE"]
LANGUAGES = ["", "de", "de-AT", "DE-ch", "den", "en", "en-GB"]


def published(moment: str, precision: Precision = Precision.INSTANT) -> Article:
    return Article("", "", published=datetime.fromisoformat(moment), precision=precision)


def let_through(articles: list[Article], wanted: Filter) -> list[int]:
    return np.flatnonzero(Columns.of(articles, BERLIN).allowed(wanted)).tolist()


def values_of(coded: Coded) -> list[str]:
    return [coded.names[code] for code in coded.codes]


@given(st.lists(st.sampled_from(NAMES)), st.lists(st.sampled_from(NAMES)), st.data())
def test_a_coded_column_is_a_list_of_names(first, second, data):
    coded = Coded.of(first)
    assert values_of(coded) == first
    assert coded.names == tuple(dict.fromkeys(first))
    assert values_of(coded.join(Coded.of(second))) == first + second
    assert coded.join(Coded.of(second)).names == tuple(dict.fromkeys(first + second))
    rows = data.draw(st.lists(st.integers(0, len(first) - 1)) if first else st.just([]))
    taken = coded.take(np.array(rows, np.int64))
    assert values_of(taken) == [first[row] for row in rows]
    assert taken.names == tuple(dict.fromkeys(first[row] for row in rows))  # a publisher that is gone is not remembered
    assert coded.join(Coded.of(second)).codes.dtype == np.int32


@given(st.lists(st.sampled_from(NAMES)), st.lists(st.sampled_from(NAMES), max_size=3))
def test_names_match_whatever_their_case(column, wanted):
    """ß and SS are the same letter in another case."""
    folded = {w.casefold() for w in wanted}
    assert Coded.of(column).matching(wanted).tolist() == [name.casefold() in folded for name in column]


def test_a_language_also_matches_its_regions_and_no_longer_word():
    coded = Coded.of(["de", "de-AT", "den", "DE-ch", "en", "", "d"])
    assert coded.matching(["DE"], prefix=True).tolist() == [True, True, False, True, False, False, False]
    assert coded.matching(["de-at"], prefix=True).tolist() == [False, True, False, False, False, False, False]
    assert coded.matching(["de"]).tolist() == [True, False, False, False, False, False, False]


@pytest.mark.parametrize(
    ("field", "column"),
    [("publishers", "publisher"), ("sections", "section"), ("agencies", "agency"), ("languages", "language")],
)
def test_each_part_of_a_filter_looks_at_its_own_column(field, column):
    """The wanted name stands in all other columns of the third article, where it must not count."""
    others = {"publisher", "section", "agency", "language"} - {column}
    articles = [
        Article("", "", **{column: "Sport"}),
        Article("", "", **{column: "SPORT"}),
        Article("", "", **dict.fromkeys(others, "Sport")),
        Article("", "", **{column: "Kultur"}),
    ]
    assert let_through(articles, Filter(**{field: ("sport",)})) == [0, 1]
    assert let_through(articles, Filter(**{field: ("sport", "kultur")})) == [0, 1, 3]
    assert let_through(articles, Filter(**{field: ("politik",)})) == []


def test_parts_of_a_filter_are_joined_with_and():
    articles = [
        Article("", "", publisher="A", section="Sport"),
        Article("", "", publisher="A"),
        Article("", "", section="Sport"),
    ]
    assert let_through(articles, Filter(publishers=("a",), sections=("sport",))) == [0]


def test_an_empty_filter_lets_everything_through():
    articles = [published("2024-05-01T12:00+00:00"), Article("", "", language="de"), Article("", "")]
    assert let_through(articles, Filter()) == [0, 1, 2]
    assert not Filter().dated


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-01-31T22:59:59+00:00", date(2024, 1, 31)),  # 23:59:59 in Berlin
        ("2024-01-31T23:30:00+00:00", date(2024, 2, 1)),  # 00:30 in Berlin, winter
        ("2024-06-30T21:59:59+00:00", date(2024, 6, 30)),
        ("2024-06-30T22:00:00+00:00", date(2024, 7, 1)),  # midnight in Berlin, summer
        ("2024-07-01T00:30:00+02:00", date(2024, 7, 1)),
        ("2024-06-30T23:30:00-05:00", date(2024, 7, 1)),  # 06:30 in Berlin
    ],
)
def test_an_instant_is_on_the_calendar_day_of_the_indexs_zone(moment, day):
    article = [published(moment)]
    assert let_through(article, Filter(since=day, until=day)) == [0]
    assert let_through(article, Filter(until=day - timedelta(days=1))) == []
    assert let_through(article, Filter(since=day + timedelta(days=1))) == []


def test_a_day_is_that_day_in_every_zone():
    """Its first moment is kept in UTC, and in New York that is the evening before."""
    moment = datetime(2024, 3, 1, tzinfo=UTC)
    for zone in ("Europe/Berlin", "America/New_York", "Pacific/Auckland"):
        assert days_of(moment, Precision.DAY, ZoneInfo(zone)) == (date(2024, 3, 1).toordinal(),) * 2


@pytest.mark.parametrize(
    ("precision", "since", "until", "found"),
    [
        (Precision.MONTH, "2024-02-29", None, True),
        (Precision.MONTH, "2024-03-01", None, False),
        (Precision.MONTH, None, "2024-02-01", True),
        (Precision.MONTH, None, "2024-01-31", False),
        (Precision.MONTH, "2024-02-10", "2024-02-11", True),
        (Precision.YEAR, "2024-12-31", None, True),
        (Precision.YEAR, "2025-01-01", None, False),
        (Precision.YEAR, None, "2024-01-01", True),
        (Precision.YEAR, None, "2023-12-31", False),
    ],
)
def test_a_date_known_to_the_month_or_year_is_found_wherever_it_may_have_been(precision, since, until, found):
    """'February 2024' may be any of its 29 days."""
    first = "2024-02-01" if precision is Precision.MONTH else "2024-01-01"
    span = [date.fromisoformat(day) if day else None for day in (since, until)]
    assert let_through([published(f"{first}T00:00+00:00", precision)], Filter(*span)) == ([0] if found else [])


def test_undated_articles_fall_out_of_a_dated_search_and_are_counted():
    articles = [Article("", "", publisher="A"), Article("", "", publisher="B"), published("2024-05-01T12:00+00:00")]
    columns = Columns.of(articles, BERLIN)
    year = Filter(since=date(2024, 1, 1))
    assert let_through(articles, year) == [2]
    assert columns.undated_excluded(year) == 2
    assert columns.undated_excluded(Filter(since=date(2024, 1, 1), publishers=("a",))) == 1
    assert columns.undated_excluded(Filter(publishers=("a",))) == 0
    both = Filter(since=date(2024, 1, 1), include_undated=True)
    assert let_through(articles, both) == [0, 1, 2]
    assert columns.undated_excluded(both) == 0
    assert let_through(articles, Filter(until=date(2024, 1, 1))) == []


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_there_is_can_be_asked_for(day):
    articles = [published("2024-05-01T12:00+00:00"), Article("", "")]
    assert let_through(articles, Filter(since=date.min, until=date.max)) == [0]
    assert let_through(articles, Filter(since=day, until=day)) == []


@given(st.dates(date(1605, 1, 1), date(2999, 12, 1)))
def test_the_last_day_of_a_month_is_the_calendars(day):
    first = day.replace(day=1)
    assert last_day(first, Precision.MONTH) == day.replace(day=monthrange(day.year, day.month)[1])
    assert last_day(first, Precision.YEAR) == date(day.year, 12, 31)
    assert last_day(day, Precision.DAY) == last_day(day, None) == day


def dated(day: date, precision: Precision, hour: int) -> dict[str, object]:
    """A publication date as the readers make it: of its first moment, in UTC, but for an instant."""
    if precision is Precision.MONTH:
        day = day.replace(day=1)
    if precision is Precision.YEAR:
        day = day.replace(month=1, day=1)
    hour = hour if precision is Precision.INSTANT else 0
    return {"published": datetime(day.year, day.month, day.day, hour, tzinfo=UTC), "precision": precision}


DAYS = st.dates(date(2023, 11, 1), date(2024, 3, 31))
DATES = st.just({}) | st.builds(dated, DAYS, st.sampled_from(Precision), st.integers(0, 23))
ARTICLES = st.lists(
    st.builds(
        lambda dates, **names: Article("", "", **dates, **names),
        DATES,
        publisher=st.sampled_from(NAMES),
        language=st.sampled_from(LANGUAGES),
        section=st.sampled_from(NAMES),
        agency=st.sampled_from(NAMES),
    ),
    max_size=8,
)
SOME = st.lists(st.sampled_from(NAMES[1:]), max_size=2).map(tuple)
SPANS = st.tuples(DAYS, DAYS).map(sorted) | st.tuples(st.none() | DAYS, st.none()) | st.tuples(st.none(), DAYS)
FILTERS = st.builds(
    lambda span, **others: Filter(*span, **others),
    SPANS,
    publishers=SOME,
    languages=st.lists(st.sampled_from(LANGUAGES[1:]), max_size=2).map(tuple),
    sections=SOME,
    agencies=SOME,
    include_undated=st.booleans(),
)


def names_fit(article: Article, wanted: Filter) -> bool:
    def among(name: str, names: tuple[str, ...]) -> bool:
        return not names or name.casefold() in [n.casefold() for n in names]

    language = article.language.lower().split("-")
    languages = [w.lower().split("-") for w in wanted.languages]
    return (
        among(article.publisher, wanted.publishers)
        and among(article.section, wanted.sections)
        and among(article.agency, wanted.agencies)
        and (not languages or any(language[: len(w)] == w for w in languages))
    )


def date_fits(article: Article, wanted: Filter) -> bool:
    """Whether one of the days that the article may be of is one of the days wanted."""
    if wanted.since is None and wanted.until is None:
        return True
    if article.published is None:
        return wanted.include_undated
    since, until = wanted.since or date.min, wanted.until or date.max
    if article.precision is Precision.INSTANT:
        return since <= article.published.astimezone(BERLIN).date() <= until
    length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[article.precision]
    prefix = article.published.isoformat()[:length]
    start = date(2022, 12, 31)
    days = [start + timedelta(days=n) for n in range(800)]
    return any(since <= day <= until for day in days if day.isoformat().startswith(prefix))


@given(ARTICLES, FILTERS)
@settings(deadline=None)
def test_a_filter_lets_through_what_plain_python_would(articles, wanted):
    expected = [n for n, a in enumerate(articles) if names_fit(a, wanted) and date_fits(a, wanted)]
    assert let_through(articles, wanted) == expected
    lost = [a for a in articles if a.published is None and names_fit(a, wanted) and not date_fits(a, wanted)]
    assert Columns.of(articles, BERLIN).undated_excluded(wanted) == len(lost)


@given(ARTICLES, ARTICLES, FILTERS, st.data())
@settings(deadline=None)
def test_joined_and_taken_columns_let_through_what_fresh_ones_would(first, second, wanted, data):
    """A rebuild takes over the old columns and joins the new ones to them."""
    joined = Columns.of(first, BERLIN).join(Columns.of(second, BERLIN))
    fresh = Columns.of(first + second, BERLIN).allowed(wanted)
    assert joined.allowed(wanted).tolist() == fresh.tolist()
    rows = np.array(data.draw(st.permutations(range(len(fresh)))), np.int64)
    assert joined.take(rows).allowed(wanted).tolist() == fresh[rows].tolist()


@pytest.mark.parametrize("field", ["publishers", "languages", "sections", "agencies"])
def test_a_text_for_a_list_of_texts_is_refused(field):
    """It would be taken letter by letter, and find nothing without a word."""
    with pytest.raises(UsageError, match=rf"^{field} is the text 'de'\. Wanted: a tuple of texts\.$"):
        Filter(**{field: "de"})


def test_a_text_for_a_day_is_refused():
    with pytest.raises(UsageError, match=r"^since is '2025'\. Wanted: a datetime\.date\.$"):
        Filter(since="2025")
