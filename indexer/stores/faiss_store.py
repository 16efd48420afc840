"""The vector store: exact search in FAISS over unit vectors in float16."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.stores.base import Neighbours, best_first

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class FaissStore:
    """Unit vectors, numbered from 0; similarity is the inner product, which is the cosine.

    Vectors are kept in float16: half the disk and the start-up time of float32. The embedding cache holds the same float16
    numbers, so that a vector from the cache and a new one are equal to the bit.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: NDArray[np.float16]) -> FaissStore:
        """A store of *vectors*, shape (n, dimension), in their order."""
        index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        codes = np.ascontiguousarray(vectors).view(
            np.uint8
        )  # as they are: by way of float32 it takes five times as long
        index.add_sa_codes(codes)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> FaissStore:
        """The store in *path*, memory-mapped.

        Raises:
            DamagedIndexError: FAISS cannot read it.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as exc:
            raise DamagedIndexError(
                f"{path} is no FAISS index that this newsearch reads ({str(exc).splitlines()[0]}). "
                "Build the index again with: newsearch rebuild"
            ) from exc

    def serialised(self) -> NDArray[np.uint8]:
        """The store as `open` reads it from a file."""
        return faiss.serialize_index(self._index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Width of the vectors."""
        return int(self._index.d)

    def search(
        self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[Neighbours]:
        """Find the passages most similar to each query.

        Args:
            queries: Unit vectors, shape (n_queries, dimension), float32.
            k: How many passages a query; fewer come back where fewer are allowed.
            allowed: Which passages may be found, shape (len(self),); all where None. It is applied before the search.

        Returns:
            One Neighbours a query, in the order of *queries*, best first, ties by passage number.
        """
        wanted = min(k, len(self) if allowed is None else int(allowed.sum()))
        if not wanted:
            return [Neighbours(np.zeros(0, np.int64), np.zeros(0, np.float32)) for _ in queries]
        parameters = None
        if allowed is not None:
            selector: Any = faiss.IDSelectorBitmap
            settings: Any = faiss.SearchParameters  # FAISS's types know its C++ signatures only
            parameters = settings(sel=selector(np.packbits(allowed, bitorder="little")))
        scores, numbers = self._index.search(np.ascontiguousarray(queries, np.float32), wanted, params=parameters)
        return [best_first(n[n >= 0], s[n >= 0]) for n, s in zip(numbers, scores, strict=True)]

    def vectors(self) -> NDArray[np.float16]:
        """All vectors, shape (len(self), dimension), float16, exactly as they were added."""
        codes = faiss.rev_swig_ptr(self._index.codes.data(), len(self) * self.dimension * 2)
        held: NDArray[Any] = np.asarray(_Held(codes.__array_interface__, self._index))
        held.flags.writeable = False  # the file may be mapped
        return held.view(np.float16).reshape(len(self), self.dimension)


class _Held:
    """Memory of an index as an array that keeps the index alive: FAISS's own view of it would dangle."""

    def __init__(self, interface: dict[str, Any], index: Any) -> None:
        self.__array_interface__ = interface
        self._index = index
