from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer.stores.base import Neighbours
from newsearch.search.ranking import TIE, Owners, best_per_owner, by_article, dense_share, fuse

# quarters are exact in float32, and few enough that ties are common
quarters = st.integers(-4, 4).map(lambda n: n / 4)


def floats(values):
    return np.array(values, np.float32)


def neighbours(numbers, scores):
    return Neighbours(np.array(numbers, np.int64), floats(scores))


def test_fusing_is_a_weighted_mean():
    """With three quarters for the cosine: passage 9 has .125 + 0, passage 5 has 0 + .65625, passage 3 has .0625 + .1875."""
    ranked = fuse(floats([0.25, 0, 0.5]), neighbours([3, 5, 9], [0.25, 0.875, 0]), 0.75)
    assert ranked.numbers.tolist() == [5, 3, 9]
    assert ranked.scores.tolist() == floats([0.65625, 0.25, 0.125]).tolist()


def test_word_vectors_count_less_beside_the_terms_than_an_encoder_does():
    assert dense_share("static") < 0.5 < dense_share("bilingual") == dense_share("some/model")


def test_passages_of_one_score_come_by_number():
    ranked = fuse(floats([0.25, 0, 0.5]), neighbours([9, 5, 3], [0.25, 0.5, 0]), 0.5)
    assert (ranked.numbers.tolist(), ranked.scores.tolist()) == ([3, 5, 9], [0.25, 0.25, 0.25])


@given(st.lists(st.tuples(quarters, quarters), max_size=20))
def test_fusing_equals_a_full_sort(legs):
    numbers = list(range(0, 3 * len(legs), 3))
    scores = [term / 2 + cosine / 2 for term, cosine in legs]
    ranked = fuse(floats([t for t, _ in legs]), neighbours(numbers, [c for _, c in legs]), 0.5)
    expected = sorted(zip(numbers, scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
    assert list(zip(ranked.numbers.tolist(), ranked.scores.tolist(), strict=True)) == expected


def owners(of, days=None):
    return Owners(np.array(of), np.array(days or [0] * len(of)))


def test_each_article_keeps_its_first_passage():
    """Passages 0 and 1 are article 0's, 2 article 1's, 3 and 4 article 2's."""
    best = best_per_owner(neighbours([3, 1, 4, 0, 2], [5, 4, 3, 2, 1]), owners([0, 0, 1, 2, 2]))
    assert (best.numbers.tolist(), best.scores.tolist()) == ([3, 1, 2], [5, 4, 1])


def test_an_article_is_ranked_by_its_two_best_passages():
    """Article 0 has five sixths of 6 and a sixth of 0, article 1 5.75 twice, article 2 only one passage."""
    article_of = np.array([0, 0, 1, 1, 1, 2])
    ranked = by_article(neighbours([0, 2, 4, 5, 3, 1], [6, 5.75, 5.75, 5.25, 0.5, 0]), article_of)
    assert ranked.numbers.tolist() == [2, 5, 0]
    assert ranked.scores.tolist() == [5.75, 5.25, 5]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_collapsing_equals_a_walk_down_the_ranking(article_of, random):
    ranking = list(range(len(article_of)))
    random.shuffle(ranking)
    seen, expected = set(), []
    for number in ranking:
        if article_of[number] not in seen:
            expected.append(number)
        seen.add(article_of[number])
    ranked = neighbours(ranking, [-n for n in range(len(ranking))])
    assert best_per_owner(ranked, owners(article_of)).numbers.tolist() == expected


def test_of_passages_that_tie_the_one_of_the_lowest_day_stays():
    """Passages 0, 2 and 3 are one story's: 2 is of the first day and as good as 3, but for rounding; 0 is older and worse."""
    scores = [1, 1 - TIE / 2, 1 - TIE / 2, 0.5]
    best = best_per_owner(neighbours([3, 1, 2, 0], scores), owners([7, 4, 7, 7], [0, 9, 2, 3]))
    assert best.numbers.tolist() == [1, 2]
