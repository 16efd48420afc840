from __future__ import annotations

from dataclasses import replace
from math import log2

import pytest
from search_archive import ENGINE, PROOF, quiet

from newsearch.search.evaluation import Outcome, evaluate, evaluation_json, evaluation_lines, figures
from newsearch.search.judged import JudgedQuery


def query(qid, kind="question", text="Was?", language="en", article="kb-1", gold=()):
    return JudgedQuery(qid, text, language, kind, article, gold)


OUTCOMES = [
    Outcome(query("q-1"), "en→de", 1, 0.9, (100, 200), found_article=True),
    Outcome(query("q-2"), "en→de", 2, 0.5, (300,), found_article=True),
    Outcome(query("q-3", "name"), "de→de", None, 0.25, (), found_article=False),
    Outcome(query("q-4", "no_answer"), "en→?", None, 0.5, (400,), found_article=True),
]


def test_queries_are_counted_in_all_in_their_pair_and_in_their_kind():
    groups = figures(OUTCOMES).groups
    assert [(name, count) for name, (count, _) in groups.items()] == [
        ("all", 3),
        ("de→de", 1),
        ("en→de", 2),
        ("name", 1),
        ("question", 2),
    ]


def test_the_figures_of_hand_made_outcomes():
    found = figures(OUTCOMES)
    values = {name: [measures[m].value for m in ("R@1", "MRR@10")] for name, (_, measures) in found.groups.items()}
    assert values == {
        "all": [pytest.approx(1 / 3), pytest.approx(0.5)],
        "de→de": [0, 0],
        "en→de": [0.5, 0.75],
        "name": [0, 0],
        "question": [0.5, 0.75],
    }
    assert found.groups["en→de"][1]["nDCG@10"].value == pytest.approx((1 + 1 / log2(3)) / 2)
    assert (found.median_length, found.p95_length) == (250, pytest.approx(385))  # of 100, 200, 300, 400
    assert found.roc == pytest.approx(1.5 / 3)  # .9 is above .5, .5 ties with it, .25 is below
    assert (found.absent, found.outcomes) == (("q-3",), tuple(OUTCOMES))


def test_without_no_answer_queries_there_is_no_roc():
    assert figures(OUTCOMES[:2]).roc is None


def test_who_was_refused_is_counted_where_the_index_can_tell():
    """Two of three answerable queries and the one no_answer query are refused; one that says nothing makes the rest void."""
    told = [replace(o, answered=answered) for o, answered in zip(OUTCOMES, [True, False, False, False], strict=True)]
    found = figures(told)
    assert found.refused == (2 / 3, 1.0)
    assert evaluation_json(found)["refused"] == {"answerable": 2 / 3, "no_answer": 1.0}
    assert "not in this archive: said of 1.000 of them, and of 0.667 of the answerable queries" in evaluation_lines(
        found
    )
    assert figures([*told[:3], OUTCOMES[3]]).refused is None
    assert figures(told[:3]).refused is None


def test_without_answerable_queries_there_is_no_evaluation():
    with pytest.raises(ValueError, match="no queries to summarise"):
        figures(OUTCOMES[3:])


def test_the_table_has_a_row_a_group():
    assert evaluation_lines(figures(OUTCOMES)) == [
        "                    n      R@1      R@5     R@10    R@100   MRR@10  nDCG@10   MRR@10, 95% interval",
        "all                 3    0.333    0.667    0.667    0.667    0.500    0.544   0.000 to 1.000",
        "de→de               1    0.000    0.000    0.000    0.000    0.000    0.000   0.000 to 0.000",
        "en→de               2    0.500    1.000    1.000    1.000    0.750    0.815   0.500 to 1.000",
        "name                1    0.000    0.000    0.000    0.000    0.000    0.000   0.000 to 0.000",
        "question            2    0.500    1.000    1.000    1.000    0.750    0.815   0.500 to 1.000",
        "hits shown: median 250, 95th percentile 385 characters",
        "best score tells answerable from 1 no_answer queries: area under ROC 0.500",
        "not in this index, counted as not found: the articles of q-3",
    ]


def test_the_json_form_has_every_query_and_every_figure():
    form = evaluation_json(figures(OUTCOMES))
    assert list(form) == ["schema", "groups", "median_length", "p95_length", "roc", "refused", "absent", "ranks"]
    assert (form["schema"], form["absent"], form["ranks"]) == (1, ["q-3"], {"q-1": 1, "q-2": 2, "q-3": None})
    assert form["groups"]["en→de"]["queries"] == 2
    assert form["groups"]["en→de"]["MRR@10"] == {"value": 0.75, "low": 0.5, "high": 1.0}


QUERIES = [
    query("s-1", text="which firms require proof AI can't do the job", gold=(PROOF,)),
    query("s-2", text="Wer holte Medikamente mit dem Boot?", language="de", article="dumps/faehre.txt", gold=(ENGINE,)),
    query("s-3", text="bridge cracks", article="hg-1", gold=("Dieser Satz steht nirgends geschrieben.",)),
    query("s-4", text="Schachklub", language="de", article="kb-99", gold=("Der Schachklub zieht um.",)),
    query("s-5", "no_answer", text="asdkjh qwe", article=""),
]


def test_an_index_is_asked_and_judged(searcher):
    """s-3's passage is in no article, s-4's article is not in the index."""
    done = []
    found = evaluate(searcher, QUERIES, done.append)
    assert done == [1, 2, 3, 4, 5]
    assert evaluation_json(found)["ranks"] == {"s-1": 1, "s-2": 1, "s-3": None, "s-4": None}
    assert found.absent == ("s-4",)
    assert [o.pair for o in found.outcomes] == ["en→de", "de→de", "en→en", "de→?", "en→?"]
    assert found.roc == 1
    first = searcher.search(QUERIES[0].query, 10).hits
    assert found.outcomes[0].score == first[0].score
    assert found.outcomes[0].lengths == tuple(len(hit.text) for hit in first)


def test_without_collapsing_every_passage_has_its_own_rank(searcher):
    """The ferry's two passages are both about the island; only one of them has the boat."""
    only = [query("s-2", text="Fährt ein Schiff zur Insel Grönoog?", article="dumps/faehre.txt", gold=(ENGINE,))]
    assert [hit.article.title for hit in searcher.search(only[0].query, 2, collapse=False).hits] == [
        "Fähre bleibt im Hafen: Insulaner proben den Aufstand"
    ] * 2
    ranks = [evaluate(searcher, only, quiet, collapse=collapse).outcomes[0].rank for collapse in (True, False)]
    assert ranks == [None, 2]
