"""Writing that is whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import IO, TYPE_CHECKING, Any
from weakref import finalize

from newsearch.corpus.errors import DiskFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


def write_whole(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write *path* aside, to the disk, and move it into place: a reader sees the old file or the new one.

    Raises:
        DiskFullError: There is no space left; *path* is as it was.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with disk_space_for(path):
        try:
            _write(aside, write)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def remove_cut_off(folder: Path, name: str = "*") -> None:
    """Delete what a killed `write_whole` left in *folder* beside the files called *name* (a glob); only as the only writer."""
    for path in folder.glob(f".{name}.*"):
        if path.suffix[1:].isdigit():
            path.unlink(missing_ok=True)


def write_synced(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write *path*, which nobody reads yet, to the disk; its name is there once its folder is synced.

    Raises:
        DiskFullError: There is no space left.
    """
    with disk_space_for(path):
        _write(path, write)


def _write(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    # not "wb": to that, numpy writes past Python, and on a full disk loses the errno, or cuts a small array silently
    with path.open("w+b") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in *folder* on the disk, where the system can.

    Raises:
        DiskFullError: There is no space left for them.
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with disk_space_for(folder):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_space_for(path: Path) -> Iterator[None]:
    """Turn "no space left" into our own error.

    Raises:
        DiskFullError: There is no space left, or the quota is used up.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFullError(
            f"No space left on the disk while writing {path}. The index that was there still serves. "
            "Free some space and run the same command again; what was embedded is kept."
        ) from exc


class RandomReader:
    """Ranges of a file, read and not mapped; it stays readable when its name is gone. Safe to use from several threads.

    What is mapped counts as the process's memory, and Linux maps a file in the pieces in which it caches it: 3,000 rows of
    512 bytes, touched anywhere in 522 MB, mapped 493 MB of it (Linux 6.18). A read costs some 2 µs more.

    Attributes:
        size: Of the file, in bytes.
    """

    def __init__(self, path: Path) -> None:
        """Open *path*.

        Raises:
            OSError: It can't be read.
        """
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        finalize(self, os.close, self._descriptor)
        self._lock = Lock()
        self.size = os.fstat(self._descriptor).st_size

    def read(self, start: int, length: int) -> bytes:
        """The *length* bytes from *start* on; fewer where the file ends."""
        if hasattr(os, "pread"):
            return os.pread(self._descriptor, length, start)
        with self._lock:  # Windows
            os.lseek(self._descriptor, start, os.SEEK_SET)
            return os.read(self._descriptor, length)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes_of(paths: Sequence[Path]) -> list[str]:
    """SHA-256 of each file, in order; on all cores, since hashing holds no lock."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(sha256_of, paths))
