"""The static token table as an embedder: a text is the normalised sum of its pieces' weighted vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsearch.indexer.embedders.base import Inputs, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from newsearch.indexer.table import StaticTable

UNLIMITED: Final = 1 << 30
"""A sum has no longest input."""


class StaticEmbedder:
    """Vectors without a network: thousands of passages a second on one core."""

    name = "static"
    max_pieces = UNLIMITED

    def __init__(self, table: StaticTable) -> None:
        self._table = table

    @property
    def fingerprint(self) -> str:
        """The table's."""
        return self._table.fingerprint

    @property
    def dimension(self) -> int:
        """The table's width."""
        return self._table.dimension

    def count_pieces(self, inputs: Inputs) -> NDArray[np.int64]:
        """Pieces of each input, shape (n,)."""
        return inputs.pieces.lengths

    def embed_passages(self, inputs: Inputs) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        return unit(self._table.sums(inputs.pieces))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        return unit(self._table.sums(self._table.pieces_of(texts)))
