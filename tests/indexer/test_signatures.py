"""What a signature tells of two texts, against their sets of shingles."""

from __future__ import annotations

import hashlib
import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import OTHER, REPORT, RESTYLED, SHORTENED, UPDATED, weather

from newsearch.indexer.signatures import FIGURE, SHINGLE, SIGNATURE, SLOTS, VERSION, sign

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=5)


def runs(words, length):
    """Each word with those behind it, *length* of them or as many as there still are."""
    return {tuple(words[i : i + length]) for i in range(len(words))}


def words_of(text):
    return re.findall(r"[^\W_]+", text.lower())


def exact(one, other):
    """Jaccard similarity of the shingles of two texts."""
    first, second = (runs(words_of(text), SHINGLE) for text in (one, other))
    return len(first & second) / len(first | second)


def agreement(one, other):
    """Share of the slots in which the signatures agree, less what bytes agree in by chance."""
    first, second = sign([one, other])["slots"]
    return ((first == second).mean() - 1 / 256) / (1 - 1 / 256)


def test_the_way_signatures_are_made_has_not_changed_without_another_version():
    """Those in an index are compared with those made now: another rensa, or another hash, needs another VERSION."""
    assert VERSION == 1
    assert hashlib.sha256(sign([REPORT, "", "Ein Satz.", weather(1)]).tobytes()).hexdigest() == (
        "be1ce3483155fc8dd0c2a0a0835e7e6d6421a9d3fea478b8166a6fc8e30fbe24"
    )


@pytest.mark.parametrize("other", [REPORT, RESTYLED, UPDATED, SHORTENED, OTHER, REPORT + " " + OTHER])
def test_the_share_of_slots_that_agree_is_the_share_of_shingles_in_common(other):
    """256 slots: within three standard deviations of at most sqrt(.25 / 256) = .031."""
    assert agreement(REPORT, other) == pytest.approx(exact(REPORT, other), abs=0.094)


def test_over_many_pairs_the_shares_are_right_on_average():
    rng, words = random.Random(1), words_of(REPORT + OTHER)
    errors = []
    for _ in range(300):
        one = rng.choices(words, k=120)
        other = one[: rng.randrange(120)] + rng.choices(words, k=60)
        errors.append(agreement(" ".join(one), " ".join(other)) - exact(" ".join(one), " ".join(other)))
    assert abs(np.mean(errors)) < 0.01
    assert np.std(errors) < 0.031


def test_case_punctuation_and_line_breaks_do_not_count():
    same = sign([REPORT, REPORT.upper(), REPORT.replace(" ", "\n"), REPORT.replace("„", "»").replace(".", " …")])
    assert (same == same[0]).all()
    assert exact(REPORT, RESTYLED) > 0.97  # its agency's line is gone, else it is the same


@given(TEXTS)
@settings(deadline=None)
def test_a_signature_does_not_depend_on_the_texts_beside_it(texts):
    """A rebuild signs an article alone that a build signed among others."""
    together = sign(texts)
    assert (together.shape, together.dtype) == ((len(texts),), SIGNATURE)
    assert together.tobytes() == b"".join(sign([text]).tobytes() for text in texts)


@given(st.lists(st.sampled_from(["die", "Fähre", "3", "Euro", "a1", "größer", "im", "Ä"]), max_size=30))
@settings(deadline=None)
def test_words_and_figures_are_counted(words):
    signature = sign([", ".join(words)])[0]
    assert signature["words"] == len(words)
    assert signature["figures"] == sum(any(c.isdigit() for c in word) for word in words)


@given(st.lists(st.sampled_from(["ab", "ba", "aab", "b", "a", "7"]), min_size=1, max_size=12), st.integers(0, 11))
@settings(deadline=None)
def test_two_texts_have_one_signature_where_they_have_the_same_shingles(words, place):
    """Words are told from each other, and from themselves in another order."""
    other = words[place % len(words) :] + words[: place % len(words)]
    one, two = sign([" ".join(words), " ".join(other)])["slots"]
    assert (one == two).all() == (runs(words, SHINGLE) == runs(other, SHINGLE))


def test_a_figure_is_a_number_between_its_neighbours():
    """The same sentence with another number, and the same number in another sentence, have no figure in common."""
    slots = sign(["Es waren 12 Grad.", "Es waren 13 Grad.", "Dort sind 12 Boote.", "Heute waren 12 Grad"])[
        "figure_slots"
    ]
    assert (slots[0] == slots[1]).mean() < 0.1
    assert (slots[0] == slots[2]).mean() < 0.1
    assert (slots[0] == slots[3]).all()
    assert FIGURE == 3


def test_a_text_without_words_is_signed_too():
    signature = sign(["", " … \U0001f642 "])
    assert signature["words"].tolist() == [0, 0]
    assert signature["slots"].shape == (2, SLOTS)
