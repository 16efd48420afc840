"""Sequences of different lengths, stored behind one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True, slots=True)
class Ragged:
    """Sequences behind one another.

    Attributes:
        flat: The items of all sequences, shape (n_items, …).
        starts: Where each sequence starts in *flat*, and the end, shape (n_sequences + 1,), int64.
    """

    flat: NDArray[Any]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, sequences: Sequence[Iterable[int]], dtype: DTypeLike) -> Ragged:
        """The given sequences of numbers, as *dtype*."""
        lists = [list(s) for s in sequences]
        return cls(np.fromiter(chain.from_iterable(lists), dtype), starts_of([len(s) for s in lists]))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[Any]:
        return self.flat[self.starts[row] : self.starts[row + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many items each sequence has, shape (n_sequences,)."""
        return np.diff(self.starts)

    def lengths_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many items the sequences *rows* have, shape (len(rows),)."""
        return self.starts[rows + 1] - self.starts[rows]

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """The sequences *rows*, in that order."""
        return self.weave(self, rows)

    def weave(self, other: Ragged, rows: NDArray[np.int64]) -> Ragged:
        """The sequences *rows* of these and of *other*, whose first one is number ``len(self)``, in that order.

        Rows that follow each other are copied in one slice: a rebuild takes over nearly all of an archive's bytes, and one
        index a byte would cost half a second for 12 MB.
        """
        breaks = np.flatnonzero((np.diff(rows) != 1) | (rows[1:] == len(self))) + 1
        parts = [self._run(other, run[0], run[-1]) for run in np.split(rows, breaks)] if len(rows) else [self.flat[:0]]
        return Ragged(np.concatenate(parts), starts_of(np.concatenate([self.lengths, other.lengths])[rows]))

    def _run(self, other: Ragged, first: int, last: int) -> NDArray[Any]:
        if first < len(self):
            return self.flat[self.starts[first] : self.starts[last + 1]]
        return other.flat[other.starts[first - len(self)] : other.starts[last - len(self) + 1]]

    def items_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions in *flat* of the items of the sequences *rows*, in that order."""
        lengths = self.lengths_of(rows)
        within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.repeat(self.starts[rows], lengths) + within


def starts_of(lengths: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Starts of sequences of these *lengths*, and the end, shape (n + 1,), int64."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
