"""The term leg: an inverted index over pieces, in which a query piece also finds the pieces that mean the same.

A passage's score is the weighted mean, over the query's pieces, of how well the passage's nearest piece meets it: ColBERT's
MaxSim (Khattab & Zaharia, SIGIR 2020, eq. 3) over static vectors, cut off below MIN_COSINE, full from SATURATION on, and
weighted with the square of the piece's length in the table. So "firms" finds "Unternehmen", and an exact name scores 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.ragged import Ragged, starts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.table import StaticTable

NEIGHBOURS: Final = 64
MIN_COSINE: Final = 0.3
"""A query piece stands for at most NEIGHBOURS pieces of at least this cosine (DESIGN section 3: XQuAD over 60,240 passages)."""


SATURATION: Final = 0.85
"""Cosine from which a piece meets another in full. A good translation has .7 to .9 and the same word 1, so without it a passage
in the question's language is ahead of a better one in the other: judged archive queries, MRR@10, all .228 without, .275 with
.85; English over German .294 and .377; XQuAD nDCG@10 de→de .968 and .967 (docs/quality.md)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Pieces of passages, both ways round.

    Attributes:
        pieces: The pieces of each passage as they follow each other, uint16 or int32.
        postings: For each piece of the vocabulary the passages it occurs in, ascending, int32.
    """

    pieces: Ragged
    postings: Ragged

    @classmethod
    def of(cls, pieces: Ragged, vocabulary: int) -> Terms:
        """The index over *pieces*, whose numbers are below *vocabulary*."""
        passage = np.repeat(np.arange(len(pieces), dtype=np.int32), pieces.lengths)
        passage = passage[np.argsort(pieces.flat, kind="stable")]  # a radix sort for uint16, linear
        starts = starts_of(np.bincount(pieces.flat, minlength=vocabulary))
        first = np.ones(len(passage) + 1, bool)
        first[1:-1] = passage[1:] != passage[:-1]
        first[starts] = True  # where the next piece begins, the passage may be that in which the one before ended
        before = starts_of(first[:-1])
        return cls(pieces, Ragged(passage[first[:-1]], before[starts]))

    def __len__(self) -> int:
        return len(self.pieces)

    def present(self) -> NDArray[np.int64]:
        """The pieces that occur in any passage, ascending, shape (n,)."""
        return np.flatnonzero(self.postings.lengths)


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a piece of the query stands for.

    Attributes:
        piece: Its number.
        weight: Its share of the query, in [0, 1]; the shares of a query add up to 1.
        neighbours: Pieces it stands for, farthest first, so that a nearer one overwrites.
        meets: How well each meets it, in (0, 1], shape as *neighbours*, float32.
    """

    piece: int
    weight: float
    neighbours: NDArray[np.int64]
    meets: NDArray[np.float32]


def expand(table: StaticTable, query: NDArray[np.integer[Any]], present: NDArray[np.int64]) -> list[Expansion]:
    """What each distinct piece of a query stands for among the pieces that are *present*.

    Args:
        table: The token table.
        query: Piece numbers of the query, shape (n,).
        present: Pieces that occur in the index, ascending, shape (m,).

    Returns:
        One expansion a distinct piece, in ascending order; empty for a query without pieces.
    """
    pieces, counts = np.unique(query, return_counts=True)
    if not len(pieces) or not len(present):
        return []
    vectors = table.rows(pieces)
    lengths = np.linalg.norm(vectors, axis=1)
    weights = counts * lengths**2
    weights = weights / max(float(weights.sum()), 1e-12)
    cosines = _cosines(table, vectors / np.maximum(lengths, 1e-12)[:, None], present)
    return [_expansion(int(p), float(w), c, present) for p, w, c in zip(pieces, weights, cosines, strict=True)]


def _cosines(table: StaticTable, units: NDArray[np.float32], present: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cosines of unit vectors to the present pieces, shape (len(units), len(present)), in blocks that stay in the cache."""
    out = np.empty((len(units), len(present)), np.float32)
    for start in range(0, len(present), 4096):
        block = present[start : start + 4096]
        # a row's scale cancels out in the cosine, so the int8 numbers do
        rows = table.vectors[block].astype(np.float32)
        np.matmul(units, rows.T, out=out[:, start : start + 4096])
    out /= table.norms[present]
    return out


def _expansion(piece: int, weight: float, cosines: NDArray[np.float32], present: NDArray[np.int64]) -> Expansion:
    near = np.argpartition(cosines, -NEIGHBOURS)[-NEIGHBOURS:] if len(cosines) > NEIGHBOURS else np.arange(len(cosines))
    near = near[cosines[near] > MIN_COSINE]
    near = near[np.argsort(cosines[near], kind="stable")]
    return Expansion(piece, weight, present[near], np.minimum(cosines[near] / np.float32(SATURATION), 1))


def term_scores(terms: Terms, expansions: list[Expansion]) -> NDArray[np.float32]:
    """The score of every passage for a query, shape (n_passages,), float32, in [0, 1]; 0 where nothing meets."""
    scores = np.zeros(len(terms), np.float32)
    best = np.zeros(len(terms), np.float32)
    for expansion in expansions:
        best[:] = 0
        for neighbour, meets in zip(expansion.neighbours, expansion.meets, strict=True):
            best[terms.postings[neighbour]] = meets
        scores += np.float32(expansion.weight) * best
    return scores
