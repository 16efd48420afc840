"""What the pieces of a query stand for: in either language, the pieces of the archive that mean about the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from newsearch.indexer.spelling import alike
from newsearch.indexer.table import MIN_COSINE, lengths_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.table import StaticTable

NEIGHBOURS: Final = 64
"""A query piece stands for at most so many of the pieces near it (DESIGN section 3: XQuAD over 60,240 passages)."""

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
    """Expands queries over the pieces of one archive, and remembers what each piece stands for: under 1 KB a piece.

    Safe to use from several threads.
    """

    def __init__(self, table: StaticTable, present: NDArray[np.int64]) -> None:
        """Expand among the pieces *present*, ascending, shape (m,), of *table*."""
        self._table = table
        self._present = np.zeros(len(table.scales), bool)
        self._present[present] = True
        self._known: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]] = {}

    def expand(self, query: NDArray[np.integer[Any]]) -> list[Expansion]:
        """What each distinct piece of a query stands for.

        Args:
            query: Piece numbers of the query, shape (n,).

        Returns:
            One expansion a distinct piece, in ascending order; empty for a query without pieces, and where none is present.
        """
        pieces, counts = np.unique(query, return_counts=True)
        if not len(pieces) or not self._present.any():
            return []
        weights = counts * lengths_of(self._table.rows(pieces)) ** 2
        weights = weights / max(float(weights.sum()), 1e-12)
        for piece in pieces.tolist():
            if piece not in self._known:
                self._known[piece] = self._nearest(piece)
        return [Expansion(p, w, *self._known[p]) for p, w in zip(pieces.tolist(), weights.tolist(), strict=True)]

    def _nearest(self, piece: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The pieces that *piece* stands for, farthest first, and how well each meets it."""
        same = self._alike(piece)
        near = np.union1d(self._table.neighbours[piece], same).astype(np.int64)
        near = near[self._present[near]]
        rows = self._table.vectors[np.append(near, piece)].astype(np.float32)  # a row's scale cancels out
        rows /= lengths_of(rows)[:, None]
        cosines = rows[:-1] @ rows[-1]
        near, cosines = near[cosines > MIN_COSINE], cosines[cosines > MIN_COSINE]
        cosines[np.isin(near, same)] = 1
        if len(near) > NEIGHBOURS:
            most = np.argpartition(cosines, -NEIGHBOURS)[-NEIGHBOURS:]
            near, cosines = near[most], cosines[most]
        order = np.argsort(cosines, kind="stable")
        return near[order], np.minimum(cosines[order] / np.float32(SATURATION), 1)

    def _alike(self, piece: int) -> list[int]:
        """The pieces that are spelt like *piece*, where it is long enough."""
        long = len(self._table.spelling(piece).removeprefix("##")) >= SHORTEST
        return alike(self._table, piece) if long else []


def expand(table: StaticTable, query: NDArray[np.integer[Any]], present: NDArray[np.int64]) -> list[Expansion]:
    """One query over the pieces *present*; see `Expander`, which remembers."""
    return Expander(table, present).expand(query)
