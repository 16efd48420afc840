"""A deterministic embedder for tests: no model, yet texts that share words are near each other."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np

from newsearch.indexer.embedders.base import Inputs, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class ToyEmbedder:
    """A text is the sum of its words' vectors, and a word's vector is drawn from the hash of its lower-cased letters.

    Attributes:
        embedded: Every passage input that it was given, in order, for tests that ask what was embedded anew.
    """

    name = "toy"
    max_pieces = 1 << 30

    def __init__(self, dimension: int = 32, salt: str = "") -> None:
        self.dimension = dimension
        self.fingerprint = hashlib.sha256(f"toy {dimension} {salt}".encode()).hexdigest()
        self.embedded: list[str] = []
        self._known: dict[str, NDArray[np.float64]] = {}

    def count_pieces(self, inputs: Inputs) -> NDArray[np.int64]:
        """Words of each input, shape (n,)."""
        return np.array([len(_words(t)) for t in inputs.texts], np.int64)

    def embed_passages(self, inputs: Inputs) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        self.embedded.extend(inputs.texts)
        return self.embed_queries(inputs.texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        rows = [sum((self._word(w) for w in _words(t)), np.zeros(self.dimension)) for t in texts]
        return unit(np.array(rows, np.float32).reshape(len(texts), self.dimension))

    def _word(self, word: str) -> NDArray[np.float64]:
        if word not in self._known:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            self._known[word] = np.random.default_rng(seed).standard_normal(self.dimension)
        return self._known[word]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
