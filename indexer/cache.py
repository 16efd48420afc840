"""The embedding cache: what was embedded once is never embedded again, also after an interruption.

One folder a model (its fingerprint), in it segments that are written once, whole, and never changed: two arrays each, the
keys and the vectors. A reader of a segment that is being written does not see it.
"""

from __future__ import annotations

import hashlib
from itertools import chain
from secrets import token_hex
from time import time_ns
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.files import disk_space_for, remove_cut_off, sync_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

KEY_BYTES: Final = 16
"""128 bits: among 10 billion passages, two share a key with a chance of 1 in 7 quintillion."""

BLOCK: Final = 65_536
"""Entries that are written together when a cache is made smaller: 50 MB in memory at 384 numbers a vector."""


class _Segments:
    """Where each entry of the segments on disk is: 28 bytes an entry, found by the first half of its key.

    Two keys that share that half, one pair among 10^19 in theory, hide each other: their passages are embedded anew.
    """

    def __init__(self, folder: Path) -> None:
        self.paths: list[Path] = []
        keys, rows = [np.zeros((0, 2), np.uint64)], [np.zeros((0, 2), np.int32)]
        for path in sorted(folder.glob("*.keys.npy")):
            vectors = path.with_name(path.name.replace(".keys.", ".vectors."))
            some = _keys(path, vectors)
            keys.append(some)
            rows.append(np.column_stack([np.full(len(some), len(self.paths)), np.arange(len(some))]).astype(np.int32))
            self.paths.append(vectors)
        self._keys, self._rows = np.concatenate(keys), np.concatenate(rows)
        self._order = np.argsort(self._keys[:, 0], kind="stable")  # of what was written twice, the later comes last
        self._heads = self._keys[self._order, 0]

    def find(self, keys: Sequence[bytes]) -> Iterator[tuple[int, Path, int]]:
        """Of each of *keys* that is there: its number among them, the file with its vector, and the row there."""
        wanted = _packed(keys).view(np.uint64)
        last = np.searchsorted(self._heads, wanted[:, 0], "right") - 1
        for number in np.flatnonzero(last >= 0).tolist():
            place = self._order[last[number]]
            if (self._keys[place] == wanted[number]).all():
                segment, row = self._rows[place].tolist()
                yield number, self.paths[segment], row

    def keys(self) -> set[bytes]:
        """The keys of all entries."""
        return set(np.ascontiguousarray(self._keys).view(f"V{KEY_BYTES}").ravel().tolist())


class EmbeddingCache:
    """Vectors in float16 by the hash of model, prompt and exact input.

    Attributes:
        folder: Where the segments of its model are.
    """

    def __init__(self, folder: Path, fingerprint: str, dimension: int) -> None:
        self.folder = folder / fingerprint[:16]
        self._salt = hashlib.sha256(fingerprint.encode())
        self._dimension = dimension
        self._segments: _Segments | None = None
        self._added: dict[bytes, tuple[Path, int]] = {}

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
        added = ((number, *self._added[key]) for number, key in enumerate(keys) if key in self._added)
        for number, path, row in chain(self._on_disk().find(keys), added):
            by_segment.setdefault(path, []).append((number, row))
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
        with disk_space_for(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time_ns():020d}-{token_hex(4)}"  # in order of time, and never one that was there before
        path = self.folder / f"{name}.vectors.npy"
        write_whole(path, lambda file: np.save(file, vectors))
        packed = _packed(keys)
        # the keys last: they make the segment count
        write_whole(self.folder / f"{name}.keys.npy", lambda file: np.save(file, packed))
        self._added.update({key: (path, row) for row, key in enumerate(keys)})

    def __len__(self) -> int:
        """How many entries the segments have, one that was written twice counted twice; only their heads are read."""
        return sum(_length(path) for path in self.folder.glob("*.keys.npy"))

    def keys(self) -> Collection[bytes]:
        """The keys of all entries."""
        return self._on_disk().keys() | self._added.keys()

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
        kept = [key for key in sorted(self.keys()) if key in live]
        for start in range(0, len(kept), BLOCK):
            some = kept[start : start + BLOCK]
            self.add(some, self.get(some)[0])
        for path in old:
            path.unlink()
        sync_folder(self.folder)
        self._segments, self._added = None, {}
        return before - len(kept)

    def _on_disk(self) -> _Segments:
        """The segments that were there when they were first asked for."""
        if self._segments is None:
            self._segments = _Segments(self.folder)
        return self._segments


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


def _packed(keys: Sequence[bytes]) -> NDArray[np.uint8]:
    """Keys as an array, shape (n, KEY_BYTES)."""
    return np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), KEY_BYTES)


def _keys(path: Path, vectors: Path) -> NDArray[np.uint64]:
    """The keys of a segment, in order, shape (n, 2); none where a file of it is damaged: then they are embedded anew."""
    try:
        keys: NDArray[np.uint64] = np.load(path).view(np.uint64).reshape(-1, 2)
        sound = len(keys) == len(np.load(vectors, mmap_mode="r"))
    except (OSError, ValueError, EOFError):
        sound = False
    return keys if sound else np.zeros((0, 2), np.uint64)
