from __future__ import annotations

import numpy as np
import pytest
from search_archive import make_hit

from newsearch.search.explain import Explanation, beyond, explanation_json, explanation_lines
from newsearch.search.meetings import Meeting

WHY = Explanation(0.5, 0.25, 0.75, (Meeting("ferry", 0.6, 4, 9, 0.9), Meeting("dock", 0.3, 19, 23, 1.0)))
TEXT = "Die Fähre liegt im Dock."
TITLE = "Werft voll"
ABOVE = (Meeting("shipyard", 0.1, 0, 5, 0.8),)


def test_an_explanation_for_people_is_a_sum_and_the_words():
    assert explanation_lines(WHY, 0.4375, TEXT, TITLE) == [
        "dense 0.500 × 0.75 + term 0.250 × 0.25 = 0.438",
        "ferry → Fähre (0.60 × 0.90) · dock → Dock (0.30 × 1.00)",
    ]
    assert explanation_lines(WHY, 0.5, TEXT, TITLE)[0].endswith(" = 0.438; score 0.500")
    assert explanation_lines(Explanation(0, 0, 1, ()), 0, TEXT, TITLE)[1] == "no word met another"


def test_an_explanation_for_programs_has_offsets_of_the_passage():
    found = explanation_json(WHY, TEXT, TITLE)
    assert (found["dense"], found["term"], found["dense_share"]) == (0.5, 0.25, 0.75)
    assert found["words"][0] == {
        "query": "ferry",
        "weight": 0.6,
        "passage": "Fähre",
        "start": 4,
        "end": 9,
        "similarity": 0.9,
    }


def test_what_only_the_headline_has_is_said_to_be_there():
    """A passage is found by its headline too: "no word met another" beside a full term score said the opposite."""
    why = Explanation(0.5, 0.25, 0.75, WHY.words, ABOVE)
    assert explanation_lines(why, 0.4375, TEXT, TITLE)[2] == "in the headline: shipyard → Werft (0.10 × 0.80)"
    alone = Explanation(0.5, 0.25, 0.75, (), ABOVE)
    assert explanation_lines(alone, 0.4375, TEXT, TITLE)[1:] == ["in the headline: shipyard → Werft (0.10 × 0.80)"]
    assert explanation_json(why, TEXT, TITLE)["headline"][0]["headline"] == "Werft"
    same = Meeting("ferry", 0.6, 0, 5, 0.9)
    assert beyond((same, *ABOVE), WHY.words) == ABOVE


@pytest.mark.parametrize("query", ["Käse aus dem Stollen", "which firms require proof AI can't do the job", "🙂"])
def test_the_legs_of_a_hit_add_up_to_its_score(query, searcher):
    """And its cosine is that of the stored vectors."""
    results = searcher.search(query, 11, explain=True, collapse=False)
    for hit in results.hits:
        why = hit.explanation
        assert why.dense * why.dense_share + why.term * (1 - why.dense_share) == pytest.approx(hit.score, abs=1e-5)
        assert all(hit.text[w.start : w.end].strip() for w in why.words)
        assert np.sum([w.weight for w in why.words]) <= 1 + 1e-6
    assert all(hit.explanation is None for hit in searcher.search(query, 3).hits)


def test_the_command_explains(newsearch, index):
    question = "which firms require proof AI can't do the job"
    out = newsearch("search", question, "--index", index, "--explain", "-k", 1).out
    assert "    dense 0." in out
    assert "proof → nachweist" in out
    hit = newsearch("search", question, "--index", index, "--explain", "-k", 1, "--json").json["hits"][0]
    assert hit["explanation"]["words"][0]["query"] == "AI"
    assert "explanation" not in newsearch("search", question, "--index", index, "--json").json["hits"][0]


def test_a_hit_without_an_explanation_says_nothing_of_one():
    assert make_hit().explanation is None
