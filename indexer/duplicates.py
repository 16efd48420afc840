"""Which articles tell one story in the same words: wire copy in several outlets, versions, a changed headline.

Two articles are alike by their signatures alone (see `newsearch.indexer.signatures`). Locality-sensitive hashing finds the
pairs to compare (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, section 3.4): signatures that agree in a band.
What comes out depends on the signatures and on nothing else, not on their order and not on what was there before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.signatures import SLOTS, mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LEAST: Final = 0.3
"""Share of their shingles that two articles must have in common, at least. A summary of the day, which has the whole of a
short report in it, does not become one story with it."""

LEAST_OF_SHORTER: Final = 2 / 3
"""Share of the shorter one's shingles that the longer one must have. Half of all shingles in common (a Jaccard of .5) is
always as much; a report cut down to its first half is also found."""

SHORT: Final = 60
LEAST_OF_SHORT: Final = 0.8
"""Share of all shingles where one has fewer than SHORT words: a notice that an article is not shown any more is most of it."""

FEWEST: Final = 20
"""Words from which on an article is compared: shorter ones are captions, and the same caption is under many things."""

FEW_FIGURES: Final = 3
LEAST_OF_FIGURES: Final = 2 / 3
"""Share of the figures of the one with fewer figures that the other must have, where both have FEW_FIGURES: reports from one
template, on weather, shares, results, have the words in common and not the numbers."""

BAND: Final = 3
"""Bytes of a band. 85 bands bring in .90 of the pairs with LEAST in common, .98 of those with .35, all but one in 100,000 of
those with .5; four bytes each would miss three fifths of the first."""

NEXT: Final = 2
"""Signatures of one bucket that each is compared with, the next ones in the bucket's order. 6,000 reports from one template
meet in nearly every band: all pairs would be 18 million."""

ROUNDS: Final = 32
"""Times that what was left over is put together again. One is enough for 4,773 real articles; 600 versions of a live report,
each like the next one, take 11."""

CHUNK: Final = 1 << 14
"""Pairs compared at a time, 8 MB of signatures."""


def stories_of(signatures: NDArray[Any]) -> NDArray[np.int32]:
    """Which articles tell one story.

    Every article is like the middle of its story, so that A and C are not one because both are like B: of what hangs together,
    the middle is the article that is like most of those it was compared with, its story are those that are like it, and what
    is left is put together again.

    Args:
        signatures: One an article, shape (n,), dtype SIGNATURE, all signed.

    Returns:
        For each article the row of the first one of its story, its own where it is alone, shape (n,).
    """
    rows = np.flatnonzero(signatures["words"] >= FEWEST)
    _, first, same = np.unique(_identity(signatures[rows]), return_index=True, return_inverse=True)
    distinct = signatures[rows[first]]
    pairs = _candidates(distinct)
    middles = _middles(distinct, pairs[_alike(distinct, pairs)])
    stories = np.arange(len(signatures), dtype=np.int32)
    earliest = np.full(len(distinct), len(signatures), np.int32)
    np.minimum.at(earliest, middles[same], stories[rows])
    stories[rows] = earliest[middles[same]]
    return stories


def _identity(signatures: NDArray[Any]) -> NDArray[np.uint64]:
    """A number for each signature, the same for the same one, shape (n,)."""
    words = np.ascontiguousarray(signatures["slots"]).view(np.uint64)
    places = np.arange(1, words.shape[1] + 1, dtype=np.uint64)
    slots: NDArray[np.uint64] = mix(words + mix(places)).sum(axis=1, dtype=np.uint64)
    return mix(slots + signatures["words"])  # a text that says everything twice has the slots of one that says it once


def _candidates(signatures: NDArray[Any]) -> NDArray[np.int64]:
    """Pairs that agree in a band, each once, shape (m, 2), the lower number first."""
    slots = np.ascontiguousarray(signatures["slots"].T)
    found = [np.zeros(0, np.uint64)]
    for band in range(0, SLOTS - BAND + 1, BAND):
        found += _neighbours(np.take(slots, range(band, band + BAND + 2), axis=0, mode="wrap"))
    codes = np.unique(np.concatenate(found))
    return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


def _neighbours(columns: NDArray[np.uint8]) -> Iterator[NDArray[np.uint64]]:
    """Pairs of signatures that agree in the first BAND of *columns*, near each other by the others, as ``low << 32 | high``.

    Sorted as one number each: the columns, and in its last bits which signature it is.
    """
    count = columns.shape[1]
    keys = np.zeros(count, np.uint64)
    for column in columns:
        keys = keys << np.uint64(8) | column
    numbers = np.uint64((1 << count.bit_length()) - 1)
    keys = keys << np.uint64(64 - 8 * len(columns)) & ~numbers | np.arange(count, dtype=np.uint64)
    keys.sort()
    buckets, rows = keys >> np.uint64(64 - 8 * BAND), keys & numbers
    for step in range(1, NEXT + 1):
        at = np.flatnonzero(buckets[step:] == buckets[:-step])
        one, other = rows[at], rows[at + step]
        yield np.minimum(one, other) << np.uint64(32) | np.maximum(one, other)


def _alike(signatures: NDArray[Any], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of *pairs* are alike, shape (len(pairs),)."""
    parts = [
        _alike_some(signatures[p[:, 0]], signatures[p[:, 1]]) for p in np.split(pairs, range(CHUNK, len(pairs), CHUNK))
    ]
    return np.concatenate(parts)


def _alike_some(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of *one* are like which of *other*, row by row, shape (n,)."""
    common, of_shorter = _shares(one, other, "slots", "words")
    _, of_figures = _shares(one, other, "figure_slots", "figures")
    short = np.minimum(one["words"], other["words"]) < SHORT
    few = np.minimum(one["figures"], other["figures"]) < FEW_FIGURES
    near = (common >= LEAST) & (of_shorter >= LEAST_OF_SHORTER)
    same_figures = few | (of_figures >= LEAST_OF_FIGURES)
    alike: NDArray[np.bool_] = np.where(short, common >= LEAST_OF_SHORT, near) & same_figures
    return alike


def _shares(
    one: NDArray[Any], other: NDArray[Any], slots: str, size: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What two sets have in common: of both together (Jaccard), and of the smaller; each shape (n,), estimated."""
    agree = (one[slots] == other[slots]).mean(axis=1)
    jaccard = np.maximum((agree - 1 / 256) / (1 - 1 / 256), 0)  # of bytes that differ, one in 256 agrees by chance
    sizes = one[size].astype(np.float64), other[size].astype(np.float64)
    common = jaccard / (1 + jaccard) * (sizes[0] + sizes[1])  # |A∩B| = J |A∪B|, |A∪B| = |A| + |B| - |A∩B|
    return jaccard, common / np.maximum(np.minimum(*sizes), 1)


def _middles(signatures: NDArray[Any], pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The middle of each one's story, its own number where it is alone, shape (len(signatures),)."""
    middles = np.arange(len(signatures))
    for _ in range(ROUNDS):
        if not len(pairs):
            break
        nodes, flat = np.unique(pairs, return_inverse=True)
        ends = flat.reshape(-1, 2)
        parts = _connected(len(nodes), ends)
        best = np.lexsort((nodes, -np.bincount(flat.ravel()), parts))
        middle = nodes[best[np.searchsorted(parts[best], parts)]]  # of each node's part, the first in that order
        joins = _alike(signatures, np.stack([middle, nodes], axis=1))
        middles[nodes[joins]] = middle[joins]
        pairs = pairs[~joins[ends].any(axis=1)]
    return middles


def _connected(count: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of *count* nodes hang together by *pairs*: the first one of its part for each, shape (count,).

    Parts that a pair joins get the lower one's name, until none is left to join. scipy's takes .27 s to be imported.
    """
    parts = np.arange(count)
    while True:
        ends = parts[pairs]
        lower = ends.min(axis=1)
        if (ends == lower[:, None]).all():
            return parts
        np.minimum.at(parts, ends.ravel(), np.repeat(lower, 2))
        while ((further := parts[parts]) != parts).any():
            parts = further
