"""Questions that the archive does not answer are told apart from those that it does."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsearch.search.evaluation import evaluate
from newsearch.search.judged import read_queries

if TYPE_CHECKING:
    from newsearch.search import Searcher

QUERIES = Path(__file__).with_name("no_answer.jsonl")
EVALUATION = Path(__file__).resolve().parents[3] / "shared" / "eval" / "queries.jsonl"


def test_half_of_the_queries_are_for_choosing_and_half_for_judging() -> None:
    lines = [json.loads(line) for line in QUERIES.read_text("utf-8").splitlines()]
    halves = Counter((line["query_language"], line["half"]) for line in lines)
    assert halves == {("de", "choosing"): 19, ("de", "judging"): 18, ("en", "choosing"): 16, ("en", "judging"): 16}
    assert len({line["query"] for line in lines}) == len(lines)
    assert not any(query.answerable for query in read_queries(QUERIES))


@pytest.mark.slow
def test_they_are_told_apart_by_the_encoder(by_encoder: Searcher) -> None:
    """On the half for judging and the 16 of the evaluation: .78 measured, with .10 of the answerable queries refused."""
    judging = {
        line["qid"] for line in map(json.loads, QUERIES.read_text("utf-8").splitlines()) if line["half"] == "judging"
    }
    queries = [*read_queries(EVALUATION), *(query for query in read_queries(QUERIES) if query.qid in judging)]
    refused = evaluate(by_encoder, queries, lambda _: None).refused
    assert refused is not None
    assert refused[0] <= 0.12
    assert refused[1] >= 0.72
