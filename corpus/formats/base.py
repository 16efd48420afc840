"""What every reader gives: raw records, and articles parsed from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import NewsearchError
from newsearch.corpus.report import Dropped, Reject

if TYPE_CHECKING:
    from io import BufferedReader

    from newsearch.corpus.article import Article
    from newsearch.corpus.text import Decoded

READER_VERSION: Final = 2
"""Raise it when a reader or the cleaner makes another article of the same bytes: then everything is read anew."""

WHAT_IS_READ: Final = (
    "What is read: text dumps of news pages (.txt, one page a file) and JSON articles "
    "(.jsonl and .ndjson, one a line; .json, one object, an array or lines)."
)


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
    """

    path: str
    record: int
    kind: Kind
    raw: bytes
    url: str = ""
    charset: str = ""

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
        return hashlib.sha256(f"{version}\0{self.kind}\0{beside}".encode() + self.raw).digest()


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
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def at(self, place: str) -> Reject:
        """This as an entry of the report."""
        return Reject(place, self.reason, self.detail)


def undefined_bytes(decoded: Decoded) -> list[Dropped]:
    """A note where bytes were lost in reading."""
    if not decoded.undefined:
        return []
    return [Dropped("bytes that are no characters", f"{decoded.undefined} bytes, read as {decoded.encoding}")]
