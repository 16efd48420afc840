from __future__ import annotations

import json

import pytest

from newsearch.corpus.errors import UsageError
from newsearch.search.comparison import compare, comparison_json, comparison_lines, read_ranks
from newsearch.search.evaluation import Outcome, figures
from newsearch.search.judged import JudgedQuery


def outcome(qid, rank, pair="en→de", kind="question"):
    return Outcome(JudgedQuery(qid, "Was?", "en", kind, "kb-1", ()), pair, rank, 0.5, (), found_article=True)


RESULT = figures(
    [outcome("q-1", 1), outcome("q-2", 4), outcome("q-3", None, "de→de"), outcome("n-1", None, "", "no_answer")]
)


def test_each_group_is_compared_over_the_queries_that_both_have():
    """q-1 was second and is first: +.5 MRR; q-2 was not found and is fourth: +.25; q-3 was not asked before."""
    compared = compare(RESULT, {"q-1": 2, "q-2": None, "gone": 1})
    assert {group: (count, measures["MRR@10"].value) for group, (count, measures) in compared.items()} == {
        "all": (2, 0.375),
        "en→de": (2, 0.375),
        "question": (2, 0.375),
    }
    assert (compared["all"][1]["MRR@10"].low, compared["all"][1]["MRR@10"].high) == (0.25, 0.5)
    assert comparison_json(compared)["en→de"]["R@10"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    assert comparison_lines(compared)[2:3] == [
        "all                     2   +0.500 (+0.000 to +1.000)   +0.375 (+0.250 to +0.500)   +0.400 (+0.369 to +0.431)"
    ]


def test_what_is_compared_with_itself_does_not_differ():
    compared = compare(RESULT, {"q-1": 1, "q-2": 4, "q-3": None})
    assert {f for _, measures in compared.values() for m in measures.values() for f in (m.value, m.low, m.high)} == {0}


def test_other_queries_are_not_compared():
    with pytest.raises(UsageError, match="no query in common"):
        compare(RESULT, {"x": 1})


def test_the_ranks_are_read_from_what_evaluate_prints(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"schema": 1, "ranks": {"q-1": 2, "q-2": None}}), "utf-8")
    assert read_ranks(path) == {"q-1": 2, "q-2": None}


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"ranks": 3}', '{"ranks": {"q": "first"}}'])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "run.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"run\.json is no earlier evaluation .* Wanted: what newsearch evaluate"):
        read_ranks(path)
