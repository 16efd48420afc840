"""What every reader gives: raw records, and articles parsed from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from newsearch.corpus.errors import NewsearchError
from newsearch.corpus.report import Dropped, Reject, Skipped

if TYPE_CHECKING:
    from datetime import datetime
    from io import BufferedReader

    from newsearch.corpus.article import Article
    from newsearch.corpus.text import Decoded

READER_VERSION: Final = 2
"""Raise it when a reader or the cleaner makes another article of the same bytes: then everything is read anew."""

MAX_HTML_BYTES: Final = 10_000_000
"""The largest of the 439 pages in ../shared/pages has 2.2 MB; one of 10 MB takes some 4 s and 0.4 GB to read."""

WHAT_IS_READ: Final = (
    "What is read: text dumps of news pages (.txt, one page a file), HTML pages, JSON articles (.jsonl and .ndjson, one a "
    "line; .json, one object, an array or lines), CSV, RSS and Atom, WARC and ARC; also in .gz, .xz, .zst, .zip and .tar."
)


Fields = tuple[tuple[str, tuple[str, ...]], ...]
"""Further names of an article's attributes, ``(("title", ("kopf.titel",)),)``: plain, so that a worker may be sent them."""


class Kind(StrEnum):
    """How a raw record is to be parsed."""

    DUMP = "dump"
    RECORD = "record"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """An article as its file holds it.

    Attributes:
        path: The file below its source.
        record: Line or number of the record, from 1; 0 where the file is one article.
        kind: How to parse it.
        raw: The bytes of the file, the line or the array's element.
        url: The address that what is around the bytes names (a WARC record, a file beside the page), or empty.
        charset: The encoding that it names, or empty.
        fields: Of a RECORD, further names of its attributes.
    """

    path: str
    record: int
    kind: Kind
    raw: bytes
    url: str = ""
    charset: str = ""
    fields: Fields = ()

    @property
    def place(self) -> str:
        """The file, with ``:record`` where it holds several."""
        return f"{self.path}:{self.record}" if self.record else self.path

    @property
    def key(self) -> bytes:
        """SHA-256 of the reader's version, the kind, the bytes and what is said beside them: equal keys give equal articles."""
        return self._key(READER_VERSION)

    @property
    def keys(self) -> list[bytes]:
        """The key that each reader so far gave these bytes, the present one's last."""
        return [self._key(version) for version in range(1, READER_VERSION + 1)]

    def _key(self, version: int) -> bytes:
        beside = f"{self.url}\0{self.charset}\0" if self.url or self.charset else ""
        beside += f"{self.fields!r}\0" if self.fields else ""
        digest = hashlib.sha256(f"{version}\0{self.kind}\0{beside}".encode())
        digest.update(self.raw)
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file's content, decompressed, as a reader gets it: to be read once, from its beginning.

    Attributes:
        path: Below the source; a container's members stand behind its own path: ``2025.tar.gz/06/story.html``.
        stream: The content. It raises OSError (EOFError among others) or `RejectedError` where it breaks off; whoever called
            the reader turns that into a reject, and what was yielded before stays.
        head: Its first HEAD bytes, or all of it; *stream* gives them once more.
        size: Bytes of the content where they are known before reading, else None.
    """

    path: str
    stream: BufferedReader
    head: bytes
    size: int | None = None


HEAD: Final = 16_384
"""Bytes of a file that are looked at to tell its format: an HTML page may begin with kilobytes of comments."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article without a place, and what of its page is not part of it."""

    article: Article
    dropped: tuple[Dropped, ...] = ()


class RejectedError(NewsearchError):
    """A file or record holds no article.

    Attributes:
        reason: The short reason it is counted under.
        detail: What was found, what was wanted, what to do.
        again: When it is to be read again though its file is unchanged, aware: it is held back until then. None for never.
    """

    def __init__(self, reason: str, detail: str, again: datetime | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.again = again

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, datetime | None]]:
        """Pickled as it was raised: an exception is by default made anew from its message alone."""
        return type(self), (self.reason, self.detail, self.again)

    def at(self, place: str) -> Reject:
        """This as an entry of the report."""
        return Reject(place, self.reason, self.detail, self.again)


class HeldBackError(RejectedError):
    """A record is no article, or not yet, and nothing is wrong with it."""

    def at(self, place: str) -> Reject:
        """This as an entry of the report."""
        return Skipped(place, self.reason, self.detail, self.again)


def undefined_bytes(decoded: Decoded) -> list[Dropped]:
    """A note where bytes were lost in reading."""
    if not decoded.undefined:
        return []
    return [Dropped("bytes that are no characters", f"{decoded.undefined} bytes, read as {decoded.encoding}")]
