"""The term leg: an inverted index over pieces, in which a query piece also finds the pieces that mean the same.

A passage's score is the weighted mean, over the query's pieces, of how well the passage's nearest piece meets it: ColBERT's
MaxSim (Khattab & Zaharia, SIGIR 2020, eq. 3) over static vectors, cut off below MIN_COSINE, full from SATURATION on, and
weighted with the square of the piece's length in the table. So "firms" finds "Unternehmen", and an exact name scores 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.ragged import Ragged, starts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.expansion import Expansion


FEW: Final = 2_000
"""Passages that are sooner scored from their own pieces than by the postings of one more piece."""

DENSE: Final = 16
"""A piece is added to all passages' scores in one go where it occurs in more than one passage of so many: of 136 judged queries
over 1,004,622 passages the first half takes 2.3 ms, 2.5 with 8, and 3.8 if each piece is."""

HALF: Final = 0.5
"""Weight of a query that is left when the dense leg's bound is waited for. Of 80 judged queries over 1,020,771 passages 74 had
to look at more in any case; half of them ended with .18 left."""

ROUNDING: Final = 1e-5
"""What a sum of some twenty float32 products may be off."""


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


def term_scores(terms: Terms, expansions: list[Expansion]) -> NDArray[np.float32]:
    """The score of every passage for a query, shape (n_passages,), float32, in [0, 1]; 0 where nothing meets."""
    scores = np.zeros(len(terms), np.float32)
    best = np.zeros(len(terms), np.float32)
    for expansion in expansions:
        _add(terms, expansion, scores, best)
    return scores


def scores_of(terms: Terms, expansions: list[Expansion], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """The scores of the passages *numbers*, those of `term_scores`, from their own pieces; shape (len(numbers),), float32."""
    pieces = terms.pieces.flat[
        terms.pieces.items_of(numbers)
    ]  # not `take`: that copies runs, and here each is one passage
    return piece_scores(Ragged(pieces, starts_of(terms.pieces.lengths_of(numbers))), expansions, len(terms.postings))


def piece_scores(passages: Ragged, expansions: list[Expansion], vocabulary: int) -> NDArray[np.float32]:
    """The scores of passages that are given as pieces below *vocabulary*; shape (len(passages),), float32."""
    scores = np.zeros(len(passages), np.float32)
    for expansion, meets in zip(expansions, best_meets(passages, expansions, vocabulary), strict=True):
        scores += np.float32(expansion.weight) * meets
    return scores


def best_meets(passages: Ragged, expansions: list[Expansion], vocabulary: int) -> NDArray[np.float32]:
    """How well each passage's nearest piece meets each piece of a query, shape (len(expansions), len(passages)), float32."""
    out = np.zeros((len(expansions), len(passages)), np.float32)
    if not out.size:
        return out
    pieces, rows, meets = _by_piece(expansions)
    met, first = np.zeros(vocabulary, bool), np.empty(vocabulary, np.int64)
    met[pieces], first[pieces[::-1]] = True, np.arange(len(pieces))[::-1]
    at = np.flatnonzero(met[passages.flat])  # few of a passage's pieces mean anything to the query
    entry, owner = first[passages.flat[at]], np.repeat(np.arange(len(passages)), passages.lengths)[at]
    goes_on = np.append(pieces[1:] == pieces[:-1], False)
    while len(entry):  # once, and again for those that mean something to more than one piece of the query
        np.maximum.at(out.ravel(), rows[entry] * len(passages) + owner, meets[entry])
        more = goes_on[entry]
        entry, owner = entry[more] + 1, owner[more]
    return out


def _by_piece(expansions: list[Expansion]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """What meets any piece of a query, ascending; each time with that piece's row and how well it is met; shape (n,) each."""
    pieces = np.concatenate([e.neighbours for e in expansions])
    order = np.argsort(pieces, kind="stable")
    rows = np.repeat(np.arange(len(expansions)), [len(e.neighbours) for e in expansions])
    return pieces[order], rows[order], np.concatenate([e.meets for e in expansions])[order]


@dataclass(slots=True)
class Begun:
    """The term scores of all passages, by the pieces of a query that were looked at so far.

    Attributes:
        terms: The index.
        rest: What is left to look at, the next one last.
        scores: So far, shape (n_passages,), float32.
        best: Room for one piece's scores, as *scores*.
        allowed: Which passages may be found, shape (n_passages,); all where None.
    """

    terms: Terms
    rest: list[Expansion]
    scores: NDArray[np.float32]
    best: NDArray[np.float32]
    allowed: NDArray[np.bool_] | None = None

    @property
    def left(self) -> float:
        """What the pieces that are left weigh, and so the most that a passage can still gain."""
        return sum(e.weight for e in self.rest)

    def take_one(self) -> None:
        """Look at the next piece."""
        _add(self.terms, self.rest.pop(), self.scores, self.best)

    def above(self, least: float) -> NDArray[np.bool_]:
        """Which of the allowed passages score *least* or more so far, shape (n_passages,)."""
        above = self.scores >= least
        return above if self.allowed is None else above & self.allowed


def begin(terms: Terms, expansions: list[Expansion], allowed: NDArray[np.bool_] | None = None) -> Begun:
    """Look at the pieces that `reaching` needs whatever the bound: those that make up half of the query.

    Pieces are taken in the order of what they weigh for the passages that must be looked at, so that "the" and "die" come last.
    """
    cost = [(float(terms.postings.lengths_of(e.neighbours).sum()) + 1) / max(e.weight, 1e-9) for e in expansions]
    rest = [expansions[i] for i in np.argsort(cost, kind="stable")[::-1].tolist()]
    begun = Begun(terms, rest, np.zeros(len(terms), np.float32), np.zeros(len(terms), np.float32), allowed)
    while begun.left > HALF:
        begun.take_one()
    return begun


def reaching(begun: Begun, least: float) -> NDArray[np.int64]:
    """Allowed passages that may score *least* or more, and above 0: all that do, and few others; ascending, shape (n,), int64.

    Once the pieces that are left cannot lift a passage to *least* by themselves, they need not be looked at but where the
    others nearly suffice: MaxScore (Turtle and Flood, Query evaluation: strategies and optimizations, 1995, section 4.2).
    *begun* is used up.
    """
    while begun.rest:
        left = begun.left
        if left < least and np.count_nonzero(begun.above(least - left)) <= FEW:
            break
        begun.take_one()
    return np.flatnonzero(begun.above(least - begun.left - ROUNDING) & (begun.scores > 0))


def _add(terms: Terms, expansion: Expansion, scores: NDArray[np.float32], best: NDArray[np.float32]) -> None:
    """Add to the *scores* of all passages what their nearest piece gives for one piece of the query; *best* is overwritten."""
    postings = [terms.postings[neighbour] for neighbour in expansion.neighbours]
    touched = np.concatenate([*postings, np.zeros(0, np.int32)])
    few = len(touched) < len(scores) / DENSE
    best[touched if few else slice(None)] = 0
    for posting, meets in zip(postings, expansion.meets, strict=True):
        best[posting] = meets
    if few:  # a passage that is there several times gets the same each time
        scores[touched] = scores[touched] + best[touched] * np.float32(expansion.weight)
        return
    np.multiply(best, np.float32(expansion.weight), out=best)  # no array of its own for a million passages
    scores += best
