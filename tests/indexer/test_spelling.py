"""Umlauts and ß, and what they are written as where a keyboard has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer.spelling import MOST, alike, respelt, spellings
from newsearch.indexer.table import StaticTable


@pytest.fixture(scope="module")
def table():
    return StaticTable.open()


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("muessen", ["mueßen", "müssen", "müßen"]),
        ("straße", ["strasse"]),
        ("größe", ["grösse", "groeße", "groesse"]),
        ("haus", []),
        ("", []),
    ],
)
def test_every_other_spelling_of_a_word(word, others):
    assert spellings(word) == others


@given(st.text("aeoussäß", max_size=12))
def test_a_spelling_is_another_word_and_leads_back(word):
    """Each is spelt as the word where all umlauts are written out."""

    def written_out(spelt):
        return spelt.replace("ä", "ae").replace("ß", "ss")

    others = spellings(word)
    assert len(others) < MOST
    assert word not in others
    assert {written_out(other).replace("ö", "oe").replace("ü", "ue") for other in others} <= {written_out(word)}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("kaese aus der Sennerei", "käse aus der Sennerei"),
        ("Aussenminister in Muenchen", "außenminister in münchen"),
        ("Mueller Straße Strasse", "Mueller Straße Strasse"),
        ("Israel, Samuel und neue Messen", "Israel, Samuel und neue Messen"),
        ("toe goer Koen", "toe goer Koen"),
    ],
)
def test_a_word_is_respelt_where_the_vocabulary_has_it_only_so(table, typed, read):
    """Mueller and Strasse are words of the vocabulary; short words are others' words."""
    assert respelt(table, typed) == read


def test_pieces_that_are_spelt_alike(table):
    found = {table.spelling(piece) for piece in alike(table, table.piece("strasse"))}
    assert found == {"straße", "##straße", "##strasse"}
    assert alike(table, table.piece("haus")) == [table.piece("##haus")]
