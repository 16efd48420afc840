"""The embedding cache: what was embedded once is never embedded again, also after an interruption.

One folder a model (its fingerprint), in it segments that are written once, whole, and never changed: two arrays each, the
keys and the vectors. A reader of a segment that is being written does not see it.
"""

from __future__ import annotations

import hashlib
from secrets import token_hex
from time import time_ns
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.files import disk_space_for, remove_cut_off, sync_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

KEY_BYTES: Final = 16
"""128 bits: among 10 billion passages, two share a key with a chance of 1 in 7 quintillion."""

BLOCK: Final = 65_536
"""Entries that are written together when a cache is made smaller: 50 MB in memory at 384 numbers a vector."""


class EmbeddingCache:
    """Vectors in float16 by the hash of model, prompt and exact input.

    Attributes:
        folder: Where the segments of its model are.
    """

    def __init__(self, folder: Path, fingerprint: str, dimension: int) -> None:
        self.folder = folder / fingerprint[:16]
        self._salt = hashlib.sha256(fingerprint.encode())
        self._dimension = dimension
        self._places: dict[bytes, tuple[Path, int]] | None = None

    def key(self, text: str) -> bytes:
        """The key of an input: hash of the model's fingerprint (which covers its prompts) and the text."""
        digest = self._salt.copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.digest()[:KEY_BYTES]

    def get(self, keys: Sequence[bytes]) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
        """The cached vectors.

        Returns:
            Vectors, shape (len(keys), dimension), float16, zero where unknown; and which are known, shape (len(keys),).
        """
        vectors = np.zeros((len(keys), self._dimension), np.float16)
        known = np.zeros(len(keys), bool)
        by_segment: dict[Path, list[tuple[int, int]]] = {}
        places = self._load()
        for row, key in enumerate(keys):
            if place := places.get(key):
                by_segment.setdefault(place[0], []).append((row, place[1]))
        for segment, pairs in by_segment.items():
            rows, positions = np.array(pairs).T
            vectors[rows] = np.load(segment, mmap_mode="r")[positions]
            known[rows] = True
        return vectors, known

    def add(self, keys: Sequence[bytes], vectors: NDArray[np.float16]) -> None:
        """Keep vectors, shape (len(keys), dimension), float16, in a new segment; it is on disk when this returns.

        Raises:
            DiskFullError: There is no space left.
        """
        if not keys:
            return
        places = self._load()
        with disk_space_for(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time_ns():020d}-{token_hex(4)}"  # in order of time, and never one that was there before
        path = self.folder / f"{name}.vectors.npy"
        write_whole(path, lambda file: np.save(file, vectors))
        packed = np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), KEY_BYTES)
        # the keys last: they make the segment count
        write_whole(self.folder / f"{name}.keys.npy", lambda file: np.save(file, packed))
        places.update({key: (path, row) for row, key in enumerate(keys)})

    def __len__(self) -> int:
        """How many entries the segments have, one that was written twice counted twice; only their heads are read."""
        return sum(_length(path) for path in self.folder.glob("*.keys.npy"))

    def keys(self) -> Collection[bytes]:
        """The keys of all entries."""
        return self._load().keys()

    def keep(self, live: Container[bytes]) -> int:
        """Delete every entry but those whose key is in *live*, and what interrupted runs left.

        What stays is written into new segments first, so that whatever cuts this off loses none of it. Only the only writer
        may do this.

        Returns:
            How many entries were deleted.

        Raises:
            DiskFullError: There is no space left; every entry is still there.
        """
        if not self.folder.is_dir():
            return 0
        before, old = len(self), sorted(self.folder.iterdir())
        kept = [key for key in self._load() if key in live]
        for start in range(0, len(kept), BLOCK):
            some = kept[start : start + BLOCK]
            self.add(some, self.get(some)[0])
        for path in old:
            path.unlink()
        sync_folder(self.folder)
        self._places = None
        return before - len(kept)

    def _load(self) -> dict[bytes, tuple[Path, int]]:
        if self._places is None:
            self._places = {}
            for path in sorted(self.folder.glob("*.keys.npy")):
                vectors = path.with_name(path.name.replace(".keys.", ".vectors."))
                self._places.update({key: (vectors, row) for row, key in enumerate(_keys(path, vectors))})
        return self._places


def _length(path: Path) -> int:
    try:
        return len(np.load(path, mmap_mode="r"))
    except (OSError, ValueError, EOFError):  # damaged: its passages are embedded anew
        return 0


def sweep(cache: Path) -> None:
    """Delete what killed runs left in *cache*, vectors without keys among it; call it as the only writer of the index."""
    for folder in cache.iterdir() if cache.is_dir() else ():
        remove_cut_off(folder)
        for path in folder.glob("*.vectors.npy"):
            if not path.with_name(path.name.replace(".vectors.", ".keys.")).exists():
                path.unlink(missing_ok=True)


def _keys(path: Path, vectors: Path) -> list[bytes]:
    """The keys of a segment, in order; none where either of its files is damaged: its passages are embedded anew then."""
    try:
        keys: NDArray[np.uint8] = np.load(path)
        sound = len(keys) == len(np.load(vectors, mmap_mode="r"))
    except (OSError, ValueError, EOFError):
        sound = False
    return keys.view(f"V{KEY_BYTES}").ravel().tolist() if sound else []
