"""The SQLite file below the ingest store: its form, whether it is ours, and its errors in our words."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import BusyError, DamagedIndexError, DiskFullError, NewsearchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA: Final = 4
"""Number of the tables' form, in the file as ``user_version``. From 4 on a row of ``dropped`` may hold all that a version
dropped: see `newsearch.corpus.versions.pack_dropped`."""
APPLICATION: Final = 0x4E575331
"""``NWS1``, in the file as ``application_id``: tells a store of ours from any other SQLite file."""
_TABLES: Final = """
CREATE TABLE versions (
    key BLOB PRIMARY KEY, content BLOB NOT NULL, url TEXT NOT NULL, publisher TEXT NOT NULL, external_id TEXT NOT NULL,
    published TEXT NOT NULL, updated TEXT NOT NULL, dropped TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (key BLOB NOT NULL UNIQUE, fields BLOB NOT NULL);
CREATE TABLE dropped (key BLOB NOT NULL, number INTEGER NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE rejects (place TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL);
"""
_ADDED_BY_2: Final = """
ALTER TABLE versions ADD COLUMN first_read TEXT NOT NULL DEFAULT '';
CREATE TABLE sighted (article TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (article, key)) WITHOUT ROWID;
CREATE TABLE files (id INTEGER PRIMARY KEY, root TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL,
    again TEXT NOT NULL, readers TEXT NOT NULL, gave BLOB NOT NULL, UNIQUE (root, path));
"""
"""When a version was first read, as which articles versions were read, and what each file gave."""
_ADDED_BY_3: Final = """
CREATE TABLE IF NOT EXISTS blocks (key BLOB PRIMARY KEY, publisher TEXT NOT NULL, blocks BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cleaned (cleaned BLOB PRIMARY KEY, key BLOB NOT NULL, blocks BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS learned (versions BLOB NOT NULL, cleaned BLOB NOT NULL);
"""
"""The blocks of each version; those that lost some of them, by the key that they have then; of which versions that was learned
last, and which keys followed."""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the file is ours, or make it so; one of an older schema gets what was added since.

    Raises:
        DamagedIndexError: It is not, or was written by a newer newsearch.
    """
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and (tables or application or schema):
        raise DamagedIndexError(
            f"{path} is a data base, but not an article store of newsearch (application {application:#x}, wanted "
            f"{APPLICATION:#x}). Move it away and run: newsearch rebuild"
        )
    if schema > SCHEMA:
        raise DamagedIndexError(
            f"{path} has schema {schema}, this newsearch reads {SCHEMA}. It was written by a newer newsearch: upgrade."
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "PRAGMA synchronous = NORMAL"
    )  # in WAL no crash of ours damages; a power cut loses the last batch
    if not tables:
        pragmas = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA};"
        connection.executescript(f"BEGIN; {_TABLES} {_ADDED_BY_2} {_ADDED_BY_3} {pragmas} COMMIT;")
    elif schema < SCHEMA:
        added = f"{_ADDED_BY_2 if schema < 2 else ''} {_ADDED_BY_3}"  # noqa: PLR2004 - the number in the name
        connection.executescript(f"BEGIN IMMEDIATE; {added} PRAGMA user_version = {SCHEMA}; COMMIT;")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.Error as exc:
        raise as_ours(exc, path) from exc


_PERHAPS_FULL: Final = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
"""What SQLite says instead of "full" where it can't make its write-ahead log, or the memory that is shared beside it."""
_PROBE: Final = 65_536
"""Bytes; SQLite extends its shared memory by 32 KB at a time."""


def _has_no_space(folder: Path) -> bool:
    """Whether a small file cannot be written in *folder* for want of space: Python does not pass on SQLite's errno."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_PROBE))
    except OSError as exc:
        return exc.errno in (errno.ENOSPC, errno.EDQUOT)
    return False


def as_ours(exc: sqlite3.Error, path: Path) -> NewsearchError:
    """The error of ours that tells what *exc* means for the user of the store at *path*."""
    code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError(f"Another process is writing {path} ({exc}). Wait for it to end, then start again.")
    if code == sqlite3.SQLITE_FULL or (code in _PERHAPS_FULL and _has_no_space(path.parent)):
        return DiskFullError(
            f"No space is left to write {path}. What was committed is kept; free some space, start again."
        )
    return DamagedIndexError(
        f"{path} cannot be read as an article store: {exc}. Move it away and run newsearch rebuild: it is made anew "
        "from the sources."
    )
