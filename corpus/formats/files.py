"""Files to raw records: opened as deep as they are packed, told apart by content, split; all comes out, if only as a reject.

Nothing here holds more of a file than its format allows: sizes are asked before reading, lines are read up to a limit.
"""

from __future__ import annotations

import io
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from newsearch.corpus.containers import entries
from newsearch.corpus.formats.base import HEAD, MAX_HTML_BYTES, WHAT_IS_READ, Entry, Kind, RawRecord, RejectedError
from newsearch.corpus.formats.feed import read_feed
from newsearch.corpus.formats.jsonfiles import read_json, read_lines
from newsearch.corpus.formats.table import read_table
from newsearch.corpus.formats.whole import read_whole
from newsearch.corpus.report import PAGE_PART, Reject, Skipped
from newsearch.corpus.sidecars import mirrored_url, only_describes, sidecar_url
from newsearch.corpus.sniffing import Format, format_of, is_asset, suffix_of
from newsearch.corpus.streams import BombError, Budget
from newsearch.corpus.text import words
from newsearch.corpus.walking import Found, file_status, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[Entry], Iterator[RawRecord | Reject]]

MAX_DUMP_BYTES: Final = 20_000_000
"""A page of text; the longest articles have some 0.1 MB."""
_BUFFER: Final = 1 << 16
_NOT_ARTICLES: Final = words(
    "readme license licence notice copying changelog changes authors contributing contributors install todo manifest "
    "robots requirements liesmich lizenz sources quellen"
)


def raw_records(found: Found, root: str = "") -> Iterator[RawRecord | Reject]:
    """Everything that *found* holds, record by record; a reject where there is no record.

    A JSON file that only describes the page beside it gives nothing.

    Args:
        found: The file.
        root: The source's absolute path, whose last folder may be a mirror's host.
    """
    try:
        size = file_status(found).st_size
        stream: io.BufferedReader = io.BufferedReader(io.FileIO(found.file), _BUFFER)
        with stream:
            outer = Entry(found.path, stream, stream.peek(HEAD)[:HEAD], size)
            for entry in entries(outer, Budget(size)):
                yield from [entry] if isinstance(entry, Reject) else _records(entry, found, root)
    except OSError as exc:
        yield unreadable(found.path, exc)
    except RejectedError as exc:
        yield exc.at(found.path)


def _records(entry: Entry, found: Found, root: str) -> Iterator[RawRecord | Reject]:
    """What one file gives; where it breaks off, the others of its archive are still read."""
    try:
        yield from _read(entry, found, root)
    except BombError:
        raise
    except RejectedError as exc:
        yield exc.at(entry.path)


def _read(entry: Entry, found: Found, root: str) -> Iterator[RawRecord | Reject]:
    if is_asset(entry.path) and (found.among_pages or entry.path != found.path):
        yield Skipped(entry.path, PAGE_PART)
        return
    kind = format_of(entry.head, entry.path)
    if kind is Format.HTML:
        yield _page(entry, found, root)
        return
    reader = _READERS.get(kind) if kind else None
    if reader is None:
        yield _unknown(entry)
        return
    if not entry.head:
        raise RejectedError("empty file", "Found 0 bytes. If there should be an article: copy the file here again.")
    for raw in reader(entry):
        if not (found.beside_page and isinstance(raw, RawRecord) and raw.record == 0 and only_describes(raw.raw)):
            yield raw


def _unknown(entry: Entry) -> Reject:
    suffix = suffix_of(entry.path)
    detail = f"Found {f'a {suffix} file' if suffix else 'a file without a suffix'}. {WHAT_IS_READ}"
    return Reject(entry.path, "not a known format", detail)


def _read_dump(entry: Entry) -> Iterator[RawRecord]:
    stem = PurePosixPath(entry.path).stem
    if stem.split(".")[0].lower() in _NOT_ARTICLES:
        raise RejectedError(
            "not an article", f"A file named {stem} describes a folder. If it is an article, rename it."
        )
    advice = "A dump is one page; split the file, one article each."
    yield RawRecord(entry.path, 0, Kind.DUMP, read_whole(entry.stream.read, MAX_DUMP_BYTES, entry.size, advice))


def _page(entry: Entry, found: Found, root: str) -> RawRecord:
    advice = "Save the page without what is packed into it, or leave it out."
    raw = read_whole(entry.stream.read, MAX_HTML_BYTES, entry.size, advice)
    if entry.path == found.path:
        url = sidecar_url(found.beside) or mirrored_url(root, entry.path)
    else:
        url = mirrored_url("", entry.path[len(found.path) + 1 :])
    return RawRecord(entry.path, 0, Kind.HTML, raw, url)


def _read_web_archive(entry: Entry) -> Iterator[RawRecord | Reject]:
    from newsearch.corpus.formats.warc import read_warc  # seldom needed

    return read_warc(entry)


_READERS: Final[dict[Format, Reader]] = {
    Format.DUMP: _read_dump,
    Format.JSON_LINES: read_lines,
    Format.JSON: read_json,
    Format.TABLE: read_table,
    Format.FEED: read_feed,
    Format.WEB_ARCHIVE: _read_web_archive,
}
