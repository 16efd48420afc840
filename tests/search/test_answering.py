"""When an archive says that it has no answer."""

from __future__ import annotations

import pytest

from newsearch.indexer.layout import Layout
from newsearch.indexer.takedown import take_down
from newsearch.search import Searcher
from newsearch.search.answering import Support, compared_size, has_answer


def test_an_answer_is_near_and_lacks_no_word_and_no_number():
    assert Support(nearness=1.0, missing=0.05, numbers=0).score == pytest.approx(0.6 - 0.8)
    assert has_answer([Support(-1.0, 0.3, 0), Support(1.0, 0.05, 0)], "bilingual") is True
    assert has_answer([Support(1.0, 0.05, 1)], "bilingual") is False
    assert has_answer([], "bilingual") is False
    assert has_answer(None, "bilingual") is None


def test_the_static_table_is_asked_for_less():
    """-2 of log odds are too few for the encoder, whose level is 1.4, and enough for the table with 2.34."""
    assert [has_answer([Support(0.0, 0.125, 0)], model) for model in ("bilingual", "static")] == [False, True]


def test_the_encoder_is_asked_for_half_of_the_backgrounds_growth():
    """A hundred times fewer passages than the 35,000 of the calibration count as ten times fewer."""
    assert compared_size("bilingual", 350) == pytest.approx(3_500)
    assert compared_size("bilingual", 3_500_000) == pytest.approx(350_000)
    assert compared_size("static", 350) == pytest.approx(350)


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


def test_a_takedown_keeps_the_background(index_copy):
    """It must work without the model, which alone could measure it."""
    before = Layout(index_copy).open_current().manifest.measured["background"]
    take_down(index_copy, Searcher.open(index_copy).search("Käse").hits[0].article.id)
    assert Layout(index_copy).open_current().manifest.measured["background"] == before
    assert Searcher.open(index_copy).search("harbour bridge closed after cracks were found").answered


def test_an_index_without_a_background_does_not_tell(searcher, table, generation_copy):
    old = Searcher(searcher.generation.__class__(generation_copy), searcher._embedder, table)
    del old.generation.manifest.measured["background"]
    assert old.search("harbour bridge closed").answered is None
