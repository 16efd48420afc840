from __future__ import annotations

import pytest

import newsearch.search
from newsearch.indexer.columns import Filter
from newsearch.search import hits, narrowing, searcher


def test_the_public_names_are_exactly_these():
    assert newsearch.search.__all__ == ["Filter", "Hit", "Order", "Results", "Searcher", "filter_of"]


def test_a_public_name_is_the_thing_itself():
    found = [getattr(newsearch.search, name) for name in newsearch.search.__all__]
    assert found == [
        Filter,
        hits.Hit,
        hits.Order,
        hits.Results,
        searcher.Searcher,
        narrowing.filter_of,
    ]


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'newsearch\.search' has no attribute 'Finder'"):
        _ = newsearch.search.Finder
