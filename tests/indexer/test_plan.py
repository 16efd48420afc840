"""What a rebuild has to do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.article import Source
from newsearch.corpus.versions import Sighting
from newsearch.indexer.plan import Plan, make_plan

SOURCE = Source("/archiv", "a.jsonl")


def key(version: int) -> bytes:
    return bytes([version]) * 32


def plan_of(now: dict[str, int], old: dict[str, int], *, reuse: bool = True) -> Plan:
    """The plan where each article's version was *old* and is *now*."""
    sightings = [Sighting(name, key(version), b"", SOURCE) for name, version in now.items()]
    versions = np.frombuffer(b"".join(map(key, old.values())), np.uint8).reshape(len(old), 32)
    return make_plan(sightings, np.array(list(old), "S16"), versions, reuse=reuse)


def test_new_changed_gone_and_taken_over():
    plan = plan_of({"c": 3, "x": 1, "a": 1, "b": 9}, {"a": 1, "b": 2, "c": 3, "d": 4})
    assert plan.kept.tolist() == [2, -1, 0, -1]
    assert (plan.new, plan.changed, plan.gone) == (("x",), ("b",), ("d",))
    assert plan.unchanged == 2


def test_with_another_model_everything_is_made_anew_but_nothing_is_called_changed():
    plan = plan_of({"a": 1, "b": 9, "x": 1}, {"a": 1, "b": 2}, reuse=False)
    assert plan.kept.tolist() == [-1, -1, -1]
    assert (plan.new, plan.changed, plan.gone, plan.unchanged) == (("x",), ("b",), (), 1)


def test_a_first_build_is_all_new():
    plan = plan_of({"a": 1, "b": 2}, {})
    assert (plan.kept.tolist(), plan.new, plan.gone) == ([-1, -1], ("a", "b"), ())


def test_an_archive_that_is_empty_now_is_all_gone():
    plan = plan_of({}, {"a": 1, "b": 2})
    assert (plan.kept.tolist(), plan.new, plan.gone, plan.unchanged) == ([], (), ("a", "b"), 0)


def test_a_version_is_compared_by_all_of_its_32_bytes():
    """A key that only ends otherwise is another one; a zero at the end counts, too."""
    versions = np.zeros((1, 32), np.uint8)
    other = Sighting("a", bytes(31) + b"\1", b"", SOURCE)
    assert make_plan([other], np.array(["a"], "S16"), versions, reuse=True).changed == ("a",)
    same = Sighting("a", bytes(32), b"", SOURCE)
    assert make_plan([same], np.array(["a"], "S16"), versions, reuse=True).kept.tolist() == [0]


ARCHIVES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 2))


@given(ARCHIVES, ARCHIVES, st.booleans())
def test_every_article_is_in_one_place_of_the_plan(now, old, reuse):
    plan = plan_of(now, old, reuse=reuse)
    assert set(plan.new) == set(now) - set(old)
    assert set(plan.gone) == set(old) - set(now)
    assert set(plan.changed) == {a for a in now if a in old and now[a] != old[a]}
    stands = [a in old and now[a] == old[a] for a in now]
    assert plan.unchanged == sum(stands)
    wanted = [list(old).index(a) if stay and reuse else -1 for a, stay in zip(now, stands, strict=True)]
    assert plan.kept.tolist() == wanted
