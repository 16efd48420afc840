"""Sequences of different lengths, stored behind one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
        """The sequences *rows* of these and of *other*, whose first one is number ``len(self)``, in that order."""
        return Woven.of(self, other, rows).whole()

    def whole(self) -> Ragged:
        """These, as they are: what `Woven.whole` is."""
        return self

    def runs(self) -> Iterator[NDArray[Any]]:
        """All items, in one run: see `Woven.runs`."""
        yield self.flat

    def items_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions in *flat* of the items of the sequences *rows*, in that order."""
        lengths = self.lengths_of(rows)
        within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.repeat(self.starts[rows], lengths) + within


@dataclass(frozen=True, slots=True)
class Woven:
    """Sequences of two, in an order of their own, of which nothing is copied until it is needed.

    A rebuild takes over nearly all of an archive: a gigabyte for a million passages, which goes from file to file.

    Attributes:
        one: Some.
        other: Others; the first of them is number ``len(one)``.
        rows: Which ones, shape (n_sequences,).
        starts: As of `Ragged`.
    """

    one: Ragged
    other: Ragged
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, one: Ragged, other: Ragged, rows: NDArray[np.int64]) -> Woven:
        """The sequences *rows* of both."""
        return cls(one, other, rows, starts_of(np.concatenate([one.lengths, other.lengths])[rows]))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: int) -> NDArray[Any]:
        return self._run(self.rows[row], self.rows[row])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many items each sequence has, shape (n_sequences,)."""
        return np.diff(self.starts)

    @property
    def flat(self) -> NDArray[Any]:
        """The items of all sequences, copied anew each time."""
        return np.concatenate(list(self.runs()))

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """The sequences *rows*, in that order, copied."""
        return self.one.weave(self.other, self.rows[rows])

    def whole(self) -> Ragged:
        """The same, copied."""
        return Ragged(self.flat, self.starts)

    def runs(self) -> Iterator[NDArray[Any]]:
        """All items, in order, in as few slices as there are: one index a byte would cost half a second for 12 MB."""
        if not len(self):
            yield self.one.flat[:0]
            return
        breaks = np.flatnonzero((np.diff(self.rows) != 1) | (self.rows[1:] == len(self.one))) + 1
        for run in np.split(self.rows, breaks):
            yield self._run(run[0], run[-1])

    def _run(self, first: int, last: int) -> NDArray[Any]:
        side, before = (self.one, 0) if first < len(self.one) else (self.other, len(self.one))
        return side.flat[side.starts[first - before] : side.starts[last - before + 1]]


def starts_of(lengths: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Starts of sequences of these *lengths*, and the end, shape (n + 1,), int64."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
