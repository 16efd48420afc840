"""What a vector store answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The passages nearest to a query.

    Attributes:
        numbers: Passage numbers, best first, ties by number, int64, shape (n,); real ones only, never padded.
        scores: Cosine similarities in [-1, 1], float32, shape (n,).
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float32]


def best_first(numbers: NDArray[np.int64], scores: NDArray[np.float32]) -> Neighbours:
    """Passages and their scores in any order, both of shape (n,), as Neighbours."""
    order = np.lexsort((numbers, -scores))
    return Neighbours(numbers[order], scores[order])
