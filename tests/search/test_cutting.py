from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.search.cutting import cut, words_of

TEXTS = st.lists(st.text(st.sampled_from("aÄßk. „“-🙂é\n1_"), max_size=30), max_size=4)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_text_is_cut_into_the_pieces_that_the_index_has_of_it(table, texts):
    """In order, and within the text."""
    for text, found, pieces in zip(texts, cut(table, texts), table.pieces_of(texts), strict=True):
        assert found.pieces.tolist() == pieces.tolist()
        edges = [start for start, _ in found.spans]
        assert edges == sorted(edges)
        assert all(0 <= start < end <= len(text) for start, end in found.spans)
        assert found.words == sorted(found.words)


def test_pieces_of_a_word_are_put_together_and_punctuation_is_a_word(table):
    [text] = cut(table, ["Ruderschaden, Käse"])
    words = words_of(text)
    assert [(w.start, w.end) for w in words] == [(0, 12), (12, 13), (14, 18)]
    assert [piece for w in words for piece in w.pieces] == text.pieces.tolist()
    assert len(words[0].pieces) > 1


def test_only_the_words_that_are_asked_for(table):
    [text] = cut(table, ["Die Fähre liegt im Dock"])
    assert words_of(text, [1, 4]) == [words_of(text)[1], words_of(text)[4]]
    assert words_of(text, []) == []
