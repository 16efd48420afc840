"""What the page shows, as plain values."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_archive import LONG, SPEECH, quiet, write_lines

from newsearch.indexer.builder import build
from newsearch.indexer.columns import Coded, Filter
from newsearch.indexer.settings import Settings
from newsearch.search.periods import Step
from newsearch.search.timeline import Period, Timeline
from newsearch.search.web.bars import bars_of, step_for
from newsearch.search.web.library import Library
from newsearch.search.web.service import Service
from newsearch.search.web.views import _names, paragraph_parts, passage_parts, search_view
from newsearch.search.web.wording import ENGLISH


def counted(by, *periods):
    found = tuple(Period(*p) for p in periods)
    return Timeline("q", by, found, 0, 0, Filter(), complete=True, took_ms=1.0, index="index", model="static")


def test_a_passage_in_pieces():
    text = "Wer? Der Deich hielt.\n\nGut so."
    parts = list(passage_parts(text, (5, 21), [(9, 14), (23, 26)]))
    assert parts == [
        ("Wer? ", ""),
        ("Der ", "best"),
        ("Deich", "word"),
        (" hielt.", "best"),
        ("", "break"),
        ("Gut", "word"),
        (" so.", ""),
    ]


def test_a_paragraph_that_is_partly_the_passage():
    text = "Oben.\n\nEins. Zwei.\n\nDrei. Vier."
    start, end = text.index("Zwei"), text.index(" Vier")
    assert list(paragraph_parts(text, (start, end))) == [
        [("Oben.", "")],
        [("Eins. ", ""), ("Zwei.", "first")],
        [("Drei.", "passage"), (" Vier.", "")],
    ]


def test_the_languages_to_choose_from_are_those_of_the_passages(tmp_path, table):
    """A German article that quotes an English speech is found by either."""
    write_lines(tmp_path / "a.jsonl", {"title": "Käse", "text": "\n\n".join([*LONG, SPEECH]), "language": "de"})
    build(tmp_path / "an.index", Settings((tmp_path / "a.jsonl",), "static"), quiet, table=table)
    view = search_view(Service(Library(tmp_path / "an.index")), [], ENGLISH, None)
    assert view["choices"] == [("language", ["de", "en"])]


@given(st.text("ab \n", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_no_letter_is_lost(text, start, end):
    low, high = sorted((min(start, len(text)), min(end, len(text))))
    letters = "".join(text.split("\n"))
    assert "".join(part for paragraph in paragraph_parts(text, (low, high)) for part, _ in paragraph) == letters
    assert "".join(part for part, _ in passage_parts(text, (low, high), [(low, high)])) == letters


def test_bars_narrow_the_search_to_their_time():
    chart = bars_of(
        counted(Step.MONTH, (date(2025, 5, 1), 4, 9), (date(2025, 6, 1), 0, 0), (date(2025, 7, 1), 1, 1)),
        [("q", "Hafen & Deich"), ("since", "2020"), ("language", "de")],
        ENGLISH,
    )
    assert [bar["height"] for bar in chart["bars"]] == [60, 0, 15]
    assert [bar["label"] for bar in chart["bars"]] == ["2025-05: 4", "2025-06: 0", "2025-07: 1"]
    assert chart["bars"][0]["here"] == "/?q=Hafen+%26+Deich&language=de&since=2025-05&until=2025-05"
    assert (chart["width"], chart["unset"]) == (30, "/?q=Hafen+%26+Deich&language=de")


def test_a_week_is_its_days_and_one_in_a_thousand_is_seen():
    chart = bars_of(counted(Step.WEEK, (date(2025, 6, 2), 1, 1), (date(2025, 6, 9), 1000, 1)), [], ENGLISH)
    assert (chart["bars"][0]["since"], chart["bars"][0]["until"]) == ("2025-06-02", "2025-06-08")
    assert [bar["height"] for bar in chart["bars"]] == [2, 60]


@pytest.mark.parametrize("periods", [(), ((date(2025, 6, 2), 3, 3),)])
def test_one_bar_is_no_chart(periods):
    assert bars_of(counted(Step.DAY, *periods), [], ENGLISH) == {"bars": []}


@pytest.mark.parametrize(
    ("days", "step"),
    [
        ((), "day"),
        ((0, 0), "day"),
        ((0, 739_000), "day"),
        ((739_000, 739_072), "day"),
        ((739_000, 739_073), "week"),
        ((739_000, 739_600), "month"),
        ((730_000, 739_000), "year"),
    ],
)
def test_how_long_the_periods_are(days, step):
    """Never more bars than a phone has room for; undated articles (0) don't count."""
    assert step_for(np.array(days, np.int32)) == step


def test_names_that_differ_in_case_alone_are_one_choice():
    """A filter takes them for one, too."""
    column = Coded(("", "npa", "NPA", "dpa", "Reuters"), np.zeros(3, np.int32))
    assert _names(column, ["npa", "gone"]) == ["dpa", "NPA", "Reuters", "npa", "gone"]
