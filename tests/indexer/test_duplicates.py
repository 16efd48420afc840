"""Which articles become one story, and which must not."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import OTHER, PARAGRAPHS, REPORT, RESTYLED, SHORTENED, UPDATED, weather

from newsearch.indexer import duplicates
from newsearch.indexer.duplicates import BAND, NEXT, stories_of
from newsearch.indexer.signatures import SIGNATURE, SLOTS, sign

ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "eval" / "articles.jsonl.xz"


def stories(*texts):
    return stories_of(sign(texts)).tolist()


def text_of(seed, words=120):
    """A text without numbers that shares no shingle with that of another seed."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(ascii_lowercase, k=5)) for _ in range(words))


@pytest.mark.parametrize(
    "other", [REPORT, RESTYLED, UPDATED, SHORTENED], ids=["same", "restyled", "updated", "shortened"]
)
def test_one_report_in_several_papers_is_one_story(other):
    assert stories(OTHER, REPORT, other) == [0, 1, 1]


def test_a_story_is_named_by_its_first_article():
    assert stories(UPDATED, OTHER, REPORT, OTHER, SHORTENED) == [0, 1, 0, 1, 0]


def test_a_text_that_says_everything_twice_is_one_story_with_itself():
    assert stories(f"{REPORT} {REPORT}", OTHER, REPORT, REPORT) == [0, 1, 0, 0]


def test_reports_on_one_matter_in_other_words_are_two():
    assert stories(REPORT, f"{PARAGRAPHS[0]}\n\n{OTHER}") == [0, 1]


def test_a_digest_is_not_one_story_with_what_it_sums_up():
    """Else what has nothing in common would be one story by way of it."""
    digest = "\n\n".join([SHORTENED, OTHER, text_of(1), text_of(2)])
    assert stories(digest, SHORTENED, OTHER) == [0, 1, 2]


def test_what_stands_below_many_articles_does_not_make_them_one():
    notice = "Der vollständige Text dieser Meldung einer Agentur steht aus rechtlichen Gründen leider nicht mehr zur Verfügung."
    leads = ["Vierzig Verletzte nach Explosion auf der Einkaufsstraße", "Konzern nimmt Nudeln aus dem Verkauf"]
    assert stories(*[f"{lead}. {notice}" for lead in leads]) == [0, 1]
    assert stories(notice, notice) == [0, 1]  # shorter than FEWEST


def test_reports_from_one_template_are_one_story_each():
    """Half of the words of a weather report are there each day; the numbers are its own."""
    found = stories_of(sign([weather(day) for day in range(2000)]))
    sizes = Counter(found.tolist()).values()
    assert max(sizes) <= 2
    assert len(sizes) >= 1990


def test_the_same_weather_report_in_two_papers_is_one_story():
    assert stories(weather(1), weather(2), "Norddeich: " + weather(1)) == [0, 1, 0]


def test_the_pairs_that_are_compared_are_few_also_where_all_are_alike():
    """3,000 texts of one template, which agree in most bands: 4.5 million pairs in all."""
    signatures = sign([f"{REPORT} {text_of(n, 9)}" for n in range(3000)])
    pairs = duplicates._candidates(signatures)
    assert len(pairs) <= NEXT * (SLOTS // BAND) * 3000
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert np.all(pairs[:, 0] < pairs[:, 1])
    assert set(stories_of(signatures).tolist()) == {0}


def alike(signatures):
    """Which of all pairs are alike, shape (n, n): the judge."""
    n = len(signatures)
    pairs = np.array([(a, b) for a in range(n) for b in range(n)])
    return duplicates._alike(signatures, pairs).reshape(n, n)


def ticker(entries, step, length=12):
    """Versions of a live report: each has new entries on top, and the oldest fall off."""
    return ["\n".join(text_of(n, 20) for n in range(start, start + length)) for start in range(0, entries, step)]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_drift_does_not_make_one_story_of_what_has_nothing_in_common(step):
    """Every version is like the next one. All of a story are like one of it, its middle."""
    signatures = sign(ticker(60, step))
    like, found = alike(signatures), stories_of(signatures)
    assert all(like[n, n + 1] for n in range(len(like) - 1))
    for story in set(found.tolist()):
        members = np.flatnonzero(found == story)
        assert like[np.ix_(members, members)].all(axis=1).any()
    assert found[0] != found[-1]
    assert len(set(found.tolist())) <= len(found) / 2


EDITS = st.tuples(st.integers(0, 5), st.integers(0, 40), st.integers(0, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_stories_depend_on_the_articles_and_not_on_their_order(edits, rng):
    """Whatever was there before and wherever an article lies: a rebuild ends where a fresh build ends."""
    texts = [" ".join(text_of(base).split()[cut:] + [text_of(base + 10, 9)] * more) for base, cut, more in edits]
    order = list(range(len(texts)))
    rng.shuffle(order)
    signatures = sign(texts)
    here, there = stories_of(signatures), stories_of(signatures[order])
    groups = {frozenset(np.flatnonzero(here == story).tolist()) for story in here}
    assert groups == {frozenset(order[i] for i in np.flatnonzero(there == story)) for story in there}
    assert all(here[n] == min(group) for group in groups for n in group)


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, min_size=2, max_size=10))
def test_no_story_holds_articles_that_are_not_alike_and_none_that_are_is_left_alone(edits):
    """Against the comparison of all pairs; alone, an article is like none that is alone as well."""
    signatures = sign([" ".join([*text_of(base).split()[cut:], text_of(more, 30)]) for base, cut, more in edits])
    like, found = alike(signatures), stories_of(signatures)
    for story in set(found.tolist()):
        members = np.flatnonzero(found == story)
        assert like[np.ix_(members, members)].all(axis=1).any()
    single = [n for n in range(len(found)) if np.count_nonzero(found == found[n]) == 1]
    assert not [(a, b) for a in single for b in single if a < b and like[a, b]]


def test_an_empty_archive_has_no_story():
    assert stories_of(np.zeros(0, SIGNATURE)).tolist() == []
    assert stories("", "", "Kurz.") == [0, 1, 2]


@pytest.fixture(scope="module")
def real():
    """The evaluation's archive: text by id, in order."""
    if not ARCHIVE.exists():
        pytest.skip("the evaluation's archive is not here")
    with lzma.open(ARCHIVE, "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    return {article["id"]: article["text"] for article in articles}


def test_real_articles_that_are_alike_to_the_eye_are_one_story(real):
    """All pairs with a tenth of their shingles in common were read; of 172 stories in several articles none is wrong."""
    found = stories_of(np.concatenate([sign(list(real.values())[n : n + 128]) for n in range(0, len(real), 128)]))
    story = dict(zip(real, found.tolist(), strict=True))
    sizes = Counter(Counter(found.tolist()).values())
    assert (len(real), sizes[2], sizes[3], max(sizes)) == (4773, 171, 1, 3)
    for one, other in [
        ("bbc-0655", "bbc-0848"),  # seven shingles in ten, and a year that only one of them names
        ("bbc-1022", "bbc-1204"),  # the shorter one is .94 in one two and a half times as long
        ("bbc-1238", "bbc-1239"),  # another headline, another beginning
        ("bbc-1772", "bbc-1786"),
        ("fundus-056", "fundus-057"),
    ]:
        assert story[one] == story[other], (one, other)
    for one, other in [
        ("gnad-0063", "gnad-0821"),  # three fifths of it is the notice that the text is not there any more
        ("bbc-1982", "bbc-1998"),  # a single: who bought it, and that it is number one
        ("bbc-0539", "bbc-0553"),  # the price of oil on two days
        ("bbc-1223", "bbc-1205"),
    ]:
        assert story[one] != story[other], (one, other)


@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_parts_are_what_can_be_reached(count, pairs):
    """Named by their first node; by going from each node to its neighbours until nothing is new."""
    pairs = [(one % count, other % count) for one, other in pairs]
    reached = [{node} for node in range(count)]
    for _ in range(count):
        for one, other in pairs:
            reached[one] = reached[other] = reached[one] | reached[other]
    found = duplicates._connected(count, np.array(pairs, np.int64).reshape(-1, 2))
    assert found.tolist() == [min(nodes) for nodes in reached]


def test_a_long_chain_is_one_part():
    """600 versions of a live report, each like the next one, in any order."""
    order = np.random.default_rng(0).permutation(5_000)
    found = duplicates._connected(5_000, np.stack([order[1:], order[:-1]], axis=1))
    assert not found.any()
