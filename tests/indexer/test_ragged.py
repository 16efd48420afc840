"""Ragged sequences against lists of lists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer.ragged import Ragged, Woven, starts_of

LISTS = st.lists(st.lists(st.integers(0, 65535), max_size=6), max_size=8)


def lists_of(ragged: Ragged) -> list[list[int]]:
    return [ragged[row].tolist() for row in range(len(ragged))]


def rows_of(lists: list[list[int]]) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(lists) - 1), max_size=12) if lists else st.just([])


def test_sequences_lie_behind_one_another():
    ragged = Ragged.of([[7, 8], [], [9]], np.uint16)
    assert ragged.flat.tolist() == [7, 8, 9]
    assert ragged.starts.tolist() == [0, 2, 2, 3]
    assert ragged.lengths.tolist() == [2, 0, 1]
    assert (ragged.flat.dtype, ragged.starts.dtype) == (np.uint16, np.int64)


def test_nothing_is_no_sequences():
    empty = Ragged.of([], np.int32)
    assert (len(empty), empty.flat.tolist(), empty.starts.tolist()) == (0, [], [0])
    assert starts_of([]).tolist() == [0]


def test_a_number_that_does_not_fit_is_refused_and_not_wrapped_around():
    """70000 as uint16 would be piece 4464, which is another word."""
    with pytest.raises(OverflowError, match="70000"):
        Ragged.of([[70_000]], np.uint16)


@given(LISTS)
def test_what_went_in_comes_out(lists):
    assert lists_of(Ragged.of(lists, np.int32)) == lists


@given(st.data(), LISTS)
def test_taken_rows_are_those_rows_in_that_order(data, lists):
    rows = data.draw(rows_of(lists))
    taken = Ragged.of(lists, np.int32).take(np.array(rows, np.int64))
    assert lists_of(taken) == [lists[row] for row in rows]
    assert taken.flat.dtype == np.int32


@given(st.data(), LISTS)
def test_items_are_the_places_of_the_rows_numbers(data, lists):
    rows = data.draw(rows_of(lists))
    ragged = Ragged.of(lists, np.int32)
    assert ragged.flat[ragged.items_of(np.array(rows, np.int64))].tolist() == [n for row in rows for n in lists[row]]


@given(LISTS, LISTS)
def test_joined_sequences_are_the_first_and_then_the_second(first, second):
    rows = np.arange(len(first) + len(second))
    joined = Ragged.of(first, np.int32).weave(Ragged.of(second, np.int32), rows)
    assert lists_of(joined) == first + second
    assert joined.starts.dtype == np.int64


def test_items_may_be_rows_of_numbers():
    """The spans of passages are pairs; taking articles keeps the pairs whole."""
    spans = Ragged(np.array([[0, 5], [7, 9], [0, 4]], np.int32), starts_of([2, 0, 1]))
    assert spans.take(np.array([2, 0])).flat.tolist() == [[0, 4], [0, 5], [7, 9]]
    assert spans.take(np.zeros(0, np.int64)).flat.shape == (0, 2)


@given(st.data(), LISTS, LISTS)
def test_woven_sequences_are_those_that_are_copied(data, first, second):
    """By row, in runs, taken once more, and whole."""
    rows = np.array(data.draw(rows_of(first + second)), np.int64)
    woven = Woven.of(Ragged.of(first, np.int32), Ragged.of(second, np.int32), rows)
    wanted = [(first + second)[row] for row in rows.tolist()]
    assert [woven[row].tolist() for row in range(len(woven))] == lists_of(woven.whole()) == wanted
    assert np.concatenate(list(woven.runs())).tolist() == woven.flat.tolist() == [n for row in wanted for n in row]
    assert woven.lengths.tolist() == [len(row) for row in wanted]
    again = data.draw(rows_of(wanted))
    assert lists_of(woven.take(np.array(again, np.int64))) == [wanted[row] for row in again]
