"""German pieces from English ones: on a table of two dimensions, whose cosines are known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training import wechsel
from training.wechsel import LEAST_LENGTH, NEIGHBOURS, TEMPERATURE, anchors, initial_embeddings, mixtures, shared_words

ANCHORS = NEIGHBOURS + 4


def on_circle(degrees):
    radians = np.radians(np.asarray(degrees, np.float64))
    return np.stack([np.cos(radians), np.sin(radians)], 1).astype(np.float32)


def wanted_mixture(source, anchor, table, row):
    """One piece, written out: ten nearest by cosine, softmax of cosine / temperature, mean, stretched where too short."""
    cosines = {
        int(a): float(table[row] @ table[a] / np.linalg.norm(table[row]) / np.linalg.norm(table[a])) for a in anchor
    }
    nearest = sorted(cosines, key=cosines.__getitem__)[-10:]
    weights = [math.exp(cosines[a] / 0.1) for a in nearest]
    mean = sum(w * source[a].astype(np.float64) for w, a in zip(weights, nearest, strict=True)) / sum(weights)
    least = 0.9 * sum(math.sqrt(float(source[a] @ source[a])) for a in anchor) / len(anchor)
    length = math.sqrt(float(mean @ mean))
    return mean * max(length, least) / length


def test_the_constants_are_the_papers():
    assert (NEIGHBOURS, TEMPERATURE, LEAST_LENGTH) == (10, 0.1, 0.9)


def test_a_piece_is_the_softmax_mean_of_the_ten_nearest():
    """Anchors on a quarter of the circle, of different lengths in the table, which must not count."""
    rng = np.random.default_rng(0)
    source = rng.standard_normal((ANCHORS, 6)).astype(np.float32) + 1
    table = on_circle([*rng.uniform(0, 90, ANCHORS), 2, 33, 100, -40])
    table *= rng.uniform(0.5, 3, (len(table), 1)).astype(np.float32)
    anchor = np.arange(ANCHORS)
    found = mixtures(source, anchor, table)
    wanted = [wanted_mixture(source, anchor, table, row) for row in range(len(table))]
    assert found == pytest.approx(np.array(wanted), rel=1e-4, abs=1e-5)
    assert found.dtype == np.float32


def test_blocks_do_not_show(monkeypatch):
    rng = np.random.default_rng(1)
    source, table = rng.standard_normal((30, 4)).astype(np.float32), rng.standard_normal((50, 2)).astype(np.float32)
    whole = mixtures(source, np.arange(3, 30), table)
    monkeypatch.setattr(wechsel, "BLOCK", 7)
    assert mixtures(source, np.arange(3, 30), table) == pytest.approx(whole, abs=1e-6)


def test_ten_anchors_that_mean_the_same_give_their_plain_mean():
    """All ten nearest have cosine 1; the others point away. Mean length: 5, so the mean, (3, 4) / 5, is made 4.5 long."""
    source = np.zeros((12, 2), np.float32)
    source[:10] = [[5, 0], [0, 5], [5, 0], [0, 5], [5, 0], [0, 5], [5, 0], [0, 5], [3, 4], [3, 4]]
    source[10:] = [[-5, 0], [0, -5]]
    table = np.array([[1, 0]] * 10 + [[-1, 0], [0, -1], [7, 0]], np.float32)
    mean = source[:10].mean(0)
    assert np.linalg.norm(mean) < 4.5
    assert mixtures(source, np.arange(12), table)[12] == pytest.approx(mean / np.linalg.norm(mean) * 4.5, rel=1e-6)


def test_a_mean_that_is_long_enough_is_left_as_long_as_it_is():
    source = np.tile(np.array([[3.0, 4.0]], np.float32), (12, 1))
    source[11] = [0.03, 0.04]  # far away in the table: it only lowers the mean length, to 4.6
    table = on_circle([0] * 11 + [180] + [0])
    assert mixtures(source, np.arange(12), table)[12].tolist() == pytest.approx([3, 4], rel=1e-6)


def test_ten_anchors_are_enough():
    source, table = np.ones((NEIGHBOURS, 3), np.float32), on_circle([0] * (NEIGHBOURS + 1))
    assert mixtures(source, np.arange(NEIGHBOURS), table)[-1].tolist() == pytest.approx([1, 1, 1])


def test_anchors_are_whole_english_words_that_were_seen():
    pieces = ["[PAD]", "[unused1]", "see", "##ing", "lake", "die", "#", "a", "[MASK]"]
    seen = np.array([9, 9, 3, 9, 0, 1, 9, 2, 9])
    assert anchors(pieces, seen).tolist() == [2, 5, 7]


def test_shared_words_are_mostly_german_of_letters_and_longer_than_one():
    """More than 8 times as frequent in German; one that English never has counts as there once."""
    pieces = ["die", "see", "new", "war", "a", "1914", "##en", "hat", "st"]
    english = np.array([10, 10, 0, 0, 1, 1, 1, 1, 5])
    german = np.array([81, 80, 9, 8, 99, 99, 99, 99, 99])
    assert shared_words(pieces, english, german).tolist() == [0, 2, 7, 8]


def test_only_new_pieces_and_mostly_german_words_are_changed():
    rng = np.random.default_rng(2)
    words = [f"w{chr(97 + i)}" for i in range(ANCHORS)]
    pieces = ["[PAD]", "##s", *words, "die", "hafen", "##ung"]
    n_source = len(pieces) - 2
    source = rng.standard_normal((n_source, 5)).astype(np.float32)
    table = rng.standard_normal((len(pieces), 2)).astype(np.float32)
    english, german = np.full(len(pieces), 3), np.zeros(len(pieces), np.int64)
    german[pieces.index("die")], german[pieces.index("hafen")], german[pieces.index("##s")] = 99, 99, 99
    out = initial_embeddings(source, pieces, table, english, german)
    die, anchor = pieces.index("die"), range(2, n_source)  # neither [PAD] nor ##s
    same = [row for row in range(n_source) if row != die]
    assert out.shape == (len(pieces), 5)
    assert out.dtype == np.float32
    assert np.array_equal(out[same], source[same])
    half = (source[die] + wanted_mixture(source, anchor, table, die)) / 2
    assert out[die] == pytest.approx(half, rel=1e-4, abs=1e-5)
    for row in (n_source, n_source + 1):
        assert out[row] == pytest.approx(wanted_mixture(source, anchor, table, row), rel=1e-4, abs=1e-5)
