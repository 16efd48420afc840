"""Where things are in an index folder, and which generation serves."""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import BusyError, DamagedIndexError, IndexNotFoundError, UsageError
from newsearch.indexer.cache import sweep
from newsearch.indexer.files import disk_space_for, remove_cut_off, write_whole
from newsearch.indexer.generation import Generation
from newsearch.indexer.manifest import check_hashes
from newsearch.indexer.tombstones import Tombstones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsearch.indexer.tombstones import Tombstone

KEEP: Final = 2
"""Generations kept: the one that serves, and the one before it, which readers may still be opening."""

OURS: Final = ("settings.toml", "articles.sqlite", "cache", "generations", "lock", "writer", "tombstones", ".")
"""What the names of our files in an index folder begin with, CURRENT apart."""


def _why_gone(tombstones: Tombstones) -> str:
    """Why there may be no older generation, where something was taken down."""
    if not tombstones.stones:
        return ""
    return f" Those before it held {_named(tombstones.stones[-1])}, and were deleted with it."


def _named(stone: Tombstone) -> str:
    reason = f": {stone.reason}" if stone.reason else ""
    return f"the article {stone.id}, which was taken down on {stone.day}{reason}"


class Layout:
    """The paths of an index folder."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.articles = index / "articles.sqlite"
        self.cache = index / "cache"
        self.generations = index / "generations"
        self.current = index / "CURRENT"
        self.tombstones = index / "tombstones"

    @property
    def exists(self) -> bool:
        """Whether a generation was ever switched in."""
        return self.current.is_file()

    @property
    def has_settings(self) -> bool:
        """Whether there is what a rebuild needs to know."""
        return (self.index / "settings.toml").is_file()

    def check_free(self) -> None:
        """See that a first index may be made here: nothing is here, or what a build of ours left when it was cut off.

        Raises:
            UsageError: An index is here, or something that is not ours.
        """
        if self.exists:
            raise UsageError(self._why_not_again())
        if self.index.exists() and not self.index.is_dir():
            raise UsageError(
                f"{self.index} is a file. Wanted: a folder for the index that does not exist yet, or is empty."
            )
        here = {p.name for p in self.index.iterdir()} if self.index.exists() else set()
        if here and ("generations" not in here or any(not name.startswith(OURS) for name in here)):
            raise UsageError(
                f"{self.index} is not empty and holds no index. Wanted: a folder that does not exist yet, or is empty, "
                "so that nothing of yours is overwritten."
            )

    def _why_not_again(self) -> str:
        if not self.has_settings:
            return f"{self.index} holds an index already, without its settings.toml. Wanted: another folder."
        return (
            f"{self.index} holds an index already. Bring it up to date with: newsearch rebuild --index {self.index} "
            f"(or add a source with: newsearch add SOURCE --index {self.index}), or name another folder."
        )

    def open_current(self) -> Generation:
        """The generation that serves.

        Raises:
            IndexNotFoundError: There is no index here.
            DamagedIndexError: CURRENT names a generation that is not there, or that is damaged.
        """
        for last_try in (False, True):
            name = self.current_name()
            try:
                generation = Generation(self.generations / name)
                _ = generation.contents, generation.places  # maps every file now: a rebuild may remove them meanwhile
            except DamagedIndexError:
                # a rebuild may have switched, and removed what CURRENT named, between the two reads
                if last_try or self.current_name() == name:
                    raise
            else:
                return generation
        raise AssertionError

    def current_name(self) -> str:
        """Name of the generation that serves.

        Raises:
            IndexNotFoundError: There is no index here.
            DamagedIndexError: CURRENT holds no name.
        """
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
        if self.has_settings:
            what = (
                f"The index at {self.index} is not finished: it has no CURRENT. Where its first build is not under way,"
            )
            return f"{what} go on with: newsearch rebuild --index {self.index}"
        return (
            f"{self.index} is not an index: found no CURRENT in it, wanted a folder that newsearch build made. "
            "Name another with --index or $NEWSEARCH_INDEX, or build one with: newsearch build SOURCE --index DIR"
        )

    def switch(self, generation: Path) -> None:
        """Let *generation* serve from now on; readers that have another one open keep it."""
        write_whole(self.current, lambda file: file.write(f"{generation.name}\n".encode()))

    def kept(self) -> list[str]:
        """Names of the generations that are there whole, oldest first; one that was never switched in may be the last."""
        if not self.generations.is_dir():
            return []
        return sorted(p.name for p in self.generations.iterdir() if not p.name.startswith("."))

    def openable(self) -> Iterator[Generation]:
        """The generations that are kept and can be opened, the newest first; a damaged one is passed over."""
        for name in reversed(self.kept()):
            try:
                generation = Generation(self.generations / name)
                _ = generation.contents, generation.places
            except DamagedIndexError:
                continue
            yield generation

    def rollback(self) -> tuple[str, str]:
        """Let the generation before the one that serves serve again; call it as the only writer.

        Returns:
            The names of the generation that served and of the one that serves now.

        Raises:
            IndexNotFoundError: There is no index here.
            UsageError: No older generation is kept, or the older one holds an article that was taken down.
            DamagedIndexError: The older one is damaged; nothing was switched.
        """
        current = self.current_name()
        older = [name for name in self.kept() if name < current]
        tombstones = Tombstones.read(self.tombstones)
        if not older:
            raise UsageError(
                f"{self.index} keeps no generation older than {current}, which goes on serving. A first index has none; "
                f"each rebuild that changes something keeps {KEEP - 1}.{_why_gone(tombstones)}"
            )
        before = Generation(self.generations / older[-1])
        if stones := tombstones.stones_in(before):
            raise UsageError(
                f"{before.folder.name} holds {_named(stones[-1])}, so it may not serve again; {current} goes on serving. "
                "Run newsearch rebuild: it finishes the takedown, which deletes that generation."
            )
        check_hashes(before.folder, before.manifest)
        self.switch(before.folder)
        return current, before.folder.name

    def remove_unfinished(self) -> None:
        """Delete what interrupted runs left: generations never finished, or never switched in, and files half written.

        Where CURRENT is damaged, nothing tells what was switched in, and only the unfinished ones go.
        """
        remove_cut_off(self.index, "CURRENT")
        remove_cut_off(self.index, "settings.toml")
        remove_cut_off(self.index, "tombstones")
        sweep(self.cache)
        try:
            current = self.current_name()
        except (IndexNotFoundError, DamagedIndexError):
            current = ""
        known = bool(current) and (self.generations / current).is_dir()
        for path in sorted(self.generations.iterdir()) if self.generations.is_dir() else ():
            if path.name.startswith(".") or (known and path.name > current):
                _delete(path)

    def remove_old(self) -> list[str]:
        """Delete all generations but the newest KEEP and the one that serves (a clock may have gone back).

        Returns:
            The names of what was deleted.
        """
        names, current = sorted(p.name for p in self.generations.iterdir()), self.current_name()
        gone = [name for name in names[:-KEEP] if name != current]
        for name in gone:
            _delete(self.generations / name)
        return gone

    @contextmanager
    def writer(self) -> Iterator[str]:
        """Be the only writer while this lasts; the lock of a process that died is free.

        Yields:
            Who the last writer was where it ended without giving the lock back, such as ``process 4711 since 2026-…``; else "".

        Raises:
            BusyError: Another process is writing the index.
        """
        from filelock import FileLock, Timeout

        owner, lock = self.index / "writer", FileLock(self.index / "lock", timeout=0)
        try:
            with disk_space_for(self.index / "lock"):
                lock.acquire()
        except Timeout as exc:
            raise BusyError(
                f"The index at {self.index} is being written ({_line(owner) or 'another process'}); one writer at a time. "
                "Searching goes on meanwhile. Wait until it is done, and run the command again."
            ) from exc
        try:
            left = _line(owner)
            with disk_space_for(owner):
                owner.write_text(
                    f"process {getpid()} since {datetime.now(UTC).isoformat(timespec='seconds')}\n", "utf-8"
                )
            yield left
        finally:
            owner.unlink(missing_ok=True)
            lock.release()


def _line(path: Path) -> str:
    """What stands in *path*; nothing where it is not there."""
    with suppress(OSError):
        return path.read_text("utf-8", errors="replace").strip()
    return ""


def out_of_sight(generation: Path) -> Path:
    """Rename a folder of generations that is to be deleted, since one that a kill leaves half deleted must not count as kept.

    Returns:
        Where it is now.

    Raises:
        OSError: It can't be moved.
    """
    return generation.rename(generation.with_name(f".{generation.name.lstrip('.')}"))


def _delete(generation: Path) -> None:
    """Delete a folder of generations.

    Where it can't be moved (Windows, with readers in it), it stays whole for a later run.
    """
    with suppress(OSError):
        shutil.rmtree(out_of_sight(generation), ignore_errors=True)
