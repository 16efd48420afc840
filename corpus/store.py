"""The ingest store: immutable article versions in one SQLite file, and what became of the last reading.

A version is found by the hash of the bytes it was made of, so what has not changed is never parsed again. Look-ups
touch a narrow table of their own; texts lie in another.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

from newsearch.corpus.cleaned import Cleaned
from newsearch.corpus.errors import BusyError, NewsearchError
from newsearch.corpus.recurring import without_blocks
from newsearch.corpus.report import Reject
from newsearch.corpus.seen import SeenFiles
from newsearch.corpus.sqlite import prepare, translated
from newsearch.corpus.versions import (
    Earlier,
    Sighting,
    StoredVersion,
    Version,
    pack,
    pack_dropped,
    read_counts,
    read_moment,
    unpack,
    unpack_dropped,
    write_counts,
    write_moment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from newsearch.corpus.article import Article, Source
    from newsearch.corpus.report import Dropped

__all__ = ["ArticleStore", "Earlier", "Sighting", "StoredVersion", "Version"]

_BUSY_S: Final = 10
"""Seconds that one writer waits for another."""

_AGAIN: Final = "Wait for it to end, then start again."

_FIND: Final = "SELECT key, content, url, publisher, external_id, published, updated, dropped FROM versions"


_HISTORY: Final = """
SELECT key, content, first_read, published, updated FROM sighted JOIN versions USING (key) WHERE article = ?
ORDER BY first_read, updated, published, key
"""


class ArticleStore:
    """The articles that were read, each version once. One writer; use it as a context manager.

    What is added is written with the next `commit`; closing commits.

    Attributes:
        files: What each file gave when it was last read.
        cleaned: What is dropped of articles since it recurs in others.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.files = SeenFiles(connection, path)
        self.cleaned = Cleaned(connection, path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store, or create it where there is none.

        Raises:
            DamagedIndexError: The file is no store of ours, damaged, or of a newer newsearch.
            BusyError: Another process is writing it.
        """
        with translated(path):
            connection = sqlite3.connect(path, timeout=_BUSY_S)
            try:
                prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open a store to read it only, also on a disk and as a user that may not write.

        Raises:
            DamagedIndexError: The file is no store of ours, or damaged.
        """
        address = f"file:{quote(str(path))}?mode=ro" + ("" if os.access(path.parent, os.W_OK) else "&immutable=1")
        with translated(path):
            return cls(sqlite3.connect(address, uri=True), path)

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store, writing what was added."""
        self.close()

    def close(self) -> None:
        """Write what was added and close the file.

        Raises:
            DiskFullError: No space is left.
        """
        try:
            self.commit()
        finally:
            self._connection.close()

    def commit(self) -> None:
        """Make durable what was added since the last commit.

        Raises:
            BusyError: Another process is writing.
            DiskFullError: No space is left.
        """
        with translated(self._path):
            self._connection.commit()

    def find(self, key: bytes) -> StoredVersion | None:
        """What is known of a version, or None where these bytes were never read; its text is not touched.

        Raises:
            DamagedIndexError: The file is damaged.
        """
        return self.find_all([key]).get(key)

    def find_all(self, keys: Sequence[bytes]) -> dict[bytes, StoredVersion]:
        """What is known of those of *keys* (a few hundred at most) that were read before, by key.

        One statement for all: a rebuild asks for every record of the archive, at 17 µs each one by one.

        Raises:
            DamagedIndexError: The file is damaged.
        """
        marks = ", ".join("?" * len(keys))
        with translated(self._path):
            rows = self._connection.execute(f"{_FIND} WHERE key IN ({marks})", keys).fetchall()
        return {row[0]: _stored(*row) for row in rows}

    def count(self, keys: Sequence[bytes]) -> int:
        """How many of *keys*, each another and a few hundred at most, are of versions that were read before.

        Raises:
            DamagedIndexError: The file is damaged.
        """
        marks = ", ".join("?" * len(keys))
        with translated(self._path):
            row = self._connection.execute(f"SELECT count(*) FROM versions WHERE key IN ({marks})", keys).fetchone()  # noqa: S608
        return int(row[0])

    def add(self, version: Version, dropped: Sequence[Dropped], now: datetime | None = None) -> None:
        """Add a version and what of its page is not part of it; one that is there already stays as it is.

        Args:
            version: The version.
            dropped: What was dropped, in the page's order.
            now: When it was read, aware; the present where None.

        Raises:
            BusyError: Another process is writing.
            DiskFullError: No space is left.
        """
        with translated(self._path):
            if self._connection.execute("SELECT 1 FROM versions WHERE key = ?", (version.key,)).fetchone():
                return
            self._connection.execute(
                "INSERT OR REPLACE INTO articles VALUES (?, ?)", (version.key, pack(version.article))
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO dropped VALUES (?, ?, ?, ?)",
                [(version.key, *row) for row in pack_dropped(dropped)],
            )
            self.cleaned.add(version.key, version.article)
            self._insert_known(StoredVersion.of(version, dropped), now or datetime.now(UTC))

    def _insert_known(self, known: StoredVersion, now: datetime) -> None:
        """The row by which a version is found; written last, so that what is found is whole."""
        row = (known.key, known.content, known.url, known.publisher, known.external_id)
        dates = (write_moment(known.published), write_moment(known.updated))
        columns = (*row, *dates, write_counts(known.dropped), now.isoformat(timespec="seconds"))
        self._connection.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)

    def sight(self, sightings: Iterable[Sighting]) -> None:
        """Note as which articles versions were read.

        Raises:
            BusyError: Another process is writing.
            DiskFullError: No space is left.
        """
        rows = ((seen.article_id, seen.key) for seen in sightings)
        with translated(self._path):
            self._connection.executemany("INSERT OR IGNORE INTO sighted VALUES (?, ?)", rows)

    def history(self, article_id: str) -> list[Earlier]:
        """The versions in which an article was read, the first one first; also the one that it has now.

        Nothing of a store that was not written since this is noted.

        Raises:
            DamagedIndexError: The store is damaged.
        """
        with translated(self._path):
            (schema,) = self._connection.execute("PRAGMA user_version").fetchone()
            rows = self._connection.execute(_HISTORY, (article_id,)).fetchall() if schema > 1 else []
        return [Earlier(key, content, *map(read_moment, moments)) for key, content, *moments in rows]

    def keys_of(self, article_ids: Iterable[str]) -> set[bytes]:
        """The keys of all versions in which these articles were read.

        Raises:
            DamagedIndexError: The store is damaged.
        """
        with translated(self._path):
            rows = (
                self._connection.execute("SELECT key FROM sighted WHERE article = ?", (one,)) for one in article_ids
            )
            return {key for found in rows for (key,) in found}

    def article(self, key: bytes, source: Source) -> Article:
        """The stored article at its place, without what recurs in others where *key* says so, see `Cleaned`.

        Raises:
            NewsearchError: No version has this key.
            DamagedIndexError: The file is damaged.
        """
        version, recurring = self.cleaned.find(key)
        row = self._fields(version)
        if row is None:
            raise NewsearchError(
                f"{self._path.name} holds no article with the key {key.hex()}. It was read from {source.file}: "
                "read the sources again with: newsearch rebuild"
            )
        article = unpack(row[0]).at(source)
        return without_blocks(article, recurring)[0] if recurring else article

    def _fields(self, version: bytes) -> tuple[bytes] | None:
        with translated(self._path):
            row: tuple[bytes] | None = self._connection.execute(
                "SELECT fields FROM articles WHERE key = ?", (version,)
            ).fetchone()
        return row

    def dropped(self, key: bytes) -> list[Dropped]:
        """What of the version's page is not part of its article, in the page's order; behind it what recurs in others.

        Raises:
            DamagedIndexError: The file is damaged.
        """
        version, recurring = self.cleaned.find(key)
        with translated(self._path):
            rows = self._connection.execute(
                "SELECT reason, text FROM dropped WHERE key = ? ORDER BY number", (version,)
            )
            found = list(unpack_dropped(rows))
        row = self._fields(version) if recurring else None
        return found + (without_blocks(unpack(row[0]), recurring)[1] if row else [])

    def versions(self) -> Iterator[StoredVersion]:
        """What is known of every version, in no order; nothing may be added meanwhile.

        Raises:
            DamagedIndexError: The file is damaged.
        """
        with translated(self._path):
            for row in self._connection.execute(_FIND):
                yield _stored(*row)

    def purge(self, keys: Iterable[bytes]) -> int:
        """Delete versions, all rejects, since those quote what they could not read, and what files gave.

        No free page holds any of it then. The next reading opens all files and records their rejects again. Takes about as
        long as copying the file.

        Args:
            keys: Of the versions; unknown ones do no harm.

        Returns:
            How many versions were there.

        Raises:
            BusyError: Another process is reading or writing the store, so that its log cannot be emptied.
            DiskFullError: No space is left: up to the file's size is needed.
            DamagedIndexError: The file is damaged.
        """
        rows = [(key,) for key in keys]
        with translated(self._path):
            self._connection.commit()
            self._connection.execute("PRAGMA secure_delete = ON")
            with self._connection:
                before = self._connection.total_changes
                self._connection.executemany("DELETE FROM versions WHERE key = ?", rows)
                deleted = self._connection.total_changes - before
                for table in ("articles", "dropped", "sighted"):
                    self._connection.executemany(f"DELETE FROM {table} WHERE key = ?", rows)  # noqa: S608 - our own names
                self.cleaned.purge(key for (key,) in rows)
                self._connection.execute("DELETE FROM rejects")
                self._connection.execute("DELETE FROM files")
            # what was deleted or moved within the file before secure_delete was on goes with the pages that held it
            self._connection.execute("VACUUM")
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise BusyError(f"Another process has {self._path} open, so that its log cannot be emptied. {_AGAIN}")
        return deleted

    def record_rejects(self, rejects: Iterable[Reject]) -> None:
        """Keep what the last reading rejected, in place of what the one before did; in one transaction.

        Raises:
            BusyError: Another process is writing.
            DiskFullError: No space is left.
        """
        with translated(self._path), self._connection:
            self._connection.execute("DELETE FROM rejects")
            rows = ((r.place, r.reason, r.detail) for r in rejects)
            self._connection.executemany("INSERT INTO rejects VALUES (?, ?, ?)", rows)

    def rejects(self) -> list[Reject]:
        """The rejects of the last reading that its report has as examples, in its order.

        Raises:
            DamagedIndexError: The file is damaged.
        """
        with translated(self._path):
            rows = self._connection.execute("SELECT place, reason, detail FROM rejects ORDER BY rowid")
            return [Reject(*row) for row in rows]


def _stored(
    key: bytes, content: bytes, url: str, publisher: str, external_id: str, published: str, updated: str, dropped: str
) -> StoredVersion:
    dates = (read_moment(published), read_moment(updated))
    return StoredVersion(key, content, url, publisher, external_id, *dates, read_counts(dropped))
