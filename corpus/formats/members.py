"""A packed WARC file as plain bytes, with a mark wherever some of it is damaged.

Such files hold one gzip member (or zstd frame) a record, so that what lies behind a damaged one can still be read; Python's
`gzip` gives up at the first.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

_CHUNK: Final = 1 << 16
_MOST: Final = 1 << 20
"""Bytes that are unpacked at once, however tightly a bomb is packed, and packed bytes of a member that are looked through."""
_PIECE: Final = 1 << 10
"""Packed bytes that are given to zstd at once, whose library sets no limit to what comes out: 32 MB at most."""
_GZIP: Final = b"\x1f\x8b\x08"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY: Final = b"\x5d\x2a\x4d\x18"
"""A skippable frame that holds the dictionary of all frames after it (IIPC, "Zstandard compression of WARC files")."""
_TRIAL: Final = 512
_BEGINNING: Final = re.compile(rb"WARC/\d|[a-z]{2,10}:")
"""How a record begins, of WARC and of ARC."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where bytes are missing.

    Attributes:
        reason: The short reason.
        detail: Where it is and what was found.
        spoils: What came before it of the same member is not to be trusted.
    """

    reason: str
    detail: str
    spoils: bool = False


class _DamagedError(Exception):
    """What is packed cannot be unpacked."""


class _Unpacker(Protocol):
    """Unpacks one gzip member or zstd frame."""

    whole: bool
    """It has come to its end."""
    unused: bytes
    """What was given to it beyond that."""

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What *packed*, its next bytes, gives; raises _DamagedError where they give nothing."""


class _Gzip:
    def __init__(self) -> None:
        self.whole, self.unused = False, b""
        self._unpacker = zlib.decompressobj(31)

    def feed(self, packed: bytes) -> Iterator[bytes]:
        try:
            while packed:
                yield self._unpacker.decompress(packed, _MOST)
                packed = self._unpacker.unconsumed_tail
        except zlib.error as exc:
            raise _DamagedError(str(exc)) from exc
        self.whole, self.unused = self._unpacker.eof, self._unpacker.unused_data


class _Zstd:
    def __init__(self, dictionary: bytes) -> None:
        import zstandard

        self.whole, self.unused = False, b""
        self._error = zstandard.ZstdError
        known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._unpacker = zstandard.ZstdDecompressor(dict_data=known).decompressobj()

    def feed(self, packed: bytes) -> Iterator[bytes]:
        for at in range(0, len(packed), _PIECE):
            try:
                yield self._unpacker.decompress(packed[at : at + _PIECE])
            except self._error as exc:
                raise _DamagedError(str(exc)) from exc
            if self._unpacker.eof:
                self.whole, self.unused = True, self._unpacker.unused_data + packed[at + _PIECE :]
                return


def plain_parts(stream: BinaryIO) -> Iterator[bytes | Break]:
    """What *stream* holds, in order, unpacked where it is packed by gzip or zstd; a `Break` for each part that is damaged.

    Raises:
        OSError: *stream* cannot be read further.
    """
    head = stream.read(_CHUNK)
    if head.startswith(_GZIP):
        yield from _Members(stream, head, _GZIP, _Gzip).parts()
    elif head.startswith((_ZSTD, _ZSTD_DICTIONARY)):
        dictionary, head = _dictionary(stream, head)
        yield from _Members(stream, head, _ZSTD, partial(_Zstd, dictionary)).parts()
    else:
        while head:
            yield head
            head = stream.read(_CHUNK)


def _dictionary(stream: BinaryIO, head: bytes) -> tuple[bytes, bytes]:
    """The dictionary at the beginning of a zstd file, and what follows of *head*; empty where there is none."""
    if not head.startswith(_ZSTD_DICTIONARY):
        return b"", head
    end = 8 + min(int.from_bytes(head[4:8], "little"), _MOST)
    head += stream.read(max(end - len(head), 0))
    dictionary = head[8:end]
    if dictionary.startswith(_ZSTD):
        dictionary = b"".join(_Zstd(b"").feed(dictionary))
    return dictionary, head[end:]


class _Members:
    """The members of a packed file, one after another."""

    def __init__(self, stream: BinaryIO, head: bytes, magic: bytes, unpacker: Callable[[], _Unpacker]) -> None:
        self._stream = stream
        self._packed = bytearray(head)  # what was read and may be looked through again
        self._at = 0  # where that begins in the file, dictionary left out
        self._magic = magic
        self._unpacker = unpacker
        self._begun = False  # something of the present member was given out

    def parts(self) -> Iterator[bytes | Break]:
        """See `plain_parts`."""
        while self._skip_padding():
            at = self._at
            try:
                whole = yield from self._member()
            except _DamagedError as exc:
                detail = f"The packed data at byte {at:,} of the file cannot be unpacked ({exc})."
                yield Break("damaged", detail, spoils=self._begun)
                self._find_next()
                continue
            if not whole:
                yield Break("cut off", f"The file ends within the packed data that begins at its byte {at:,}.")

    def _member(self) -> Generator[bytes, None, bool]:
        """One member; returns whether it was whole."""
        unpacker, packed, self._begun = self._unpacker(), bytes(self._packed), False
        while packed:
            for part in unpacker.feed(packed):
                self._begun = self._begun or bool(part)
                yield part
            if unpacker.whole:
                self._drop(len(self._packed) - len(unpacker.unused))
                return True
            self._drop(len(self._packed) - _MOST)
            packed = self._read()
        self._drop(len(self._packed))
        return False

    def _skip_padding(self) -> bool:
        """Go past zeros, which some tools leave at the end; whether anything follows."""
        while True:
            self._drop(len(self._packed) - len(self._packed.lstrip(b"\0")))
            if self._packed or not self._read():
                return bool(self._packed)

    def _find_next(self) -> None:
        """Go to the next member in which a record begins, or to the end."""
        self._drop(1)
        while True:
            at = self._packed.find(self._magic)
            if at < 0:
                self._drop(len(self._packed) - len(self._magic) + 1)
                if not self._read():
                    self._drop(len(self._packed))
                    return
                continue
            self._drop(at)
            while len(self._packed) < _TRIAL and self._read():
                pass
            if self._begins_record():
                return
            self._drop(1)

    def _begins_record(self) -> bool:
        try:
            return _BEGINNING.match(b"".join(self._unpacker().feed(bytes(self._packed[:_TRIAL])))) is not None
        except _DamagedError:
            return False

    def _read(self) -> bytes:
        more = self._stream.read(_CHUNK)
        self._packed += more
        return more

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._packed[:count]
            self._at += count
