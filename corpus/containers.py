"""Files in files: compressed streams and archives are opened, as deep as they are nested.

A member stands behind its archive's path, `2025.tar.gz/06/story.html`. Names are only names: `..` and `/` lead nowhere. A
zip in another archive is held in memory, since it is read from its end; above SPOOL_BYTES in a nameless temporary file.
"""

from __future__ import annotations

import re
import shutil
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, Self

from newsearch.corpus.formats.base import Entry, RejectedError
from newsearch.corpus.report import Reject
from newsearch.corpus.streams import BombError, entry_of, gunzipped, translated, unxzed, unzstded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader

    from newsearch.corpus.streams import Budget, Readable

MAX_DEPTH: Final = 8
"""Containers in containers: `pages.zip/2025.tar.gz/story.html.gz` has four."""
SPOOL_BYTES: Final = 16_000_000
_MAGICS: Final[tuple[tuple[bytes, Callable[[BufferedReader], Readable]], ...]] = (
    (b"\x1f\x8b\x08", gunzipped),
    (b"\xfd7zXZ\0", unxzed),
    (b"\x28\xb5\x2f\xfd", unzstded),
)
_DICTIONARY: Final = b"\x5d\x2a\x4d\x18"
"""How a .warc.zst with a dictionary begins (IIPC, "Zstandard compression of WARC files")."""
_TAR_MAGIC: Final = slice(257, 262)
_WEB_ARCHIVE: Final = (b"WARC/", b"filedesc:")
_NAMED_WEB_ARCHIVE: Final = re.compile(r"\.w?arc(?:\.gz|\.zst)?$", re.IGNORECASE)
"""Its first record may be the broken one."""
_DOCUMENTS: Final = (b"[Content_Types].xml", b"mimetype", b"_rels/", b"META-INF/")
"""First members of office documents, books and programs, which are zip archives, too."""


def entries(entry: Entry, budget: Budget, depth: int = 0) -> Iterator[Entry | Reject]:
    """The files in *entry*: itself where it is no container. Each is to be read before the next is asked for.

    A packed web archive is one file, and given as it is packed: its reader finds what lies behind a broken record.

    Raises:
        RejectedError: It is broken, or goes on too far; what came before stands.
        OSError: It cannot be read.
    """
    opener = _opener(entry)
    if opener is None or is_web_archive(entry.head, entry.path):
        yield entry
        return
    if depth == MAX_DEPTH:
        raise RejectedError(
            "nested too deeply", f"It lies in {depth} containers, wanted at most {MAX_DEPTH}: unpack it."
        )
    for inner in opener(entry, budget):
        if isinstance(inner, Reject):
            yield inner
            continue
        try:
            yield from entries(inner, budget, depth + 1)
        except BombError:
            raise
        except RejectedError as exc:
            if inner.path == entry.path:  # what is packed in one stream is the same file
                raise
            yield exc.at(inner.path)


def _opener(entry: Entry) -> Callable[[Entry, Budget], Iterator[Entry | Reject]] | None:
    if any(entry.head.startswith(magic) for magic, _ in _MAGICS):
        return _stream
    if entry.head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if entry.head[30:].startswith(_DOCUMENTS) else _zip
    return _tar if entry.head[_TAR_MAGIC] == b"ustar" else None


def is_web_archive(head: bytes, path: str = "") -> bool:
    """Whether a file that begins with *head*, or is named so, is a WARC or ARC file, packed or not."""
    if _NAMED_WEB_ARCHIVE.search(path):
        return True
    if head.startswith(b"\x1f\x8b\x08"):
        try:
            head = zlib.decompressobj(31).decompress(head, 64)
        except zlib.error:
            return False
    elif head.startswith(_MAGICS[2][0]):
        head = _first_of_zstd(head)
    return head.startswith((*_WEB_ARCHIVE, _DICTIONARY))


def _first_of_zstd(head: bytes) -> bytes:
    from zstandard import ZstdDecompressor, ZstdError

    try:
        return ZstdDecompressor().decompressobj().decompress(head[:1024])[:64]
    except ZstdError:
        return b""


def _stream(entry: Entry, budget: Budget) -> Iterator[Entry]:
    unpack = next(unpack for magic, unpack in _MAGICS if entry.head.startswith(magic))
    yield entry_of(entry.path, unpack(entry.stream), budget)


def _member_path(entry: Entry, name: str) -> str:
    """Where a member stands; empty where its name is hidden, as those that macOS adds."""
    parts = [part for part in name.replace("\0", "").split("/") if part not in ("", ".", "..")]
    if not parts or any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return ""
    return f"{entry.path}/{'/'.join(parts)}"


class _Header(tarfile.TarInfo):
    """A member's header, which does not let a broken one pass for the archive's end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read it.

        Raises:
            ReadError: It is broken or missing.
        """
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError, tarfile.EmptyHeaderError) as exc:  # type: ignore[attr-defined]
            raise tarfile.ReadError(f"no whole header of a member: {exc}") from exc


def _tar(entry: Entry, budget: Budget) -> Iterator[Entry | Reject]:
    """As a stream: a member is gone when the next one is asked for."""
    with _tar_opened(entry.stream) as tar:
        while (member := _next_of(tar)) is not None:
            budget.count_member()
            path = "" if member.isdir() else _member_path(entry, member.name)
            if path and not member.isfile():
                yield Reject(path, "not a file", "Found a link or device in an archive, wanted a file.")
            elif path:
                yield from _opened(path, lambda: _content(tar, member), budget, member.size)


def _next_of(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    with translated():
        member = tar.next()
    tar.members = []  # type: ignore[attr-defined]  # it would keep all headers
    return member


@contextmanager
def _tar_opened(stream: BufferedReader) -> Iterator[tarfile.TarFile]:
    with translated():
        tar = tarfile.open(  # noqa: SIM115 - the errors of opening are translated, those of its user are not
            fileobj=stream, mode="r|", tarinfo=_Header, encoding="utf-8", errors="backslashreplace"
        )  # names that are no UTF-8 stay apart and can be printed
    with tar:
        yield tar


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise tarfile.ReadError("it has no content")
    return content


def _zip(entry: Entry, budget: Budget) -> Iterator[Entry | Reject]:
    with _seekable(entry) as file:
        with translated():
            archive = zipfile.ZipFile(file)
        with archive:
            for info in archive.infolist():
                budget.count_member()
                path = "" if info.is_dir() else _member_path(entry, info.filename)
                if path and info.flag_bits & 1:
                    yield Reject(path, "encrypted", "It needs a password. Unpack the archive with it.")
                elif path:
                    yield from _opened(path, lambda: archive.open(info), budget, info.file_size)  # noqa: B023 - read at once


@contextmanager
def _seekable(entry: Entry) -> Iterator[IO[bytes]]:
    if entry.stream.seekable():
        yield entry.stream
        return
    with SpooledTemporaryFile(SPOOL_BYTES) as file:
        shutil.copyfileobj(entry.stream, file)
        yield file


def _opened(path: str, open_member: Callable[[], IO[bytes]], budget: Budget, size: int) -> Iterator[Entry | Reject]:
    """A member, or why it cannot be read."""
    try:
        with translated():
            content = open_member()
        member = entry_of(path, content, budget, size)
    except BombError:
        raise
    except RejectedError as exc:
        yield exc.at(path)
    else:
        yield member
