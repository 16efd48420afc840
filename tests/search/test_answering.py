"""When an archive says that it has no answer."""

from __future__ import annotations

import pytest

from newsearch.search import Searcher
from newsearch.search.answering import Support, answers


def test_an_answer_is_near_and_lacks_no_word_and_no_number():
    assert Support(nearness=1.0, missing=0.05, numbers=0).score == pytest.approx(1.44 + 0.6 - 0.8)
    assert answers([Support(-1.0, 0.3, 0), Support(1.0, 0.05, 0)]) is True
    assert answers([Support(1.0, 0.05, 1)]) is False
    assert answers([]) is False
    assert answers(None) is None


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("harbour bridge closed after cracks were found", True),
        ("Fähre nach Grönoog liegt mit Ruderschaden im Dock", True),
        ("harbour bridge closed in 1974", False),
        ("proof of the Cayley-Hamilton theorem over commutative rings", False),
        ("Geigenbogen neu behaaren", False),
    ],
)
def test_a_search_says_whether_the_archive_answers(searcher, question, answered):
    results = searcher.search(question)
    assert results.answered is answered
    assert results.hits


def test_nothing_found_is_no_answer(searcher):
    assert searcher.search('"kommt nirgends so vor"').answered is False


def test_a_year_in_the_question_may_be_that_of_the_publication(searcher):
    """The article on the bridge is of March 2025, and its text has no year."""
    assert searcher.search("harbour bridge closed after cracks were found in 2025").answered
    assert not searcher.search("harbour bridge closed after cracks were found in 2015").answered


def test_an_index_without_a_background_does_not_tell(searcher, table, generation_copy):
    old = Searcher(searcher.generation.__class__(generation_copy), searcher._embedder, table)
    del old.generation.manifest.measured["background"]
    assert old.search("harbour bridge closed").answered is None
