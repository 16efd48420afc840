from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.indexer.expansion import expand
from newsearch.indexer.terms import piece_scores
from newsearch.search.cutting import cut, words_of
from newsearch.search.meetings import Meetings


def meetings(table, query):
    """Of a query, where every piece of the vocabulary occurs."""
    return Meetings(table, query, expand(table, table.pieces_of([query])[0], np.arange(len(table.scales))))


def marked(table, query, passage):
    [spans] = meetings(table, query).highlights([passage], cut(table, [passage]))
    return [passage[a:b] for a, b in spans]


@pytest.mark.parametrize(
    ("query", "passage", "words"),
    [
        ("firms require proof", "Die Firmen verlangen einen Beweis.", ["Firmen", "verlangen", "Beweis"]),
        ("refugees at the border", "An der Grenze warten Flüchtlinge.", ["Grenze", "Flüchtlinge"]),
        (
            "Streik bei der Lufthansa",
            "Lufthansa-Piloten streiken; der Streik dauert.",
            ["Lufthansa", "streiken", "Streik"],
        ),
        ("ferry", "Es regnet in Turku.", []),
        ("Käse", "🙂 „Käse“, sagt er", ["Käse"]),
    ],
)
def test_the_words_that_answer_are_found_across_languages(query, passage, words, table):
    assert marked(table, query, passage) == words


def test_little_words_are_not_marked(table):
    """ "the" meets "die" in full, but says nothing."""
    found = {m.query: m for m in meetings(table, "the ferry is in the dock").of("Die Fähre liegt im Dock.")}
    assert found["the"].similarity == 1.0
    assert "Die" not in marked(table, "the ferry is in the dock", "Die Fähre liegt im Dock.")


def test_each_word_of_the_query_says_what_met_it_the_weightiest_first(table):
    passage = "Die Firmen verlangen einen Beweis."
    found = meetings(table, "firms require proof, firms!").of(passage)
    assert [(m.query, passage[m.start : m.end]) for m in found] == [
        ("firms", "Firmen"),
        ("proof", "Beweis"),
        ("require", "verlangen"),
    ]
    assert [m.weight for m in found] == sorted((m.weight for m in found), reverse=True)


def test_of_words_of_one_piece_weights_and_similarities_add_up_to_the_term_score(table):
    """Each piece of the query then meets the passage in one word: the term leg's own sum."""
    query, passage = "ferry dock harbour", "Die Fähre liegt im Dock und nicht im Hafen."
    assert all(len(w.pieces) == 1 for w in words_of(cut(table, [query])[0]))
    found = meetings(table, query).of(passage)
    expansions = expand(table, table.pieces_of([query])[0], np.arange(len(table.scales)))
    [score] = piece_scores(table.pieces_of([passage]), expansions, len(table.scales))
    assert sum(m.weight * m.similarity for m in found) == pytest.approx(float(score), abs=1e-5)


def test_a_query_of_punctuation_meets_nothing(table):
    assert (marked(table, "?!", "Wirklich?!"), meetings(table, "?!").of("Wirklich?!")) == ([], ())


TEXTS = st.text(st.sampled_from("aÄßk. „“-🙂é\n1"), max_size=40)


@settings(max_examples=30, deadline=None)
@given(TEXTS, TEXTS)
def test_highlights_are_words_of_the_passage_in_order(table, query, passage):
    [spans] = meetings(table, query).highlights([passage], cut(table, [passage]))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= a < b <= len(passage) and not passage[a:b].isspace() for a, b in spans)
