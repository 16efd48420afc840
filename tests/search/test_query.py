from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.query import Query, parse


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("why did the bridge close", Query("why did the bridge close")),
        ('who said "das ist kein Zustand"', Query("who said das ist kein Zustand", ("das ist kein Zustand",))),
        ("„Gelbe  Karte“ “red card”", Query("Gelbe Karte red card", ("Gelbe Karte", "red card"))),
        ("bridge -Brooklyn -toll", Query("bridge", (), ("Brooklyn", "toll"))),
        ('bridge -"New York" cracks', Query("bridge cracks", (), ("New York",))),
        ("COVID-19 in Baden-Württemberg", Query("COVID-19 in Baden-Württemberg")),
        ("frost of -5 degrees - or less", Query("frost of -5 degrees - or less")),
        ('a 27" screen', Query('a 27" screen')),
        ('she said "no', Query('she said "no')),
        ('empty "" and "…"', Query("empty and …")),
        ("-only -these", Query("", (), ("only", "these"))),
        ("-Baden-Baden spa", Query("spa", (), ("Baden-Baden",))),
        ("", Query("")),
    ],
)
def test_a_query_is_taken_apart(typed, query):
    assert parse(typed) == query


@given(st.text('ab "-„“”', max_size=20))
def test_every_word_is_searched_for_or_excluded(typed):
    """No text is wrong, and no letter is lost."""
    query = parse(typed)
    kept = sum(map(str.isalpha, query.text)) + sum(sum(map(str.isalpha, words)) for words in query.excluded)
    assert kept == sum(map(str.isalpha, typed))
    assert all(phrase in query.text for phrase in query.phrases)
