"""What the pieces of a query stand for: in either language, the pieces of the archive that mean about the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.spelling import alike

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


SHORTEST: Final = 4
"""Letters from which a piece meets in full those that are spelt like it (see `alike`) and mean about the same: "##abbau" and
"abbau" have a cosine of .32, "strasse" and "straße" .58. Shorter ones are endings. No judged figure moves by it."""


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


class Expander:
    """Expands queries over the pieces of one archive, and remembers what each piece stands for.

    What it remembers is under 1 KB a piece that was ever asked, and a float32 copy of the pieces' vectors (64 MB for 64,522 of
    256): without it each query takes as long as the copying does. Safe to use from several threads.
    """

    def __init__(self, table: StaticTable, present: NDArray[np.int64]) -> None:
        """Expand among the pieces *present*, ascending, shape (m,), of *table*."""
        self._table = table
        self._present = present
        self._known: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]] = {}

    def expand(self, query: NDArray[np.integer[Any]]) -> list[Expansion]:
        """What each distinct piece of a query stands for.

        Args:
            query: Piece numbers of the query, shape (n,).

        Returns:
            One expansion a distinct piece, in ascending order; empty for a query without pieces, and where none is present.
        """
        pieces, counts = np.unique(query, return_counts=True)
        if not len(pieces) or not len(self._present):
            return []
        vectors = self._table.rows(pieces)
        lengths = np.linalg.norm(vectors, axis=1)
        weights = counts * lengths**2
        weights = weights / max(float(weights.sum()), 1e-12)
        new = np.array([piece not in self._known for piece in pieces.tolist()])
        if new.any():
            cosines = (vectors[new] / np.maximum(lengths[new], 1e-12)[:, None]) @ self._units.T
            asked = pieces[new].tolist()
            self._known.update(zip(asked, map(self._nearest, asked, cosines), strict=True))
        return [Expansion(p, w, *self._known[p]) for p, w in zip(pieces.tolist(), weights.tolist(), strict=True)]

    @cached_property
    def _units(self) -> NDArray[np.float32]:
        """Unit vectors of the present pieces, shape (m, dimension); a row's scale cancels out, so the int8 numbers do."""
        units = self._table.vectors[self._present].astype(np.float32)
        units /= self._table.norms[self._present][:, None]
        return units

    def _nearest(self, piece: int, cosines: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The pieces that *piece*, with these *cosines*, stands for, farthest first, and how well each meets it."""
        cosines = cosines.copy()
        cosines[self._alike(piece, cosines)] = 1
        near = np.flatnonzero(cosines > MIN_COSINE)
        if len(near) > NEIGHBOURS:
            near = near[np.argpartition(cosines[near], -NEIGHBOURS)[-NEIGHBOURS:]]
        near = near[np.argsort(cosines[near], kind="stable")]
        return self._present[near], np.minimum(cosines[near] / np.float32(SATURATION), 1)

    def _alike(self, piece: int, cosines: NDArray[np.float32]) -> list[int]:
        """Where among the present pieces those are that are spelt like *piece* and mean about the same."""
        if len(self._table.spelling(piece).removeprefix("##")) < SHORTEST:
            return []
        others = np.array(alike(self._table, piece), np.int64)
        at = np.searchsorted(self._present, others)
        return [
            i
            for i, other in zip(at.tolist(), others.tolist(), strict=True)
            if self._is(i, other) and cosines[i] > MIN_COSINE
        ]

    def _is(self, at: int, piece: int) -> bool:
        return at < len(self._present) and bool(self._present[at] == piece)


def expand(table: StaticTable, query: NDArray[np.integer[Any]], present: NDArray[np.int64]) -> list[Expansion]:
    """One query over the pieces *present*; see `Expander`, which remembers."""
    return Expander(table, present).expand(query)
