"""Where things are in an index folder, and which generation serves."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import BusyError, DamagedIndexError, IndexNotFoundError
from newsearch.indexer.files import write_whole
from newsearch.indexer.generation import Generation

if TYPE_CHECKING:
    from collections.abc import Iterator

KEEP: Final = 2
"""Generations kept: the one that serves, and the one before it, which readers may still be opening."""


class Layout:
    """The paths of an index folder."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.articles = index / "articles.sqlite"
        self.cache = index / "cache"
        self.generations = index / "generations"
        self.current = index / "CURRENT"

    @property
    def exists(self) -> bool:
        """Whether a generation was ever switched in."""
        return self.current.is_file()

    def open_current(self) -> Generation:
        """The generation that serves.

        Raises:
            IndexNotFoundError: There is no index here.
            DamagedIndexError: CURRENT names a generation that is not there, or that is damaged.
        """
        for last_try in (False, True):
            name = self._current_name()
            try:
                return Generation(self.generations / name)
            except DamagedIndexError:
                # a rebuild may have switched, and removed what CURRENT named, between the two reads
                if last_try or self._current_name() == name:
                    raise
        raise AssertionError

    def _current_name(self) -> str:
        if not self.current.is_file():
            raise IndexNotFoundError(self._why_none())
        name = self.current.read_text("utf-8", errors="replace").strip()
        if not name or name != Path(name).name:
            raise DamagedIndexError(
                f"{self.current} holds {name[:80]!r} and not a generation's name. Run: newsearch rebuild"
            )
        return name

    def _why_none(self) -> str:
        if not self.index.exists():
            what = f"There is no index at {self.index}: no such folder."
            return f"{what} Build one with: newsearch build SOURCE --index {self.index}"
        if (self.index / "settings.toml").exists():
            what = f"The index at {self.index} was never finished: it has no CURRENT."
            return f"{what} Go on with: newsearch rebuild --index {self.index}"
        return (
            f"{self.index} is not an index: found no CURRENT in it, wanted a folder that newsearch build made. "
            "Name another with --index or $NEWSEARCH_INDEX, or build one with: newsearch build SOURCE --index DIR"
        )

    def switch(self, generation: Path) -> None:
        """Let *generation* serve from now on; readers that have another one open keep it."""
        write_whole(self.current, lambda file: file.write(f"{generation.name}\n".encode()))

    def remove_old(self) -> list[str]:
        """Delete all generations but the newest KEEP and the one that serves, and what interrupted runs left.

        Returns:
            The names of what was deleted.
        """
        current = self._current_name()
        names = sorted(p.name for p in self.generations.iterdir() if not p.name.startswith("."))
        kept = {current, *names[-KEEP:]}
        gone = [p for p in self.generations.iterdir() if p.name not in kept]
        for path in gone:
            shutil.rmtree(path, ignore_errors=True)
        return [p.name for p in gone]

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Be the only writer while this lasts; the lock of a process that died is free.

        Raises:
            BusyError: Another process is writing the index.
        """
        from filelock import FileLock, Timeout

        owner = self.index / "writer"
        try:
            with FileLock(self.index / "lock", timeout=0):
                now = datetime.now(UTC).isoformat(timespec="seconds")
                owner.write_text(f"process {getpid()} since {now}\n", "utf-8")
                try:
                    yield
                finally:
                    owner.unlink(missing_ok=True)
        except Timeout as exc:
            who = owner.read_text("utf-8").strip() if owner.exists() else "another process"
            raise BusyError(
                f"The index at {self.index} is being written ({who}); one writer at a time. "
                "Searching goes on meanwhile. Wait until it is done, and run the command again."
            ) from exc
