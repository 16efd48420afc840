"""What recurs in the articles of the store: each version's blocks, what was learned from them, and the keys that follow.

A version that loses something by it is another article for the index, so it has a key of its own: the version's key and what
is dropped of it, hashed. So an article is made anew where what is dropped of it changes, and only then.
"""

from __future__ import annotations

import hashlib
from array import array
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newsearch.corpus.recurring import blocks_of, recurring_blocks
from newsearch.corpus.sqlite import translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsearch.corpus.article import Article
    from newsearch.corpus.recurring import Block

_SOME: Final = 500
"""Keys asked for in one statement."""


class Cleaned:
    """What is dropped of the articles of a store since it recurs. Part of `ArticleStore`, which commits."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def add(self, key: bytes, article: Article) -> None:
        """Keep the blocks of a version. The store's `translated` is around it."""
        publisher = article.publisher or urlsplit(article.url).hostname or ""
        self._connection.execute(
            "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)", (key, publisher, _packed(blocks_of(article.text)))
        )

    def learn(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Learn what recurs in the versions *keys*, where they are others than those it was learned from last.

        Returns:
            By version key, the key that it has without what recurs; only versions that lose something.

        Raises:
            BusyError, DiskFullError, DamagedIndexError: See `ArticleStore`.
        """
        ordered = sorted(set(keys))
        versions = hashlib.sha256(b"".join(ordered)).digest()
        with translated(self._path):
            row = self._connection.execute("SELECT versions, cleaned FROM learned").fetchone()
            if row is None or row[0] != versions:
                row = (versions, self._learn(ordered))
                self._connection.execute("DELETE FROM learned")
                self._connection.execute("INSERT INTO learned VALUES (?, ?)", row)
            cleaned = [row[1][at : at + 32] for at in range(0, len(row[1]), 32)]
            return {key: own for own, key, _ in self._rows(cleaned)}

    def _learn(self, keys: Sequence[bytes]) -> bytes:
        """As above; the new keys behind one another."""
        dropped = recurring_blocks(self._blocks(keys))
        rows = [(_key_without(key, blocks), key, _packed(sorted(blocks))) for key, blocks in dropped.items()]
        self._connection.executemany("INSERT OR REPLACE INTO cleaned VALUES (?, ?, ?)", rows)
        return b"".join(own for own, _, _ in rows)

    def _blocks(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, str, Sequence[Block]]]:
        for some in _in_parts(keys):
            marks = ", ".join("?" * len(some))
            rows = self._connection.execute(f"SELECT key, publisher, blocks FROM blocks WHERE key IN ({marks})", some)  # noqa: S608 - question marks
            for key, publisher, blocks in rows:
                yield key, publisher, array("Q", blocks)

    def _rows(self, cleaned: Sequence[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
        for some in _in_parts(cleaned):
            marks = ", ".join("?" * len(some))
            query = f"SELECT cleaned, key, blocks FROM cleaned WHERE cleaned IN ({marks})"  # noqa: S608 - question marks
            yield from self._connection.execute(query, some)

    def find(self, key: bytes) -> tuple[bytes, frozenset[Block]]:
        """The version that *key* is of, and which of its blocks are dropped: none where *key* is a version's.

        Raises:
            DamagedIndexError: The store is damaged.
        """
        with translated(self._path):
            if not _is_there(self._connection):
                return key, frozenset()
            for _, version, blocks in self._rows([key]):
                return version, frozenset(array("Q", blocks))
        return key, frozenset()

    def count(self, cleaned: Iterable[bytes]) -> int:
        """How many blocks the articles with the keys *cleaned* lost."""
        with translated(self._path):
            return sum(len(blocks) // 8 for _, _, blocks in self._rows(list(cleaned)))

    def versions_of(self, keys: Iterable[bytes]) -> set[bytes]:
        """The versions that *keys* are of, those left out that are versions themselves.

        Raises:
            DamagedIndexError: The store is damaged.
        """
        with translated(self._path):
            return {version for _, version, _ in self._rows(list(keys))}

    def purge(self, keys: Iterable[bytes]) -> None:
        """Delete all that was kept of versions, in the store's transaction; the next reading learns anew."""
        rows = [(key,) for key in keys]
        self._connection.executemany("DELETE FROM blocks WHERE key = ?", rows)
        for column in ("key", "cleaned"):
            self._connection.executemany(f"DELETE FROM cleaned WHERE {column} = ?", rows)  # noqa: S608 - our own names
        self._connection.execute("DELETE FROM learned")


def _is_there(connection: sqlite3.Connection) -> bool:
    """Whether a store that was opened to be read has been written since there is such a table."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'cleaned'").fetchone() is not None


def _key_without(key: bytes, blocks: Collection[Block]) -> bytes:
    return hashlib.sha256(b"without\0" + key + _packed(sorted(blocks))).digest()


def _packed(blocks: Sequence[Block]) -> bytes:
    return array("Q", blocks).tobytes()


def _in_parts(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(keys), _SOME):
        yield keys[at : at + _SOME]
