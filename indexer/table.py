"""The static token table that ships: a vector for each piece of the vocabulary, in int8, and the tokenizer that cuts them.

It serves the term leg (which pieces mean the same), late interaction, and as an embedder of its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from newsearch.corpus.errors import ModelError
from newsearch.indexer.ragged import Ragged, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SHIPPED: Final = Path(__file__).parent / "models" / "static"
FORMAT: Final = 2
"""Number of the folder's layout: model.json, tokenizer.json, vectors.npy, scales.npy; 2: near.npy and near.counts.npy."""

MIN_COSINE: Final = 0.3
"""Cosine above which a piece is near another (DESIGN section 3: XQuAD over 60,240 passages)."""

NEAR_BLOCK: Final = 512
"""Rows that are compared with all together: 130 MB of cosines for the table that ships."""


@dataclass(frozen=True)
class StaticTable:
    """The table.

    Attributes:
        fingerprint: Digest of the tokenizer and the vectors, written when the table was made.
        tokenizer: A ``tokenizers.Tokenizer``.
        vectors: Shape (n_pieces, dimension), int8; a row times its scale is the piece's weighted vector.
        scales: Shape (n_pieces,), float32.
        near: See `near_of`; worked out when first asked for, where None.
    """

    fingerprint: str
    tokenizer: Any
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]
    near: Ragged | None = None

    @classmethod
    def open(cls, folder: Path = SHIPPED) -> StaticTable:
        """The table in *folder*, its vectors memory-mapped.

        Raises:
            ModelError: A file is missing, or of another format.
        """
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        try:
            facts = orjson.loads((folder / "model.json").read_bytes())
            if facts["format"] != FORMAT:
                raise ModelError(
                    f"The table in {folder} has format {facts['format']}, this newsearch reads {FORMAT}. "
                    "Install the newsearch that the table came with."
                )
            return cls(
                fingerprint=facts["fingerprint"],
                tokenizer=_open_tokenizer(folder / "tokenizer.json"),
                vectors=np.load(folder / "vectors.npy", mmap_mode="r"),
                scales=np.load(folder / "scales.npy"),
                near=Ragged(np.load(folder / "near.npy"), starts_of(np.load(folder / "near.counts.npy"))),
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError) as exc:
            raise ModelError(
                f"The static table in {folder} cannot be read ({exc}). It is part of newsearch: install newsearch again."
            ) from exc

    @property
    def dimension(self) -> int:
        """Width of the vectors."""
        return int(self.vectors.shape[1])

    def piece(self, spelt: str) -> int | None:
        """The piece that is spelt so, ``##`` in front where it continues a word; None where the vocabulary has none."""
        number: int | None = self.tokenizer.token_to_id(spelt)
        return number

    def spelling(self, piece: int) -> str:
        """How a piece is spelt."""
        spelt: str = self.tokenizer.id_to_token(piece)
        return spelt

    @cached_property
    def neighbours(self) -> Ragged:
        """The pieces near each piece; see `near_of`."""
        return self.near or near_of(self.vectors)

    def pieces_of(self, texts: Sequence[str]) -> Ragged:
        """Each text as piece numbers, int32, in order, without special pieces."""
        encodings = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return Ragged.of([e.ids for e in encodings], np.int32)

    def rows(self, pieces: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Weighted vectors of the pieces, shape (n, dimension), float32."""
        rows: NDArray[np.float32] = self.vectors[pieces] * self.scales[pieces, None]
        return rows

    def sums(self, texts: Ragged) -> NDArray[np.float32]:
        """The sum of each text's weighted vectors, shape (n, dimension), float32; zero for a text without pieces."""
        used = np.flatnonzero(np.bincount(texts.flat, minlength=len(self.scales)))
        places = np.zeros(
            len(self.scales), np.int64
        )  # np.unique sorts, which takes longer than all else here but the sums
        places[used] = np.arange(len(used))
        positions, rows = places[texts.flat], self.rows(used)
        out = np.zeros((len(texts), self.dimension), np.float32)
        for number, (start, end) in enumerate(pairwise(texts.starts)):
            # one gather and sum a text: four times as fast as np.add.reduceat over the lot (35,000 passages, 0.9 s for 3.6)
            rows.take(positions[start:end], axis=0).sum(axis=0, out=out[number])
        return out


def near_of(vectors: NDArray[np.int8]) -> Ragged:
    """For each row the rows with a cosine above MIN_COSINE to it, itself among them, ascending, uint16.

    1.2 million for the 64,522 rows that ship, 19 a row, in half a minute: so they lie beside the table, where each query that
    looked at all rows took 10 ms and a float32 copy of 64 MB.
    """
    floats = vectors.astype(np.float32)
    units = floats / lengths_of(floats)[:, None]
    near: list[NDArray[np.uint16]] = []
    for start in range(0, len(units), NEAR_BLOCK):
        cosines = units[start : start + NEAR_BLOCK] @ units.T
        near += [np.flatnonzero(row > MIN_COSINE).astype(np.uint16) for row in cosines]
    return Ragged(np.concatenate(near), starts_of([len(row) for row in near]))


def lengths_of(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Length of each row, at least a tiny one, shape (len(rows),)."""
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
    return lengths


def _open_tokenizer(path: Path) -> Any:
    """The ``tokenizers.Tokenizer`` in *path*.

    Raises:
        ValueError: There is none.
    """
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as exc:  # the library raises nothing narrower, whether it is missing or damaged
        raise ValueError(f"{path.name}: {exc}") from exc


def quantise(table: NDArray[np.float32], largest: int = 127) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A float table in int8, one scale a row: ``vectors[i] * scales[i]`` is row i to within half a step.

    Args:
        table: Shape (n, dimension).
        largest: Whole number that the largest of a row becomes, at most 127.

    Returns:
        Vectors, shape (n, dimension), int8 in [-largest, largest], and scales, shape (n,), float32.
    """
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12).astype(np.float32) / largest
    return np.rint(table / scales[:, None]).astype(np.int8), scales
