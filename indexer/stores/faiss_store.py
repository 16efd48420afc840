"""The vector store: FAISS over unit vectors in float16, all looked at, or where there are very many, scanned first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import faiss
import numpy as np

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.files import RandomReader
from newsearch.indexer.stores.base import Neighbours, best_first
from newsearch.indexer.stores.nearest import BLOCK
from newsearch.indexer.threads import one_core

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TRAINING: Final = 16 * 128
"""Vectors that a scan's codes are fitted to; eight times as many found no more of the best ten."""

ROUNDS: Final = 10
"""Of fitting, instead of FAISS's 25. With both, .2 s instead of .9, and of the best ten of the judged queries 200 candidates
hold .999 of 99,577 passages' (.998 before) and .996 of a million's (.997)."""

TOGETHER: Final = 500
"""Vectors whose cosines FAISS gives at a time, .06 ms: numpy takes .18 to make them float32. It sorts them, which takes longer
the more there are."""

SPARE: Final = 1.5
"""Candidates of the scan for each passage that is asked for, at least, so that few of those it leaves out are nearer than the
last one that comes back: the bound on what is left out (`newsearch.search.candidates`) relies on it."""

MAPPED_UP_TO: Final = 256_000_000
"""Bytes of vectors that a search with a scan takes from mapped memory: 750 of them in .4 ms, where reading takes 1.4. Above,
what is mapped would be more memory than everything else together (see `RandomReader`)."""

_ORDER: Final = (0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)
"""Which of 16 vectors each byte of a scan's block is of (FAISS, pq4_pack_codes)."""


class Scan:
    """A short code of each vector, four bits for two numbers; all are scanned.

    Product quantisation (Jégou, Douze and Schmid, PAMI 2011) in FAISS's fast-scan form (André, Kermarrec and Le Scouarnec, VLDB
    2015). It brings in candidates in an eighth of the time that the vectors take, and an eighth of the memory; the vectors then
    say which are the best.

    Attributes:
        index: FAISS's.
        candidates: How many of them hold the best ten often enough, as measured.
    """

    def __init__(self, index: Any, candidates: int) -> None:
        self.index = index
        self.candidates = candidates

    @classmethod
    def of(cls, vectors: NDArray[np.float16], candidates: int) -> Scan:
        """The scan of *vectors*, shape (n, dimension): the same bytes for the same vectors, however many cores there are."""
        index = faiss.IndexPQFastScan(*_codes_of(vectors.shape[1]))
        sample = vectors[np.linspace(0, len(vectors) - 1, min(TRAINING, len(vectors))).astype(np.int64)]
        index.pq.cp.niter = ROUNDS
        index.pq.cp.min_points_per_centroid = 1  # FAISS would warn on stderr
        with one_core():
            index.train(sample.astype(np.float32))
        for start in range(0, len(vectors), BLOCK):
            index.add(vectors[start : start + BLOCK].astype(np.float32))
        return cls(index, candidates)

    def updated(self, vectors: NDArray[np.float16], kept: NDArray[np.int64], candidates: int) -> Scan:
        """The scan of other *vectors*, shape (n, dimension), by the codes that this one was fitted to.

        Its bytes are those that coding all of them anew would give.

        Args:
            vectors: Some of those that were coded here, and others.
            kept: For each of *vectors* its number here, -1 where it is not here, shape (n,).
            candidates: See `Scan`.
        """
        codes = np.empty((len(vectors), self.index.code_size), np.uint8)
        new = np.flatnonzero(kept < 0)
        for some in np.split(new, range(BLOCK, len(new), BLOCK)):
            codes[some] = self.index.sa_encode(vectors[some].astype(np.float32))
        codes[kept >= 0] = self._codes()[kept[kept >= 0]]
        index = faiss.IndexPQ(*_codes_of(vectors.shape[1]))
        index.pq, index.is_trained = self.index.pq, True
        index.add_sa_codes(codes)
        interleaved: Any = faiss.IndexPQFastScan  # FAISS's types know one of its C++ signatures only
        return Scan(interleaved(index), candidates)

    def _codes(self) -> NDArray[np.uint8]:
        """The code of each vector, shape (len(self), code_size): a scan keeps those of 32 vectors interleaved."""
        raw: NDArray[np.uint8] = faiss.rev_swig_ptr(self.index.codes.get(), self.index.codes.size())
        # of 32 vectors the bytes of two numbers' pairs each: first all first halves, then all second ones
        one, other = np.moveaxis(raw.reshape(-1, self.index.M2 // 2, 2, 16), 2, 0)
        codes = np.empty((len(one), 2, 16, self.index.M2 // 2), np.uint8)
        codes[:, 0, _ORDER] = ((one & 15) | (other << 4)).swapaxes(1, 2)
        codes[:, 1, _ORDER] = ((one >> 4) | (other & 240)).swapaxes(1, 2)
        return codes.reshape(-1, codes.shape[-1])[: len(self)]

    @classmethod
    def open(cls, path: Path, candidates: int) -> Scan:
        """The scan in *path*.

        Raises:
            DamagedIndexError: FAISS cannot read it.
        """
        return cls(_read(path), candidates)

    def serialised(self) -> NDArray[np.uint8]:
        """The scan as `open` reads it from a file."""
        return faiss.serialize_index(self.index)

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def find(self, queries: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """The *k* passages that seem nearest to each query, best first, shape (n_queries, k); -1 where there are fewer."""
        numbers: NDArray[np.int64] = _search(self.index, queries, k)[1]
        return numbers


class FaissStore:
    """Unit vectors, numbered from 0; similarity is the inner product, which is the cosine.

    Vectors are kept in float16: half the disk and the start-up time of float32. The embedding cache holds the same float16
    numbers, so that a vector from the cache and a new one are equal to the bit.

    Attributes:
        scan: What brings in candidates where every passage may be found; None where all vectors are looked at.
    """

    def __init__(self, index: Any, scan: Scan | None = None) -> None:
        self._index = index
        self._file: RandomReader | None = None
        self.scan = scan

    @classmethod
    def of(cls, vectors: NDArray[np.float16], scan: Scan | None = None) -> FaissStore:
        """A store of *vectors*, shape (n, dimension), in their order."""
        return cls(_index_of(vectors), scan)

    @classmethod
    def open(cls, path: Path, scan: Scan | None = None) -> FaissStore:
        """The store in *path*, memory-mapped; with a scan, a search without a filter looks only at its candidates' vectors.

        Raises:
            DamagedIndexError: FAISS cannot read it, or *scan* is one of other vectors.
        """
        store = cls(_read(path, faiss.IO_FLAG_MMAP_IFC), scan)
        if scan and len(scan) != len(store):
            raise DamagedIndexError(
                f"{path} holds {len(store):,} vectors, the scan beside it {len(scan):,}. "
                "Build the index again with: newsearch rebuild"
            )
        if scan and path.stat().st_size > MAPPED_UP_TO:
            store._file = RandomReader(path)
        return store

    @staticmethod
    def head_of(number: int, dimension: int) -> bytes:
        """What stands before so many vectors in a file that `open` reads; FAISS would copy all of them twice for it."""
        index = faiss.IndexScalarQuantizer(*_numbers_of(dimension))
        index.ntotal = number
        size = 2 * number * dimension  # of the vectors, in place of that of none
        return faiss.serialize_index(index).tobytes()[:-8] + size.to_bytes(8, "little")

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

        With a scan, and where every passage may be found, one in a hundred of the best may be missing; else none is.

        Args:
            queries: Unit vectors, shape (n_queries, dimension), float32.
            k: How many passages a query; fewer come back where fewer are allowed.
            allowed: Which passages may be found, shape (len(self),); all where None. It is applied before the search.

        Returns:
            One Neighbours a query, in the order of *queries*, best first, ties by passage number.
        """
        if self.scan and allowed is None:
            candidates = max(self.scan.candidates, int(SPARE * k))
            if candidates < len(self) / 3:
                found = self.scan.find(queries, candidates)
                return [self._best(query, numbers, k) for query, numbers in zip(queries, found, strict=True)]
        return self.search_exactly(queries, k, allowed)

    def search_exactly(
        self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[Neighbours]:
        """As `search`, and always exactly: every vector that is allowed is looked at."""
        wanted = min(k, len(self) if allowed is None else int(allowed.sum()))
        if not wanted:
            return [Neighbours(np.zeros(0, np.int64), np.zeros(0, np.float32)) for _ in queries]
        parameters = None
        if allowed is not None:
            selector: Any = faiss.IDSelectorBitmap
            settings: Any = faiss.SearchParameters  # FAISS's types know its C++ signatures only
            parameters = settings(sel=selector(np.packbits(allowed, bitorder="little")))
        scores, numbers = _search(self._index, queries, wanted, parameters)
        return [best_first(n[n >= 0], s[n >= 0]) for n, s in zip(numbers, scores, strict=True)]

    def cosines(self, query: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of *query*, shape (dimension,), and the passages *numbers*, shape (len(numbers),), float32.

        Args:
            query: A unit vector.
            numbers: Ascending is fastest, since the file is then read forwards.
        """
        rows, out = self._rows(numbers), np.zeros(len(numbers), np.float32)
        for start in range(0, len(rows), TOGETHER):
            part = _index_of(rows[start : start + TOGETHER])
            scores, at = _search(part, query[None], part.ntotal)
            out[start + at[0]] = scores[0]
        return out

    def _rows(self, numbers: NDArray[np.int64]) -> NDArray[np.float16]:
        """The vectors of the passages *numbers*, shape (len(numbers), dimension)."""
        if not self._file:
            return self.vectors()[numbers]
        width = 2 * self.dimension
        first = self._file.size - width * len(self)  # they end the file
        ends = np.flatnonzero(np.diff(numbers, append=-1) != 1) + 1
        starts = np.concatenate([[0], ends])[:-1]
        # an article's passages follow each other, and are read in one go
        runs = zip(numbers[starts].tolist(), (ends - starts).tolist(), strict=True)
        raw = b"".join([self._file.read(first + width * number, width * length) for number, length in runs])
        return np.frombuffer(raw, np.float16).reshape(-1, self.dimension)

    def _best(self, query: NDArray[np.float32], candidates: NDArray[np.int64], k: int) -> Neighbours:
        """The best *k* of *candidates*; of all where the scan found none, as for a query without a known word."""
        numbers = np.sort(candidates[candidates >= 0])
        if len(numbers) < k:
            return self.search_exactly(query[None], k)[0]
        found = best_first(numbers, self.cosines(query, numbers))
        return Neighbours(found.numbers[:k], found.scores[:k])

    def vectors(self) -> NDArray[np.float16]:
        """All vectors, shape (len(self), dimension), float16, exactly as they were added."""
        codes = faiss.rev_swig_ptr(self._index.codes.data(), len(self) * self.dimension * 2)
        held: NDArray[Any] = np.asarray(_Held(codes.__array_interface__, self._index))
        held.flags.writeable = False  # the file may be mapped
        return held.view(np.float16).reshape(len(self), self.dimension)


def _index_of(vectors: NDArray[np.float16]) -> Any:
    """FAISS's index of *vectors*, in their order."""
    index = faiss.IndexScalarQuantizer(*_numbers_of(vectors.shape[1]))
    # as they are: by way of float32 it takes five times as long
    index.add_sa_codes(np.ascontiguousarray(vectors).view(np.uint8))
    return index


def _search(
    index: Any, queries: NDArray[np.float32], k: int, how: Any = None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Scores and numbers that FAISS's *index* finds for each query, both of shape (n_queries, k).

    FAISS shares out queries among threads, never one query: the others would only wait, and keep a core busy with it.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(min(len(queries), before))  # that this thread of ours has, no other
    try:
        found: tuple[NDArray[np.float32], NDArray[np.int64]] = index.search(
            np.ascontiguousarray(queries, np.float32), k, params=how
        )
    finally:
        faiss.omp_set_num_threads(before)
    return found


def _codes_of(width: int) -> tuple[int, int, int, int]:
    """What makes a product quantiser of vectors of *width* numbers: four bits for two of them; for each where it is odd."""
    return width, width // 2 if width % 2 == 0 else width, 4, faiss.METRIC_INNER_PRODUCT


def _numbers_of(width: int) -> tuple[int, int, int]:
    """What makes a store of vectors of *width* numbers in float16."""
    return width, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT


def _read(path: Path, flags: int = 0) -> Any:
    """The FAISS index in *path*.

    Raises:
        DamagedIndexError: FAISS cannot read it.
    """
    try:
        return faiss.read_index(str(path), flags)
    except RuntimeError as exc:
        raise DamagedIndexError(
            f"{path} is no FAISS index that this newsearch reads ({str(exc).splitlines()[0]}). "
            "Build the index again with: newsearch rebuild"
        ) from exc


class _Held:
    """Memory of an index as an array that keeps the index alive: FAISS's own view of it would dangle."""

    def __init__(self, interface: dict[str, Any], index: Any) -> None:
        self.__array_interface__ = interface
        self._index = index
