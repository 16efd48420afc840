"""Saved queries, asked of the old and the new generation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_archive import quiet, write_archive

from newsearch.corpus.errors import SwitchRefusedError
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.embedders.static import StaticEmbedder
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings, read_settings, write_settings
from newsearch.search.saved import compare_answers, overlap

IDS = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e"]), unique=True)


@pytest.mark.parametrize(
    ("before", "now", "there", "share"),
    [
        ([b"a", b"b"], [b"b", b"a"], {b"a", b"b"}, 1.0),
        ([b"a", b"b", b"c", b"d"], [b"a", b"x", b"y"], {b"a", b"b", b"c", b"d", b"x", b"y"}, 0.25),
        ([b"a", b"b", b"c"], [b"a", b"x"], {b"a", b"b", b"x"}, 0.5),
        ([b"a"], [b"x"], {b"x"}, 1.0),
        ([], [b"x"], {b"x"}, 1.0),
    ],
    ids=["order does not count", "one of four", "what is gone does not count", "all are gone", "no answers"],
)
def test_overlap_by_hand(before, now, there, share):
    assert overlap(before, now, there) == share


@given(IDS, IDS)
def test_overlap_is_a_share_and_one_with_oneself(before, now):
    assert 0 <= overlap(before, now, {*before, *now}) <= 1
    assert overlap(before, before, {*before}) == 1


@pytest.fixture
def settings(index):
    return replace(read_settings(index), queries=("Bergkäse aus der Sennerei", "no ferry to the island"))


def test_the_same_generation_has_all_of_its_answers(index, settings, table):
    generation = Layout(index).open_current()
    said = compare_answers(settings, generation, generation, StaticEmbedder(table), table)
    assert said == ["the new index has 100% of the old answers to 2 saved queries"]
    assert compare_answers(replace(settings, queries=()), generation, generation, StaticEmbedder(table), table) == []


def test_another_model_cannot_be_compared(index, settings, table):
    generation = Layout(index).open_current()
    said = compare_answers(settings, generation, generation, ToyEmbedder(), table)
    assert said == ["the saved queries were not compared: the old index was built with another model"]


def test_a_rebuild_that_answers_otherwise_stops_unless_told(tmp_path, table):
    """Twenty articles that are nearer to the query push all of the old answers out."""
    (tmp_path / "archive").mkdir()
    archive, index = write_archive(tmp_path / "archive"), tmp_path / "i"
    build(index, Settings((archive,), "static"), quiet, table=table)
    write_settings(index, replace(read_settings(index), queries=("Tarifstreit der Gondolieri",), least_overlap=0.3))
    for n in range(20):
        text = f"Im Tarifstreit der Gondolieri gibt es am Tag {n} noch keine Einigung, der Tarifstreit geht weiter."
        (archive / f"neu{n}.txt").write_text(f"Tarifstreit der Gondolieri, Tag {n}\n\n{text}\n", "utf-8")
    before = Layout(index).current_name()
    with pytest.raises(
        SwitchRefusedError, match=r"has 0% of the old answers to 1 saved queries, wanted at least 30%.*Gondolieri"
    ):
        rebuild(index, quiet, check=compare_answers, table=table)
    assert Layout(index).current_name() == before
    report = rebuild(index, quiet, check=compare_answers, anyway=True, table=table)
    assert [note[:42] for note in report.notes] == ["switched anyway: The new index has 0% of t"]
