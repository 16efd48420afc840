from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer.expansion import expand
from newsearch.search.cutting import cut
from newsearch.search.snippet import best_sentences, sentences_of

FERRY = "Die Bäckerei öffnet um sechs. Die Fähre liegt mit Ruderschaden im Dock. Am Abend wird gesungen."


def expanded(table, query):
    """What the query stands for, where every piece of the vocabulary occurs."""
    return expand(table, table.pieces_of([query])[0], np.arange(len(table.scales)))


def sentences(table, expansions, passages):
    return best_sentences(expansions, passages, cut(table, passages), len(table.scales))


def snippet(table, query, passage):
    [(start, end)] = sentences(table, expanded(table, query), [passage])
    return passage[start:end]


def test_the_sentence_with_the_words_of_the_query_is_the_snippet(table):
    assert snippet(table, "Ruderschaden der Fähre", FERRY) == "Die Fähre liegt mit Ruderschaden im Dock."


def test_an_english_question_finds_the_german_sentence(table):
    assert snippet(table, "why is the ship in the dock", FERRY) == "Die Fähre liegt mit Ruderschaden im Dock."
    assert snippet(table, "when does the bakery open", FERRY) == "Die Bäckerei öffnet um sechs."


def test_of_equal_sentences_the_first_is_the_snippet(table):
    passage = "Es regnet. Es regnet. Es regnet."
    assert sentences(table, expanded(table, "Regen"), [passage]) == [(0, 10)]


def test_one_sentence_is_its_own_snippet(table):
    passage = "Nur ein Satz über Käse"
    assert sentences(table, expanded(table, "Fähre"), [passage]) == [(0, len(passage))]


def test_each_of_several_passages_has_its_own_snippet(table):
    """All hits are cut into pieces at once; the offsets are still those of each passage."""
    passages = [FERRY, "Ein Satz.", "", "Es regnet. Die Fähre fährt. Es regnet."]
    spans = sentences(table, expanded(table, "Fähre"), passages)
    assert [p[a:b] for p, (a, b) in zip(passages, spans, strict=True)] == [
        "Die Fähre liegt mit Ruderschaden im Dock.",
        "Ein Satz.",
        "",
        "Die Fähre fährt.",
    ]


def test_no_passages_have_no_snippets(table):
    assert sentences(table, expanded(table, "Fähre"), []) == []


def test_a_query_without_pieces_gets_the_first_sentence(table):
    assert snippet(table, "", FERRY) == "Die Bäckerei öffnet um sechs."


def test_a_paragraph_ends_a_sentence_without_a_full_stop():
    passage = "Was die Reederei sagt\n\nEin Ersatzteil kommt aus Turku. Es dauert."
    assert [passage[a:b] for a, b in sentences_of(passage)] == [
        "Was die Reederei sagt",
        "Ein Ersatzteil kommt aus Turku.",
        "Es dauert.",
    ]


@given(st.text(st.sampled_from("aÄ.„“! \n1"), max_size=60))
def test_sentences_cover_the_passage_in_order(passage):
    """What lies between two sentences is white space, so a snippet loses no word."""
    spans = sentences_of(passage)
    edges = [0, *(edge for span in spans for edge in span), len(passage)]
    assert edges == sorted(edges)
    assert all(start < end for start, end in spans)
    assert not "".join(passage[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)).strip()
