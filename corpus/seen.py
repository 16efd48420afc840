"""What each file gave when it was last read, so that one that has not changed is not opened again.

A file is taken for unchanged where its size, its time of change and its inode are what they were, as git does; and as git
does, one that was changed less than two seconds before it was read is not trusted: it may have changed again since, within what
the file system's clock tells apart. Such a file, or one that was only touched, is read and hashed record by record, and what
was known is not parsed again.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from newsearch.corpus.article import Source
from newsearch.corpus.errors import DamagedIndexError
from newsearch.corpus.formats.base import READER_VERSION
from newsearch.corpus.report import CRASHED, Reject, Skipped
from newsearch.corpus.sniffing import is_asset
from newsearch.corpus.sqlite import translated
from newsearch.corpus.versions import read_counts, write_counts
from newsearch.corpus.walking import UNREADABLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from newsearch.corpus.formats.base import Fields
    from newsearch.corpus.versions import Counts
    from newsearch.corpus.walking import Found

SPLIT_VERSION: Final = 1
"""Raise it when other files or records are found in the same bytes, or `newsearch.corpus.article.article_id` gives other ids:
then every file is opened anew, and only what is not known is parsed."""
_READERS: Final = f"{READER_VERSION}.{SPLIT_VERSION}"
RACY_NS: Final = 2_000_000_000
"""The coarsest clock of a file system in use (FAT) counts in steps of two seconds."""
MOST_RECORDS: Final = 5_000_000
"""Records of one file that are remembered: some 400 MB, and SQLite keeps no more than 1 GB in one place."""
RUN: Final = 500
"""Records that are looked up at once."""
_OF_ARTICLE: Final = 6
"""What is remembered of a record that gave an article, at most, see `Known`; of one that was rejected there is more."""
_NOT_REMEMBERED: Final = (UNREADABLE, CRASHED)


class Known(NamedTuple):
    """A record of a file that was not opened.

    Attributes:
        path: The file below its source, or the member of an archive.
        record: Line or number of the record; 0 where the file is one article.
        key: Of the version that it gave.
        article_id: What `newsearch.corpus.article.article_id` gave it; empty, with what follows, where it was not noted yet.
        content: The version's content hash.
        dropped: What was dropped of its page, counted by reason.
    """

    path: str
    record: int
    key: bytes
    article_id: str = ""
    content: bytes = b""
    dropped: Counts = ()


@dataclass(frozen=True, slots=True)
class KnownReject:
    """A record that was rejected, of a file that was not opened.

    Attributes:
        path: The file below its source, or the member of an archive.
        record: Line or number of the record; 0 where the file is one article.
        key: Of the bytes that were rejected.
        reject: What was said of it.
    """

    path: str
    record: int
    key: bytes
    reject: Reject


@dataclass(slots=True)
class SeenFile:
    """What a file gave, as it is gathered.

    Attributes:
        stamp: See `stamp_of`; empty where the file is not to be trusted.
        again: When it is to be read again though it has not changed, in ISO 8601, or empty.
        packed: What it gave, in order, as lines of JSON; empty while it is gathered.
    """

    stamp: str = ""
    again: str = ""
    packed: bytes = b""
    _entries: list[Known | KnownReject | Reject] = field(default_factory=list)
    _forgotten: bool = False

    def add(self, entry: Known | KnownReject | Reject) -> None:
        """Note what came next."""
        reject = None if isinstance(entry, Known) else entry if isinstance(entry, Reject) else entry.reject
        if (reject and reject.reason in _NOT_REMEMBERED) or len(self._entries) >= MOST_RECORDS:
            self.forget()
        if reject and reject.again:
            moment = reject.again.astimezone(UTC).isoformat()
            self.again = min(self.again or moment, moment)
        if not self._forgotten:
            self._entries.append(entry)

    def forget(self) -> None:
        """Have the file read again the next time, whatever it gives."""
        self._forgotten = True
        self._entries.clear()

    def gave(self) -> bytes:
        """What it gave, packed; empty where it is not to be remembered."""
        if self._forgotten:
            return b""
        some = (self._entries[at : at + RUN] for at in range(0, len(self._entries), RUN))
        return b"\n".join(orjson.dumps([_row(entry) for entry in part]) for part in some) or b"[]"

    def is_due(self, now: datetime) -> bool:
        """Whether it holds something that was held back until now."""
        return bool(self.again) and self.again <= now.astimezone(UTC).isoformat()

    def runs(self) -> Iterator[list[Known] | KnownReject | Reject]:
        """What it gave, in order; records that follow each other and gave articles, up to some hundreds, at once."""
        path, run = "", list[Known]()
        for part in self.packed.split(b"\n"):  # one line before it was in parts
            for row in orjson.loads(part):
                if len(row) > _OF_ARTICLE:
                    yield from [run, _rejected(*row)] if run else [_rejected(*row)]
                    run = []
                    continue
                path = path if row[0] == path else row[0]  # one string for all records of a file
                run.append(_known(path, *row[1:]))
                if len(run) >= RUN:
                    yield run
                    run = []
        if run:
            yield run

    def rejects(self) -> dict[bytes, Reject]:
        """What was said of the records that were rejected, by key; nothing that was held back."""
        rows = (row for part in self.packed.split(b"\n") if part for row in orjson.loads(part))
        entries = (_rejected(*row) for row in rows if len(row) > _OF_ARTICLE)  # few rows say why there is no article
        return {e.key: e.reject for e in entries if isinstance(e, KnownReject) and e.reject.again is None}


def _row(entry: Known | KnownReject | Reject) -> list[object]:
    if isinstance(entry, Known):
        known = [entry.path, entry.record, entry.key.hex()]
        if entry.content:
            known += [entry.article_id, entry.content.hex(), write_counts(entry.dropped)]
        return known
    if isinstance(entry, Reject):
        return [entry.place, 0, "", *_said(entry)]
    return [entry.path, entry.record, entry.key.hex(), *_said(entry.reject)]


def _said(reject: Reject) -> list[object]:
    again = reject.again.isoformat() if reject.again else ""
    return [reject.reason, reject.detail, again, isinstance(reject, Skipped)]


def _known(path: str, record: int, key: str, number: str = "", content: str = "", dropped: str = "") -> Known:
    return Known(path, record, bytes.fromhex(key), number, bytes.fromhex(content), read_counts(dropped))


def _rejected(path: str, record: int, key: str, *said: Any) -> KnownReject | Reject:
    reason, detail, again, skipped = said
    make, moment = Skipped if skipped else Reject, datetime.fromisoformat(again) if again else None
    if not key:
        return make(path, reason, detail, moment)
    reject = make(Source("", path, record).place, reason, detail, moment)
    return KnownReject(path, record, bytes.fromhex(key), reject)


def stamp_of(found: Found) -> str:
    """Size, time of change and inode of a file and of what lies beside it, and what it is to the pages around it.

    Empty where the system does not tell.
    """
    to_pages = "d" if found.beside_page else "p" if found.among_pages and is_asset(found.path) else ""
    try:
        return "|".join(_stamp(os.stat(file)) for file in (found.file, *found.beside)) + to_pages  # noqa: PTH116
    except OSError:
        return ""


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def is_racy(stamp: str, now_ns: int | None = None) -> bool:
    """Whether a file was changed so shortly before *now_ns* (the present where None) that it may change unseen."""
    now_ns = time.time_ns() if now_ns is None else now_ns
    return any(int(part.split(":")[1]) > now_ns - RACY_NS for part in stamp.split("|"))


class SeenFiles:
    """The files of the last readings, in the article store."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._met: set[int] = set()
        self._readers = _READERS

    def begin(self, fields: Fields = ()) -> None:
        """Begin a reading with these names of fields: no file was met yet."""
        self._met.clear()
        self._readers = f"{_READERS} {fields!r}" if fields else _READERS

    def find(self, root: str, paths: Sequence[str]) -> dict[str, SeenFile]:
        """What is known of those of *paths* (a few hundred at most) that were read by the present readers, by path.

        Raises:
            DamagedIndexError: The store is damaged.
        """
        marks = ", ".join("?" * len(paths))
        query = f"SELECT id, path, stamp, again, readers, gave FROM files WHERE root = ? AND path IN ({marks})"  # noqa: S608
        with translated(self._path):
            rows = self._connection.execute(query, (root, *paths)).fetchall()
        self._met.update(row[0] for row in rows)
        return {
            path: SeenFile(stamp, again, gave)
            for _, path, stamp, again, readers, gave in rows
            if readers == self._readers
        }

    def put(self, root: str, path: str, seen: SeenFile, stamp: str) -> None:
        """Remember a file that was read to its end; written with the store's next commit.

        Args:
            root: Its source.
            path: The file below it.
            seen: What it gave.
            stamp: What it was before it was opened; empty where it is not to be trusted.

        Raises:
            BusyError: Another process is writing.
            DiskFullError: No space is left.
        """
        with translated(self._path):
            self._connection.execute("DELETE FROM files WHERE root = ? AND path = ?", (root, path))
            if not (gave := seen.gave()):
                return
            row = (root, path, stamp, seen.again, self._readers, gave)
            cursor = self._connection.execute(
                "INSERT INTO files (root, path, stamp, again, readers, gave) VALUES (?, ?, ?, ?, ?, ?)", row
            )
        self._met.add(cursor.lastrowid or 0)

    def broken(self, place: str) -> DamagedIndexError:
        """The error for a version that a file gave and the store has no more; everything is opened anew the next time."""
        with translated(self._path):
            self._connection.execute("DELETE FROM files")
        return DamagedIndexError(
            f"{self._path.name} holds no article for {place}, which was read before. "
            "Run newsearch rebuild: it reads all sources anew."
        )

    def drop_others(self) -> None:
        """Forget the files that this reading did not meet: they are gone.

        Raises:
            BusyError: Another process is writing.
            DiskFullError: No space is left.
        """
        with translated(self._path):
            every = [number for (number,) in self._connection.execute("SELECT id FROM files")]
            gone = [(number,) for number in every if number not in self._met]
            self._connection.executemany("DELETE FROM files WHERE id = ?", gone)
