"""What an embedder is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.indexer.ragged import Ragged


@dataclass(frozen=True, slots=True)
class Inputs:
    """Passages with their context, as they go into an embedder.

    Attributes:
        texts: What is embedded: the article's headline, a line feed, the passage.
        pieces: The same in pieces of the shipped vocabulary, which are cut only once for the term leg, the static table
            and every encoder with that vocabulary.
    """

    texts: Sequence[str]
    pieces: Ragged


class Embedder(Protocol):
    """Turns passages and queries into unit vectors of one space; cosine similarity is their inner product."""

    @property
    def name(self) -> str:
        """What the user names it by (``--model``)."""

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest of everything that its vectors depend on; another digest, another space."""

    @property
    def dimension(self) -> int:
        """Width of its vectors."""

    @property
    def max_pieces(self) -> int:
        """The longest input that it reads whole, in its own pieces."""

    def count_pieces(self, inputs: Inputs) -> NDArray[np.int64]:
        """Length of each input in the model's own pieces, shape (n,)."""

    def embed_passages(self, inputs: Inputs) -> NDArray[np.float32]:
        """Unit vectors of passages, shape (n, dimension), float32, in the order of *inputs*."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of queries, shape (n, dimension), float32, in the order of *texts*."""


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """*vectors* scaled to length 1, shape (n, dimension), float32; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return units
