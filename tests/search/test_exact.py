"""Phrases that must be there and words that must not, with a walk through all texts as judge."""

from __future__ import annotations

import re

import numpy as np
import pytest

from newsearch.corpus.errors import UsageError
from newsearch.search.exact import fitting, folded, with_runs
from newsearch.search.query import Query


def texts(generation):
    rows = generation.article_of.tolist()
    spans = generation.spans.flat.tolist()
    return [generation.article(row).text[a:b] for row, (a, b) in zip(rows, spans, strict=True)]


@pytest.mark.parametrize(
    "phrase",
    [
        "Käse",
        "der Käse",
        "die Aufgabe nicht lösen kann",
        "DIE AUFGABE\nnicht lösen KANN",
        '"Das ist kein Zustand", sagte er',
        "kein Zustand",
        "the tunnel",
        "in",
        "1961",
        "Ga",
        "Grönoog",
    ],
)
def test_a_phrase_finds_the_passages_that_have_it_word_for_word(searcher, table, phrase):
    fit = fitting(searcher.generation, table, Query(phrase, (phrase,)), None)
    wanted = re.compile(rf"(?<!\w){re.escape(folded(phrase))}(?!\w)")
    expected = [bool(wanted.search(folded(text))) for text in texts(searcher.generation)]
    assert fit.tolist() == expected
    assert any(expected) == (phrase != "Ga")


def test_an_excluded_word_is_in_no_passage_and_no_headline(searcher, table):
    """The headline of the bridge's second passage says bridge, its text does not."""
    fit = fitting(searcher.generation, table, Query("", (), ("bridge",)), None)
    generation = searcher.generation
    for number, text in enumerate(texts(generation)):
        title = generation.article(int(generation.article_of[number])).title
        assert fit[number] == (not re.search(r"(?i)\bbridge\b", f"{title}\n{text}"))


def test_what_a_filter_leaves_out_stays_out(searcher, table):
    none = np.zeros(len(searcher.generation.terms), bool)
    assert not fitting(searcher.generation, table, Query("Käse", ("Käse",)), none).any()
    assert fitting(searcher.generation, table, Query("Käse"), none) is none
    assert fitting(searcher.generation, table, Query("Käse"), None) is None


def test_pieces_that_begin_a_longer_word_are_not_the_word(searcher, table):
    """Bergkäse begins with Berg."""
    numbers = with_runs(searcher.generation.terms, table, "Berg")
    assert not any(re.search(r"(?i)\bberg\b", texts(searcher.generation)[n]) is None for n in numbers.tolist())


def test_a_search_keeps_to_phrases_and_exclusions(searcher):
    found = searcher.search('Käse "vorher kosten"', 5).hits
    assert ["vorher kosten" in hit.text for hit in found] == [True]
    assert searcher.search('"steht nirgends so"').hits == ()
    assert not any("Käse" in hit.text for hit in searcher.search("Bergkäse im Stollen -Käse", 20, collapse=False).hits)


def test_the_spelling_without_umlauts_finds_the_word_with_them(searcher):
    assert searcher.search("kaese").hits[0].article.title == "Der Käse aus dem Stollen"


def test_a_query_of_excluded_words_is_no_query(searcher):
    with pytest.raises(UsageError, match=r"only says what is not wanted\. Wanted: a question or some words"):
        searcher.search("-Käse -Boot")
