from __future__ import annotations

import pytest

import newsearch.search
from newsearch.indexer.columns import Filter
from newsearch.search import hits, searcher


def test_the_public_names_are_exactly_these():
    assert newsearch.search.__all__ == ["Elsewhere", "Filter", "Hit", "Results", "Searcher"]


def test_a_public_name_is_the_thing_itself():
    found = [getattr(newsearch.search, name) for name in newsearch.search.__all__]
    assert found == [hits.Elsewhere, Filter, hits.Hit, hits.Results, searcher.Searcher]


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'newsearch\.search' has no attribute 'Finder'"):
        _ = newsearch.search.Finder
