"""The plain bytes of a WARC or ARC file, cut into records; a broken one says so, and the next one is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.http import read_fields
from newsearch.corpus.formats.members import Break

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RECORD_BYTES: Final = 16_000_000
"""A record that is held whole; longer ones (videos) are passed over. A page may have 10 MB."""
_MAX_HEAD: Final = 64_000
_KEEP: Final = 4096
"""Bytes in which the beginning of a record is recognised, an address of 2,000 characters included."""
_WARC: Final = rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[A-Za-z])"
_ARC: Final = (
    rb"(?P<url>[A-Za-z][\w+.-]{1,15}:[^\r\n]{1,2000}) (?P<ip>\S{1,50}) (?P<date>\d{12,20}) (?P<mime>\S{1,200})"
    rb"(?: [^\r\n]{0,400})? (?P<length>[-\w]{1,20})\r?\n"
)
"""Address, IP, date, type, in version 2 also status, checksum, redirect, offset and file; length."""
_BEGINS_WARC, _BEGINS_ARC = re.compile(_WARC), re.compile(_ARC)
_BEGINS: Final = re.compile(rb"(?<=\n)(?:%b|%b)" % (_WARC, _ARC))
_BLANK: Final = re.compile(rb"[\r\n \t\0]*")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_BETWEEN: Final = (b"\r\n\r\n", b"\n\n")
"""What ends a WARC record; in ARC files one line end does."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says of itself.

    Attributes:
        kind: Its type in lower case; of an ARC record ``response``, or ``filedesc`` for the one that describes the file.
        url: The address that it was fetched from, as written but for spaces, or empty.
        mime: Its type, in lower case and without parameters, or empty.
        length: Bytes of its body.
        arc: It is one of ARC, whose *mime* is that of the page.
    """

    kind: str
    url: str
    mime: str
    length: int
    arc: bool = False


class Tape:
    """Records, one after another: `goes_on`, `head`, `body`; after an error `find_next`."""

    def __init__(self, parts: Iterator[bytes | Break]) -> None:
        self._parts = parts
        self._held = bytearray()
        self._at = 0  # where that begins in the content
        self._break: Break | None = None  # what is missing behind what is held
        self._began = 0  # where the present record did

    def goes_on(self) -> bool:
        """Go past line ends and zeros; whether anything follows, if only a place where bytes are missing."""
        self._skip_blank()
        return bool(self._held) or self._break is not None

    def head(self) -> Head:
        """The head of the record that begins here, and go behind it.

        Raises:
            RejectedError: No record begins here, its head does not end, or it says no length.
        """
        self._began = self._at
        if not self._held:
            raise self._missing("")
        beginning = self._peek(_KEEP)
        if match := _BEGINS_ARC.match(beginning):
            self._drop(match.end())
            url, mime, length = (match[name].decode("latin-1") for name in ("url", "mime", "length"))
            kind = "filedesc" if url.startswith("filedesc:") else "response"
            return Head(kind, url.replace(" ", "%20"), mime.lower(), self._length(length), arc=True)
        if match := _BEGINS_WARC.match(beginning):
            fields = read_fields(self._take_fields(match.end()))
            url = fields.get("warc-target-uri", "").strip("<> ").replace(" ", "%20")
            mime = fields.get("content-type", "").partition(";")[0].strip().lower()
            length = self._length(fields.get("content-length", "none"))
            return Head(fields.get("warc-type", "").lower(), url, mime, length)
        self._drop(1)
        found = f"Found {beginning[:40].decode('latin-1')!r}, wanted a record of WARC or ARC."
        raise RejectedError("no record", self._here(found))

    def body(self, head: Head) -> bytes | None:
        """The body of the record whose head was read, and go behind it; None where it is too long to be held.

        Raises:
            RejectedError: It is cut off or damaged, or another record begins before it ends, or something else behind it.
        """
        if head.length > MAX_RECORD_BYTES:
            self._pass_over(head.length)
            return None
        if not self._fill(head.length):
            if _BEGINS.search(self._held):
                raise self._wrong_length(head)
            found = f"Found {len(self._held):,} of {head.length:,} bytes."
            self._drop(len(self._held))
            raise self._missing(found)
        self._fill(head.length + len(_BETWEEN[0]))
        between = bytes(self._held[head.length : head.length + len(_BETWEEN[0])])
        if not (between.startswith((b"\r\n", b"\n") if head.arc else _BETWEEN) or self._ends_at(head.length)):
            raise self._wrong_length(head)
        body = bytes(self._held[: head.length])
        self._drop(head.length)
        self._skip_blank()
        if not self._held and self._break and self._break.spoils:
            raise self._missing("")
        return body

    def find_next(self) -> None:
        """Go to where the next record begins, or bytes are missing, or to the end."""
        beginning = self._peek(_KEEP)
        if _BEGINS_WARC.match(beginning) or _BEGINS_ARC.match(beginning):
            return
        while True:
            if found := _BEGINS.search(self._held):
                self._drop(found.start())
                return
            self._drop(len(self._held) - _KEEP)
            if not self._more():
                self._drop(len(self._held))
                return

    def _take_fields(self, begin: int) -> bytes:
        """The fields of the head whose first line ends at *begin*, and go behind them."""
        end = _HEAD_END.search(self._peek(_KEEP), begin - 1) or _HEAD_END.search(self._peek(_MAX_HEAD), begin - 1)
        fields = self._peek(end.start() if end else _MAX_HEAD)
        if _BEGINS.search(fields, begin):
            self._drop(begin)
            raise RejectedError("no end", self._here("Its head does not end before the next record begins."))
        if end is None:
            self._drop(len(fields))
            if len(fields) == _MAX_HEAD:
                raise RejectedError("no end", self._here(f"Its head does not end within {_MAX_HEAD:,} bytes."))
            raise self._missing("Its head does not end.")
        self._drop(end.end())
        return fields[begin:]

    def _length(self, written: str) -> int:
        if not (written.isascii() and written.isdecimal()):
            found = f"Found the length {written[:20]!r}, wanted a number of bytes."
            raise RejectedError("no length", self._here(found))
        return int(written[:18])

    def _ends_at(self, length: int) -> bool:
        """Whether the tape ends, is broken or another record begins *length* bytes from here, line ends left out."""
        more = self._fill(length + _KEEP)
        rest = bytes(self._held[length : length + _KEEP])
        rest = rest[_end(_BLANK, rest) :]
        return not (rest or more) or bool(_BEGINS_WARC.match(rest) or _BEGINS_ARC.match(rest))

    def _pass_over(self, length: int) -> None:
        """Go *length* bytes on, holding none of them."""
        while length:
            if not self._held and not self._more():
                raise self._missing(f"{length:,} bytes of its body are missing.")
            if found := _BEGINS.search(self._held, 0, length):
                self._drop(found.start())
                raise RejectedError("wrong length", self._here("Another record begins before it ends."))
            part = length if length <= len(self._held) else max(len(self._held) - _KEEP, 0)
            self._drop(part)
            length -= part
            if length and not self._more():
                self._drop(len(self._held))
                raise self._missing(f"Some {length:,} bytes of its body are missing.")

    def _wrong_length(self, head: Head) -> RejectedError:
        found = f"Its length is {head.length:,} bytes, and what follows there is no end of a record."
        return RejectedError("wrong length", self._here(found))

    def _missing(self, found: str) -> RejectedError:
        """The error for what is missing here: damaged bytes, which are behind us then, or the file's end."""
        gap, self._break = self._break or Break("cut off", "The file ends; if it should not, copy it here again."), None
        return RejectedError(gap.reason, self._here(f"{found} {gap.detail}".strip()))

    def _here(self, found: str) -> str:
        return f"{found} Record at byte {self._began:,} of the content; what follows it was read."

    def _skip_blank(self) -> None:
        while True:
            self._drop(_end(_BLANK, self._held))  # lstrip would copy all that is held, for each record
            if self._held or not self._more():
                return

    def _peek(self, count: int) -> bytes:
        self._fill(count)
        return bytes(self._held[:count])

    def _fill(self, count: int) -> bool:
        """Hold *count* bytes, or all there are up to the next break; whether there are that many."""
        while len(self._held) < count:
            if not self._more():
                return False
        return True

    def _more(self) -> bool:
        """Hold another part; False at the end and where bytes are missing."""
        if self._break is not None:
            return False
        part = next(self._parts, None)
        if isinstance(part, Break):
            self._break = part
        elif part is not None:
            self._held += part
            return True
        return False

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._held[:count]
            self._at += count


def _end(pattern: re.Pattern[bytes], held: bytes | bytearray) -> int:
    """How far *pattern* goes from the beginning of *held*."""
    match = pattern.match(held)
    return match.end() if match else 0
