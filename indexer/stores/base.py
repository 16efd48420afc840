"""What a vector store answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
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
