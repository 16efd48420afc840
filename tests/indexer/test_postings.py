"""Postings brought up to date are those that sorting all pieces gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer import postings
from newsearch.indexer.postings import Update
from newsearch.indexer.ragged import Ragged
from newsearch.indexer.terms import Terms

PIECES = 6


def ragged(update):
    return Ragged(np.concatenate(list(update.runs())), update.starts)


PASSAGE = st.lists(st.integers(0, PIECES - 1), max_size=5)


def test_by_hand_numbers_move_the_gone_go_and_the_new_come_between():
    """Of four passages the second goes, and one comes before the first and one before the last."""
    old = Terms.of(Ragged.of([[1], [1, 2], [2, 2], [1, 2]], np.uint16), 4)
    pieces = Ragged.of([[2], [1], [2, 2], [1, 3], [1, 2]], np.uint16)
    found = ragged(Update.of(old, pieces, np.array([-1, 0, 2, -1, 3])))
    assert [found[piece].tolist() for piece in range(4)] == [[], [1, 3, 4], [0, 2, 4], [3]]


@given(
    st.lists(PASSAGE, max_size=12),
    st.lists(st.one_of(st.none(), PASSAGE), max_size=12),
    st.randoms(use_true_random=False),
    st.sampled_from([np.uint16, np.int32]),
    st.integers(1, 20),
)
def test_they_are_those_that_all_pieces_sorted_give(before, now, random, dtype, block):
    """Whatever goes, stays and comes: None in *now* is a passage that is kept, for as long as there are any."""
    rest = sorted(random.sample(range(len(before)), random.randint(0, len(before))), reverse=True)
    kept = [rest.pop() if rest and passage is None else -1 for passage in now]
    passages = [before[k] if k >= 0 else (passage or []) for k, passage in zip(kept, now, strict=True)]
    pieces = Ragged.of(passages, dtype)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "BLOCK", block)
        found = ragged(Update.of(Terms.of(Ragged.of(before, dtype), PIECES), pieces, np.array(kept, np.int64)))
    wanted = Terms.of(pieces, PIECES).postings
    assert found.flat.tolist() == wanted.flat.tolist()
    assert found.starts.tolist() == wanted.starts.tolist()
    assert (found.flat.dtype, found.starts.dtype) == (np.int32, np.int64)
