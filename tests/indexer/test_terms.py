"""The term leg: scores by hand, and MaxSim by brute force as judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_table import HARBOUR, table_of, tokenizer_of

from newsearch.indexer.expansion import NEIGHBOURS, SATURATION, Expander, expand
from newsearch.indexer.ragged import Ragged
from newsearch.indexer.table import MIN_COSINE, StaticTable, quantise
from newsearch.indexer.terms import Terms, term_scores

TABLE = table_of(HARBOUR)
NUMBERS = tokenizer_of([str(number) for number in range(1, 600)])
HALF_STEP = 0.005  # what int8 does to the cosines of two or three numbers


def scores_of(table: StaticTable, query: str, passages: list[str]) -> list[float]:
    terms = Terms.of(table.pieces_of(passages), len(table.scales))
    present = np.flatnonzero(terms.postings.lengths)
    return term_scores(terms, expand(table, table.pieces_of([query])[0], present)).tolist()


def test_postings_name_each_passage_once_for_each_of_its_pieces():
    terms = Terms.of(Ragged.of([[3, 1, 3], [], [1], [0, 3]], np.uint16), 5)
    assert [terms.postings[piece].tolist() for piece in range(5)] == [[3], [0, 2], [], [0, 3], []]
    assert len(terms) == 4
    assert terms.postings.flat.dtype == np.int32


@given(st.lists(st.lists(st.integers(0, 9), max_size=8), max_size=10), st.sampled_from([np.uint16, np.int32]))
def test_postings_are_the_passages_that_hold_a_piece_ascending(passages, dtype):
    terms = Terms.of(Ragged.of(passages, dtype), 10)
    for piece in range(10):
        assert terms.postings[piece].tolist() == [n for n, passage in enumerate(passages) if piece in passage]


def test_scores_are_the_weighted_mean_of_the_nearest_pieces_cosines():
    """'hafen boot' weighs 2² and 1², shares .8 and .2; port is .8 from hafen, schiff .8 from boot, kai 0 from both.

    A cosine of .8 meets to .8 / .85 = .941.
    """
    found = scores_of(TABLE, "Hafen Boot", ["port", "schiff kai", "hafen boot", "kai", "kai port schiff port", ""])
    assert found == pytest.approx([0.8 * 0.941, 0.2 * 0.941, 1.0, 0.0, 0.941, 0.0], abs=HALF_STEP)


def test_from_the_saturation_on_a_piece_meets_in_full():
    """A good translation counts as much as the word itself; below, it is the cosine's share of .85."""
    table = table_of({"a": (1, 0), "same": (0.9, 0.436), "near": (0.68, 0.733)})
    assert scores_of(table, "a", ["a", "same", "near"]) == pytest.approx([1.0, 1.0, 0.8], abs=HALF_STEP)


def test_a_word_said_twice_in_the_query_weighs_twice():
    """Shares 4/6, 1/6, 1/6 become 8/10, 1/10, 1/10."""
    assert scores_of(TABLE, "hafen kai boot", ["hafen"]) == pytest.approx([4 / 6], abs=HALF_STEP)
    assert scores_of(TABLE, "hafen hafen kai boot", ["hafen"]) == pytest.approx([8 / 10], abs=HALF_STEP)


def test_a_word_said_twice_in_a_passage_counts_once():
    assert scores_of(TABLE, "hafen boot", ["boot boot boot", "boot"]) == pytest.approx([0.2, 0.2], abs=HALF_STEP)


def test_a_passage_that_holds_the_querys_words_scores_1(shipped):
    """An exact name scores 1, whatever else the passage says, and in whatever case the name is written."""
    passages = ["Antje Hinrichsen leitet das Amt.", "ANTJE HINRICHSEN said nothing at all.", "Der Hafen ist zu."]
    found = scores_of(shipped, "antje hinrichsen", passages)
    assert found[:2] == pytest.approx([1.0, 1.0], abs=1e-5)
    assert found[2] < 0.9


def test_an_english_word_finds_the_german_one(shipped):
    """What the table is for: no letter of the query is in the passage."""
    found = scores_of(shipped, "hospital", ["Das Krankenhaus schließt.", "Der Zug fährt ein.", "Die Wiese blüht."])
    assert int(np.argmax(found)) == 0
    assert found[0] > MIN_COSINE


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_a_query_without_pieces_scores_nothing(query):
    assert scores_of(TABLE, query, ["hafen", "boot"]) == [0.0, 0.0]


def test_a_query_of_unknown_words_scores_nothing():
    """Their vector is zero, and so is their weight; nothing is divided by it."""
    assert scores_of(TABLE, "Quark", ["hafen", "Quark"]) == [0.0, 0.0]


def test_an_index_without_passages_answers():
    assert scores_of(TABLE, "hafen", []) == []


def test_what_is_nearer_than_the_cut_counts_and_what_is_farther_does_not():
    table = table_of({"a": (1, 0), "near": (0.32, 0.947), "far": (0.28, 0.96), "against": (-1, 0)})
    assert scores_of(table, "a", ["near", "far", "against"]) == pytest.approx([0.32 / SATURATION, 0, 0], abs=HALF_STEP)


def test_a_piece_stands_for_its_64_nearest_pieces_only():
    """70 pieces at growing angles: the 64 nearest count (the query's own is not in the index), the six farthest do not."""
    angles = np.linspace(0.1, 1.0, 70)
    words = {f"w{n}": (np.cos(a), np.sin(a)) for n, a in enumerate(angles)}
    table = table_of({"query": (1.0, 0.0), **words})
    found = np.array(scores_of(table, "query", list(words)))
    assert found[:NEIGHBOURS] == pytest.approx(np.minimum(np.cos(angles[:NEIGHBOURS]) / SATURATION, 1), abs=0.02)
    assert found[NEIGHBOURS:].tolist() == [0.0] * 6
    assert np.cos(angles[-1]) > MIN_COSINE


def judge(table: StaticTable, query: list[int], passages: list[list[int]]) -> list[float]:
    """MaxSim with squared weights by the definition, in float64, one passage after the other."""
    rows = table.vectors.astype(np.float64) * table.scales[:, None].astype(np.float64)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    present = sorted({piece for passage in passages for piece in passage})
    weight = {p: query.count(p) * float(rows[p] @ rows[p]) for p in set(query)}
    scores = []
    cosine = {p: {n: float(units[p] @ units[n]) for n in present} for p in weight}
    nearest = {p: sorted(present, key=lambda n, p=p: -cosine[p][n])[:NEIGHBOURS] for p in weight}
    for passage in passages:
        total = 0.0
        for p, share in weight.items():
            met = [cosine[p][n] for n in set(passage) if n in nearest[p] and cosine[p][n] > MIN_COSINE]
            total += share * min(max(met, default=0.0) / SATURATION, 1)
        scores.append(total / sum(weight.values()))
    return scores


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_scores_are_those_of_maxsim_by_brute_force(seed):
    """600 pieces in 6 dimensions: 150 are nearer than the cut, so both the cut and the 64 nearest decide."""
    rng = np.random.default_rng(seed)
    table = StaticTable("", NUMBERS, *quantise(rng.standard_normal((600, 6)).astype(np.float32)))
    passages = [rng.integers(0, 600, rng.integers(0, 12)).tolist() for _ in range(60)]
    query = rng.integers(0, 600, rng.integers(1, 9)).tolist()
    terms = Terms.of(Ragged.of(passages, np.uint16), 600)
    present = np.flatnonzero(terms.postings.lengths)
    found = term_scores(terms, expand(table, np.array(query), present))
    assert found == pytest.approx(judge(table, query, passages), abs=1e-5)
    assert found.dtype == np.float32


def test_shares_of_a_query_add_up_to_one_and_neighbours_come_nearest_last():
    expansions = expand(TABLE, TABLE.pieces_of(["hafen port boot hafen"])[0], np.arange(1, 6))
    assert [e.piece for e in expansions] == [1, 2, 5]
    assert sum(e.weight for e in expansions) == pytest.approx(1)
    assert expansions[1].neighbours.tolist() == [4, 3, 1, 2]  # schiff .36, kai .6, hafen .8, port 1
    assert expansions[1].meets.tolist() == pytest.approx([0.36 / 0.85, 0.6 / 0.85, 0.8 / 0.85, 1.0], abs=HALF_STEP)


def test_a_piece_meets_in_full_what_is_spelt_like_it_and_means_about_the_same():
    """Straße and ##straße are .6 from strasse, far below the saturation; masse and maße have nothing to do with each other."""
    table = table_of(
        {
            "strasse": (1, 0),
            "straße": (0.6, 0.8),
            "##straße": (0.6, -0.8),
            "masse": (0, 1),
            "maße": (1, 0.1),
            "weg": (0.6, 0.8),
        }
    )
    assert scores_of(table, "strasse", ["straße", "weg"]) == pytest.approx([1, 0.6 / 0.85], abs=HALF_STEP)
    assert scores_of(table, "masse", ["maße"]) == [0]
    expansion = expand(table, np.array([table.piece("strasse")]), np.array([table.piece("##straße")]))[0]
    assert expansion.meets.tolist() == [1]


@given(st.lists(st.lists(st.integers(0, 299), max_size=6), max_size=6))
@settings(deadline=None)
def test_what_was_asked_before_changes_no_expansion(queries):
    table = StaticTable("", NUMBERS, *quantise(np.random.default_rng(0).standard_normal((300, 6)).astype(np.float32)))
    present = np.arange(0, 300, 2)
    expander = Expander(table, present)
    for query in queries:
        found, wanted = (e.expand(np.array(query, int)) for e in (expander, Expander(table, present)))
        assert [(e.piece, e.weight) for e in found] == [(e.piece, e.weight) for e in wanted]
        for one, other in zip(found, wanted, strict=True):
            assert set(one.neighbours) == set(other.neighbours) <= set(present)
            assert one.meets == pytest.approx(other.meets, abs=1e-6)


@given(st.lists(st.sampled_from(["hafen", "port", "kai", "schiff", "boot", "quark"]), max_size=5).map(" ".join))
def test_an_unrelated_passage_changes_no_other_score(added):
    """No document frequencies and no average lengths: a score depends on the query and the passage alone."""
    passages = ["port am kai", "schiff", "hafen und boot"]
    alone = scores_of(TABLE, "hafen boot", passages)
    assert scores_of(TABLE, "hafen boot", [added, *passages])[1:] == pytest.approx(alone, abs=1e-6)
