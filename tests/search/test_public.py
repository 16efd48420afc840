from __future__ import annotations

import importlib.util

import pytest

import newsearch.search
from newsearch.indexer.columns import Filter
from newsearch.search import citation, explain, hits, meetings, narrowing, periods, searcher, timeline

PUBLIC = {
    "Elsewhere": hits.Elsewhere,
    "Explanation": explain.Explanation,
    "Filter": Filter,
    "Hit": hits.Hit,
    "Meeting": meetings.Meeting,
    "Order": hits.Order,
    "Period": timeline.Period,
    "Results": hits.Results,
    "Searcher": searcher.Searcher,
    "Step": periods.Step,
    "Timeline": timeline.Timeline,
    "cite": citation.cite,
    "filter_of": narrowing.filter_of,
    "results_json": hits.results_json,
    "timeline_json": timeline.timeline_json,
}


def test_the_public_names_are_exactly_these():
    """Stable: who imports one of them may go on doing so."""
    assert newsearch.search.__all__ == list(PUBLIC)


def test_a_public_name_is_the_thing_itself():
    assert {name: getattr(newsearch.search, name) for name in PUBLIC} == PUBLIC


def test_no_public_name_is_that_of_a_module():
    """`newsearch.search.timeline` would be the function or the module, as it comes."""
    assert not [name for name in PUBLIC if importlib.util.find_spec(f"newsearch.search.{name}")]


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'newsearch\.search' has no attribute 'Finder'"):
        _ = newsearch.search.Finder
