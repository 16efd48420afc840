from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.metrics import Figure, area_under_roc, differences, per_query, summarise

some_ranks = st.lists(st.one_of(st.none(), st.integers(1, 120)), min_size=1, max_size=25)
scores = st.lists(st.integers(0, 4).map(float), max_size=12)


def test_measures_by_hand():
    """Ranks 1, 2, 10, 11, 100, 101 and none, each at the edge of a measure."""
    values = {name: array.tolist() for name, array in per_query([1, 2, 10, 11, 100, 101, None]).items()}
    assert values == {
        "R@1": [1, 0, 0, 0, 0, 0, 0],
        "R@5": [1, 1, 0, 0, 0, 0, 0],
        "R@10": [1, 1, 1, 0, 0, 0, 0],
        "R@100": [1, 1, 1, 1, 1, 0, 0],
        "MRR@10": [1, 0.5, 0.1, 0, 0, 0, 0],
        "nDCG@10": [1, pytest.approx(1 / log2(3)), pytest.approx(1 / log2(11)), 0, 0, 0, 0],
    }


def test_a_summary_is_the_mean_over_the_queries():
    found = summarise([1, 2, None, 4])
    assert found["MRR@10"].value == (1 + 0.5 + 0 + 0.25) / 4
    assert (found["R@1"].value, found["R@5"].value) == (0.25, 0.75)


@given(some_ranks)
def test_the_interval_holds_the_mean_and_stays_in_bounds(ranks):
    for figure in summarise(ranks).values():
        assert 0 <= figure.low <= figure.value + 1e-12
        assert figure.value - 1e-12 <= figure.high <= 1


@given(some_ranks)
def test_the_interval_is_the_same_each_time(ranks):
    """A figure that moves between two runs of the same ranking is no floor for anything."""
    assert summarise(ranks) == summarise(ranks)


def test_one_query_has_no_spread():
    assert summarise([2])["MRR@10"] == Figure(0.5, 0.5, 0.5)


def test_the_interval_of_a_coin_is_that_of_the_binomial():
    """100 queries, half of them right: 0.5 ± 1.96 · √(0.25 / 100) = 0.402 to 0.598; 2,000 draws get within 0.01."""
    figure = summarise([1, None] * 50)["R@1"]
    assert (figure.low, figure.high) == (pytest.approx(0.402, abs=0.01), pytest.approx(0.598, abs=0.01))


def test_no_queries_are_no_summary():
    with pytest.raises(ValueError, match="no queries to summarise"):
        summarise([])


def test_area_under_roc_by_hand():
    """Of the four pairs (3, 1), (3, 2), (2, 1), (2, 2) three are right and one is a tie."""
    assert area_under_roc([3, 2], [1, 2]) == 3.5 / 4
    assert area_under_roc([1, 1], [2, 2]) == 0
    assert area_under_roc([1], []) is None
    assert area_under_roc([], [1]) is None


@given(scores.filter(bool), scores.filter(bool))
def test_area_under_roc_counts_pairs(answerable, unanswerable):
    wins = sum((a > b) + (a == b) / 2 for a in answerable for b in unanswerable)
    assert area_under_roc(answerable, unanswerable) == pytest.approx(wins / len(answerable) / len(unanswerable))


def test_a_difference_is_the_mean_over_pairs():
    """+.5 and -.5 and nothing: .0 on average, and no interval around a difference that is the same everywhere."""
    found = differences([2, 1, None], [1, 2, None])
    assert found["MRR@10"].value == 0
    assert found["MRR@10"].low < 0 < found["MRR@10"].high
    assert differences([2, 2], [1, 1])["MRR@10"] == Figure(0.5, 0.5, 0.5)


def test_ranks_of_other_queries_are_no_pairs():
    with pytest.raises(ValueError, match="1 ranks before and 2 now"):
        differences([1], [1, 2])
