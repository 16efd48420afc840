"""What a new generation can bring up to date of the one before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from changing import model_of, silent, state, write_source

from newsearch.indexer.builder import build
from newsearch.indexer.kept import kept_of
from newsearch.indexer.layout import Layout
from newsearch.indexer.ragged import Ragged
from newsearch.indexer.settings import Settings


@pytest.fixture
def old(tmp_path):
    """Of 21 articles with two passages each."""
    write_source(tmp_path / "a.jsonl", state(0, 22))
    build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), "toy"), silent, *model_of("toy"))
    generation = Layout(tmp_path / "i").open_current()
    assert set(generation.spans.lengths.tolist()) == {2}
    return generation


def spans_of(*lengths):
    """The passages of articles that have so many."""
    return Ragged(np.zeros((sum(lengths), 2), np.int32), np.concatenate([[0], np.cumsum(lengths)]))


def test_the_passages_of_articles_that_are_kept_have_their_old_numbers(old):
    kept = kept_of(old, np.array([-1, 0, 3, -1, 4]), spans_of(1, 2, 2, 3, 2))
    assert kept
    assert kept.passages.tolist() == [-1, 0, 1, 6, 7, -1, -1, -1, 8, 9]


@pytest.mark.parametrize(
    ("articles", "lengths"),
    [([0, -1], (2, 2)), ([3, 0, 4], (2, 2, 2)), ([-1, -1], (2, 2)), ([], ())],
    ids=["half is new", "another order", "nothing is kept", "nothing is there"],
)
def test_where_much_is_new_or_the_order_another_one_all_is_made_anew(old, articles, lengths):
    assert kept_of(old, np.array(articles, np.int64), spans_of(*lengths)) is None


def test_what_another_version_derived_is_made_anew(old):
    """A fault that an update mends would else stay in the index."""
    articles, spans = np.arange(len(old)), old.spans
    assert kept_of(old, articles, spans)
    old.manifest = replace(old.manifest, versions=old.manifest.versions | {"faiss-cpu": "1.0"})
    assert kept_of(old, articles, spans) is None
    assert kept_of(None, articles, spans) is None
