"""What compressed streams unpack to: bounded, errors in our words, never more in memory than a piece."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from newsearch.corpus.formats.base import HEAD, Entry, RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader

    from _typeshed import WriteableBuffer

FREE_BYTES: Final = 100_000_000
MOST_RATIO: Final = 200
"""A file may unpack to this many times its size, and to FREE_BYTES in any case. xz packs the evaluation's articles to a
fourth, gzip the emptiest of the pages in ../shared/pages to a twelfth; gzip can reach 1,032."""
MAX_MEMBERS: Final = 10_000_000
_PIECE: Final = 1 << 16
_ZSTD_PIECE: Final = 1 << 10
"""Packed bytes that are given to zstd at once, whose library sets no limit to what comes out: 32 MB at most."""
_XZ_MEMORY: Final = 1 << 28
"""Bytes that unpacking xz may take; its highest level takes 65 MB."""
_WINDOW: Final = 1 << 27
"""The largest window of zstd, in bytes, as the command line tool has it (``--long=27``)."""


class BombError(RejectedError):
    """A file unpacks to more than any archive would: all of it is left, and not only the member that was met last."""


class Budget:
    """How much may still come out of one file, whatever is packed in whatever."""

    def __init__(self, packed: int) -> None:
        """Begin.

        Args:
            packed: The file's size in bytes.
        """
        self._most = max(FREE_BYTES, MOST_RATIO * packed)
        self._left, self._members = self._most, MAX_MEMBERS

    def spend(self, unpacked: int) -> None:
        """Count bytes that came out.

        Raises:
            BombError: They are too many.
        """
        self._left -= unpacked
        if self._left < 0:
            raise _bomb(f"It unpacks to more than {self._most / 1e6:,.0f} MB, {MOST_RATIO} times its size.")

    def count_member(self) -> None:
        """Count a member.

        Raises:
            BombError: There are too many.
        """
        self._members -= 1
        if self._members < 0:
            raise _bomb(f"It has more than {MAX_MEMBERS:,} members.")


def _bomb(found: str) -> BombError:
    advice = "What came before was read. If it is sound, unpack it and name the folder as a source."
    return BombError("archive bomb", f"{found} {advice}")


class Readable(Protocol):
    """What gives bytes."""

    def read(self, most: int, /) -> bytes:
        """At most *most* bytes; none at the end."""


class Unpacked(io.RawIOBase):
    """A raw stream over what unpacks, counted; what is wrong with the packed bytes comes as a `RejectedError`.

    What could be read before a break is given first.
    """

    def __init__(self, source: Readable, budget: Budget) -> None:
        self._source, self._budget = source, budget
        self._broken: RejectedError | OSError | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill *buffer* as far as there is something.

        Raises:
            RejectedError: The packed bytes are broken here, or unpack to too much.
            OSError: They cannot be read.
        """
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view) and (data := self._next(len(view) - filled)):
            view[filled : filled + len(data)] = data
            filled += len(data)
        if self._broken and not filled:
            raise self._broken
        return filled

    def _next(self, most: int) -> bytes:
        if self._broken:
            return b""
        try:
            with translated():
                data = self._source.read(min(most, _PIECE))
            self._budget.spend(len(data))
        except (RejectedError, OSError) as exc:
            self._broken = exc
            return b""
        return data


@contextmanager
def translated() -> Iterator[None]:
    """What the libraries say of broken bytes as a `RejectedError`."""
    try:
        yield
    except EOFError as exc:
        raise RejectedError("cut off", _detail("It ends in the middle of what is packed", exc)) from exc
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, UnicodeError) as exc:
        raise RejectedError("broken archive", _detail("It cannot be unpacked further", exc)) from exc
    except (NotImplementedError, RuntimeError) as exc:
        raise RejectedError("packed in an unknown way", _detail("This newsearch cannot unpack it", exc)) from exc


def _detail(what: str, exc: Exception) -> str:
    return f"{what} ({exc}). What came before was read; fetch or copy the file again."


def entry_of(path: str, source: Readable, budget: Budget, size: int | None = None) -> Entry:
    """What *source* unpacks to, as readers get it.

    Raises:
        RejectedError: It is broken from its beginning.
        OSError: It cannot be read.
    """
    stream: BufferedReader = io.BufferedReader(Unpacked(source, budget), _PIECE)
    return Entry(path, stream, stream.peek(HEAD)[:HEAD], size)


class _Frames:
    """Bytes of a stream that is packed in one frame or several, one after the other."""

    def __init__(self, packed: BufferedReader, unpacker: Callable[[], Any], piece: int) -> None:
        self._packed, self._unpacker, self._piece = packed, unpacker, piece
        self._ready, self._rest = io.BytesIO(), b""
        self._frame: Any = None

    def read(self, most: int, /) -> bytes:
        """At most *most* bytes; none at the end.

        Raises:
            EOFError: The last frame is cut off.
        """
        while not (data := self._ready.read(most)):
            if self._frame is not None and self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
            given = self._given()
            if given is None:
                return b""
            self._ready = io.BytesIO(self._unpack(given))
        return data

    def _given(self) -> bytes | None:
        """The next packed bytes; none to let the frame go on with those it has, None at the end."""
        if self._frame is not None and not getattr(self._frame, "needs_input", True):
            return b""
        given = self._rest or self._packed.read(self._piece)
        self._rest = b""
        if given:
            return given
        if self._frame is not None:
            raise EOFError("the end of the last frame is missing")
        return None

    def _unpack(self, given: bytes) -> bytes:
        if self._frame is None:
            given = given.lstrip(b"\0")  # xz pads its streams
            if not given:
                return b""
            self._frame = self._unpacker()
        data: bytes = self._frame.decompress(given, _PIECE) if self._piece == _PIECE else self._frame.decompress(given)
        return data


def gunzipped(packed: BufferedReader) -> Readable:
    """What a gzip stream of one member or several unpacks to."""
    return _Read1(gzip.GzipFile(fileobj=packed))


class _Read1:
    """`gzip` reads until it has all that was asked for, and loses it where it then meets a break."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file

    def read(self, most: int, /) -> bytes:
        """At most *most* bytes; none at the end."""
        return self._file.read1(most)


def unxzed(packed: BufferedReader) -> Readable:
    """What an xz stream unpacks to."""
    return _Frames(packed, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY), _PIECE)


def unzstded(packed: BufferedReader) -> Readable:
    """What a zstd stream unpacks to."""
    return _Zstd(packed)


class _Zstd(_Frames):
    def __init__(self, packed: BufferedReader) -> None:
        from zstandard import ZstdDecompressor

        super().__init__(packed, ZstdDecompressor(max_window_size=_WINDOW).decompressobj, _ZSTD_PIECE)

    def read(self, most: int, /) -> bytes:
        """At most *most* bytes; none at the end.

        Raises:
            RejectedError: They are broken.
        """
        from zstandard import ZstdError

        try:
            return super().read(most)
        except ZstdError as exc:
            raise RejectedError("broken archive", _detail("It cannot be unpacked further", exc)) from exc
