"""The file ``tombstones``: what was taken down, for every reader to leave out at once and for no rebuild to bring back.

It holds ids, addresses and hashes, the reason that was given, and nothing of an article's text.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from newsearch.corpus.article import named_id
from newsearch.corpus.errors import DamagedIndexError
from newsearch.corpus.takedowns import Takedowns
from newsearch.indexer.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from newsearch.indexer.generation import Generation

FORMAT: Final = 1
"""Number of the file's form."""

_HASHES: Final = ("keys", "contents", "passages")
_TEXTS: Final = ("id", "url", "reason", "at")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One takedown.

    Attributes:
        id: The article's id.
        url: Its canonical url, or empty.
        reason: Why, as it was given; or empty.
        at: When, UTC, ISO 8601.
        ids: Every id that its versions had or could have had (see `newsearch.corpus.takedowns`).
        keys: Keys of its versions, 32 bytes each.
        contents: Content hashes of its versions, 32 bytes each.
        passages: Keys under which the embedding cache may have held its passages.
        purged: Whether the index was seen to hold nothing of it any more.
    """

    id: str
    url: str
    reason: str
    at: str
    ids: frozenset[str]
    keys: frozenset[bytes]
    contents: frozenset[bytes]
    passages: frozenset[bytes]
    purged: bool = False

    @property
    def day(self) -> str:
        """The day of the takedown, UTC, as ``2026-11-22``."""
        return self.at[:10]


@dataclass(frozen=True)
class Tombstones:
    """All takedowns of an index, oldest first."""

    stones: tuple[Tombstone, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Tombstones:
        """The tombstones in the file *path*; none where it is not there.

        Raises:
            DamagedIndexError: It cannot be read: then nobody knows what may be shown.
        """
        try:
            form = orjson.loads(path.read_bytes())
            found = form["format"]
            if found == FORMAT:
                return cls(tuple(_unpacked(fields) for fields in form["takedowns"]))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise DamagedIndexError(
                f"{path} cannot be read ({exc!r}), so what was taken down and may not be shown is not known. Bring it back "
                "from a backup; without one, move it away, and take the articles down again."
            ) from exc
        raise DamagedIndexError(f"{path} has the form {found!r}, this newsearch reads {FORMAT}. Upgrade newsearch.")

    def write(self, path: Path) -> None:
        """Replace the file *path*; it is on the disk when this returns.

        Raises:
            DiskFullError: There is no space left; the file is as it was.
        """
        form = {"format": FORMAT, "takedowns": [_packed(stone) for stone in self.stones]}
        write_whole(path, lambda file: file.write(orjson.dumps(form, option=orjson.OPT_INDENT_2)))

    def with_stone(self, stone: Tombstone) -> Tombstones:
        """These and *stone*."""
        return Tombstones((*self.stones, stone))

    def all_purged(self) -> Tombstones:
        """These, all of them done."""
        return Tombstones(tuple(replace(stone, purged=True) for stone in self.stones))

    @property
    def unfinished(self) -> list[Tombstone]:
        """Those whose article may still be somewhere in the index."""
        return [stone for stone in self.stones if not stone.purged]

    def find(self, name: str) -> Tombstone | None:
        """The takedown of the article with this id or url."""
        wanted = named_id(name)
        return next((stone for stone in self.stones if wanted in stone.ids), None)

    @cached_property
    def marks(self) -> Takedowns:
        """By which a reading of the sources knows what is taken down."""
        return Takedowns(*(self._all(name) for name in ("ids", "keys", "contents")))

    @cached_property
    def passages(self) -> frozenset[bytes]:
        """Keys under which the embedding cache may have held passages of any of them."""
        return self._all("passages")

    def _all(self, name: str) -> frozenset[Any]:
        return frozenset().union(*(getattr(stone, name) for stone in self.stones))

    def rows_in(self, generation: Generation) -> NDArray[np.int64]:
        """The rows of taken-down articles in *generation*, by id or version, ascending, shape (n,).

        Raises:
            DamagedIndexError: A file of the generation cannot be read.
        """
        if not (self.stones and len(generation)):
            return np.zeros(0, np.int64)
        ids, versions = generation.places.ids, generation.contents.versions
        taken_ids = {name.encode() for name in self.marks.ids}
        near = _begins_as(ids, taken_ids) | _begins_as(versions, self.marks.keys)
        rows = np.flatnonzero(near)
        sure = [bytes(ids[r]) in taken_ids or versions[r].tobytes() in self.marks.keys for r in rows.tolist()]
        found: NDArray[np.int64] = rows[np.array(sure, bool)]
        return found

    def copied_in(self, generation: Generation) -> frozenset[str]:
        """Ids of taken-down articles that *generation* names as copies of others.

        Raises:
            DamagedIndexError: A file of the generation cannot be read.
        """
        return self.marks.ids & generation.copy_ids if self.stones else frozenset()

    def stones_in(self, generation: Generation) -> list[Tombstone]:
        """The takedowns whose article is in *generation*, or is named there as the copy of another.

        Raises:
            DamagedIndexError: A file of the generation cannot be read.
        """
        alone = (Tombstones((stone,)) for stone in self.stones)
        return [one.stones[0] for one in alone if len(one.rows_in(generation)) or one.copied_in(generation)]


def _begins_as(column: NDArray[Any], wanted: Iterable[bytes]) -> NDArray[np.bool_]:
    """Which rows begin with the same 8 bytes as one of *wanted*, shape (n,): numbers compare ten times as fast as bytes."""
    heads = np.ascontiguousarray(column).view(np.uint64).reshape(len(column), -1)[:, 0]
    return np.isin(heads, np.frombuffer(b"".join(value[:8] for value in wanted), np.uint64))


class Shown:
    """Which articles of a generation may be shown, kept up with the tombstones of its index while it is open."""

    def __init__(self, path: Path | None, generation: Generation) -> None:
        """Watch the file *path*, which need not be there; nothing is ever taken down where None.

        Raises:
            DamagedIndexError: The file cannot be read.
        """
        self._path = path
        self._generation = generation
        self._known: tuple[tuple[int, ...], NDArray[np.bool_] | None, frozenset[str]] = ((), None, frozenset())
        self.now()

    def now(self) -> NDArray[np.bool_] | None:
        """Which articles may be shown, shape (n_articles,); None where all may.

        Costs one look at the file's status unless it has changed. What was taken down once stays so where the file is gone,
        with the whole index perhaps.

        Raises:
            DamagedIndexError: The file has changed, and cannot be read.
        """
        if self._path is None:
            return None
        try:
            status = os.stat(self._path)  # noqa: PTH116 - a microsecond, at every search
        except FileNotFoundError:
            return self._known[1]
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        if seen != self._known[0]:
            tombstones = Tombstones.read(self._path)
            self._known = (seen, _mask(tombstones, self._generation), tombstones.marks.ids)
        return self._known[1]

    @property
    def hidden(self) -> frozenset[str]:
        """The ids of all articles that were taken down when `now` was last asked: copies of others may not be named either."""
        return self._known[2]


def _mask(tombstones: Tombstones, generation: Generation) -> NDArray[np.bool_] | None:
    rows = tombstones.rows_in(generation)
    if not len(rows):
        return None
    shown = np.ones(len(generation), bool)
    shown[rows] = False
    return shown


def _packed(stone: Tombstone) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(stone, name) for name in _TEXTS}
    fields |= {"purged": stone.purged, "ids": sorted(stone.ids)}
    return fields | {name: sorted(value.hex() for value in getattr(stone, name)) for name in _HASHES}


def _unpacked(fields: dict[str, Any]) -> Tombstone:
    values: dict[str, Any] = {name: str(fields[name]) for name in _TEXTS}
    values |= {name: frozenset(bytes.fromhex(value) for value in fields[name]) for name in _HASHES}
    return Tombstone(**values, ids=frozenset(map(str, fields["ids"])), purged=bool(fields["purged"]))
