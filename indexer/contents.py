"""Everything that a generation holds, as values: made from articles, or mapped from disk, and put together from both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from newsearch.corpus.article import Article, Source, article_id
from newsearch.corpus.gathering import Copy
from newsearch.corpus.versions import read_moment, unpack, write_moment
from newsearch.indexer.columns import Coded, Columns
from newsearch.indexer.ragged import Ragged, Woven, starts_of
from newsearch.indexer.signatures import VERSION, sign

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from newsearch.corpus.reading import Sighting

NO_COPIES: Final[Mapping[str, Sequence[Copy]]] = MappingProxyType({})

SIGNED: Final = 128
"""Articles that are signed together: 300,000 characters, which fit the processor's cache; 512 take twice as long each."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Articles in order, and their passages in order.

    Attributes:
        versions: Key of each article's version, shape (n_articles, 32), uint8.
        texts: Each article as one JSON object in UTF-8 (see `newsearch.corpus.versions.pack`), uint8 behind one another.
        columns: What a search can be narrowed by, one row an article.
        spans: (start, end) of each article's passages in its text, in code points, items of shape (2,), int32.
        embedded: Unit vectors of each article's passages, items of shape (dimension,), float16.
        pieces: Each passage's input in pieces of the shipped vocabulary, uint16.
        languages: Each passage's language, a BCP 47 tag.
        signatures: Of each article, shape (n_articles,), dtype `newsearch.indexer.signatures.SIGNATURE`.
    """

    versions: NDArray[np.uint8]
    texts: Ragged | Woven
    columns: Columns
    spans: Ragged
    embedded: Ragged | Woven
    pieces: Ragged | Woven
    languages: Coded
    signatures: NDArray[Any]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def vectors(self) -> NDArray[np.float16]:
        """Unit vectors of all passages, shape (n_passages, dimension)."""
        return self.embedded.flat

    def take(self, articles: NDArray[np.int64]) -> Contents:
        """The articles *articles* with their passages, in that order."""
        return self.weave(self, articles)

    def join(self, other: Contents) -> Contents:
        """These articles and then those of *other*."""
        return self.weave(other, np.arange(len(self) + len(other)))

    def weave(self, other: Contents, articles: NDArray[np.int64]) -> Contents:
        """The articles *articles* of these and of *other*, whose first one is number ``len(self)``, in that order.

        Texts, vectors and pieces, nearly all of it, are copied when they are written.
        """
        both = Ragged(articles, starts_of(np.concatenate([self.spans.lengths, other.spans.lengths])))
        passages = both.items_of(articles)
        return Contents(
            np.concatenate([self.versions, other.versions])[articles],
            Woven.of(self.texts.whole(), other.texts.whole(), articles),
            self.columns.join(other.columns).take(articles),
            self.spans.weave(other.spans, articles),
            Woven.of(self.embedded.whole(), other.embedded.whole(), articles),
            Woven.of(self.pieces.whole(), other.pieces.whole(), passages),
            self.languages.join(other.languages).take(passages),
            np.concatenate([self.signatures, other.signatures])[articles],
        )

    def signed(self) -> Contents:
        """The same with all articles signed: those that come from a generation of an older format are not yet."""
        rows = np.flatnonzero(self.signatures["version"] != VERSION)
        if not len(rows):
            return self
        signatures = self.signatures.copy()
        for some in np.split(rows, range(SIGNED, len(rows), SIGNED)):
            signatures[some] = sign([unpack(self.texts[row].tobytes()).text for row in some.tolist()])
        return replace(self, signatures=signatures)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the articles are now; apart from `Contents`, since an article that has not changed may have moved.

    Attributes:
        ids: Each article's id, shape (n,), bytes of 16 characters.
        files: Root and path of its file, joined by a zero character.
        records: Its line in the file, from 1, or 0; shape (n,), int32.
        copies: Where else the same article lies, as `pack_copies` wrote it, uint8 behind one another.
    """

    ids: NDArray[np.bytes_]
    files: Coded
    records: NDArray[np.int32]
    copies: Ragged

    @classmethod
    def of(cls, sightings: Sequence[Sighting], copies: Mapping[str, Sequence[Copy]] = NO_COPIES) -> Places:
        """The places of *sightings*, in order, and those of their *copies*, by article id."""
        return cls(
            np.array([s.article_id for s in sightings], "S16"),
            Coded.of(f"{s.source.root}\0{s.source.path}" for s in sightings),
            np.array([s.source.record for s in sightings], np.int32),
            bytes_of([pack_copies(copies.get(s.article_id, ())) for s in sightings]),
        )

    def take(self, rows: NDArray[np.int64]) -> Places:
        """Those of the articles *rows*, in that order."""
        return Places(self.ids[rows], self.files.take(rows), self.records[rows], self.copies.take(rows))

    def without_copies(self, ids: Collection[str]) -> Places:
        """The same without the copies that have one of *ids*."""
        copies = (unpack_copies(self.copies[row].tobytes()) for row in range(len(self.ids)))
        return replace(
            self, copies=bytes_of([pack_copies([c for c in of if c.article_id not in ids]) for of in copies])
        )

    def equals(self, other: Places) -> bool:
        """Whether both say the same, in the same order."""
        return (
            np.array_equal(self.ids, other.ids)
            and np.array_equal(self.records, other.records)
            and np.array_equal(self.files.codes, other.files.codes)
            and self.files.names == other.files.names
            and np.array_equal(self.copies.starts, other.copies.starts)
            and np.array_equal(self.copies.flat, other.copies.flat)
        )


def pack_copies(copies: Sequence[Copy]) -> bytes:
    """*copies* as JSON; nothing where there are none."""
    return orjson.dumps([_copy_row(copy) for copy in copies]) if copies else b""


def _copy_row(copy: Copy) -> list[object]:
    place = (copy.source.root, copy.source.path, copy.source.record)
    return [copy.publisher, copy.url, write_moment(copy.published), *place, copy.article_id]


def unpack_copies(raw: bytes) -> tuple[Copy, ...]:
    """The copies that `pack_copies` wrote."""
    rows = orjson.loads(raw) if raw else []
    return tuple(_copy(*row) for row in rows)


def _copy(publisher: str, url: str, published: str, root: str, path: str, record: int, number: str = "") -> Copy:
    """A copy from its row; the first rows that were written had no id, so there it follows from address or place."""
    source = Source(root, path, record)
    return Copy(publisher, url, read_moment(published), source, number or article_id(Article("", "", url=url), source))


def bytes_of(rows: Sequence[bytes]) -> Ragged:
    """Byte strings behind one another, as uint8."""
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(r) for r in rows], out=starts[1:])
    flat: NDArray[Any] = np.frombuffer(b"".join(rows), np.uint8)
    return Ragged(flat, starts)
