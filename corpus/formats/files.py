"""Sources to raw records: folders are walked, files split; all that is met comes out, if only as a reject.

Nothing here holds more of a file than its format allows: sizes are asked before reading, lines are read up to a limit.
"""

from __future__ import annotations

import io
import json
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

import orjson

from newsearch.corpus.formats.base import WHAT_IS_READ, Kind, RawRecord, RejectedError
from newsearch.corpus.formats.records import load_json, type_names
from newsearch.corpus.report import Reject
from newsearch.corpus.text import decode, is_binary, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_DUMP_BYTES: Final = 20_000_000
"""A page of text; the longest articles have some 0.1 MB."""
MAX_LINE_BYTES: Final = 16_000_000
MAX_JSON_BYTES: Final = 128_000_000
"""A JSON array is held in memory as a whole, some five times its size."""
_ANY_SIZE: Final = 1 << 62
_PEEK_BYTES: Final = 4096
_LOOK_LINES: Final = 8
"""Lines of a broken JSON document among which one whole object tells that it is JSON lines."""
_SKIP_BYTES: Final = 1 << 20
_NOT_ARTICLES: Final = words(
    "readme license licence notice copying changelog changes authors contributing contributors install todo manifest "
    "robots requirements liesmich lizenz sources quellen"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a source holds.

    Attributes:
        path: Below the source, POSIX form.
        file: Where to open it.
    """

    path: str
    file: str


def walk(root: str) -> Iterator[Found | Reject]:
    """The files of a source in sorted order, so that two runs agree; what is hidden and indexes of ours are skipped.

    A link to a folder is not followed (it may lead back here) but reported.

    Args:
        root: File or folder, absolute.
    """
    if os.path.isdir(root):  # noqa: PTH112 - strings on the way of a million files
        yield from _walk_folder(root, "")
    else:
        yield from _checked(Found(os.path.basename(root), root))  # noqa: PTH119


def _walk_folder(folder: str, below: str) -> Iterator[Found | Reject]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as exc:
        yield _unreadable(below or ".", exc)
        return
    for entry in found:
        path = f"{below}{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if _is_index(entry.path):
                continue
            yield from _walk_folder(entry.path, f"{path}/")
        elif entry.is_symlink() and os.path.isdir(entry.path):  # noqa: PTH112
            detail = "A link to a folder is not followed. To read it, name the folder itself as a source."
            yield Reject(_printable(path), "link to a folder", detail)
        else:
            yield from _checked(Found(path, entry.path))


def _is_index(folder: str) -> bool:
    """Whether *folder* is an index of ours, as `newsearch build .` makes one among the articles: it is no source."""
    parts = (os.path.join(folder, "settings.toml"), os.path.join(folder, "generations"))  # noqa: PTH118
    return os.path.isfile(parts[0]) and os.path.isdir(parts[1])  # noqa: PTH112, PTH113


def _checked(found: Found) -> Iterator[Found | Reject]:
    """*found*, unless its name is no text: nothing could name such a file in a result."""
    try:
        found.path.encode("utf-8")
        yield found
    except UnicodeEncodeError:
        yield Reject(_printable(found.path), "file name is not UTF-8", "Rename the file, for example with convmv.")


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()


def _unreadable(place: str, exc: OSError) -> Reject:
    detail = (
        f"{exc.strerror or exc}. Wanted a file or folder that this user may read; check its permissions and its disk."
    )
    return Reject(_printable(place), "cannot be read", detail)


def raw_records(found: Found) -> Iterator[RawRecord | Reject]:
    """Everything that *found* holds, record by record; at least one entry, a reject where there is no record."""
    path = PurePosixPath(found.path)
    reader = _READERS.get(path.suffix.lower(), _unknown)
    try:
        yield from reader(found)
    except OSError as exc:
        yield _unreadable(found.path, exc)
    except RejectedError as exc:
        yield exc.at(found.path)


def _size(found: Found, most: int, advice: str) -> int:
    """The file's size in bytes, without opening it.

    Raises:
        RejectedError: It is empty, larger than *most*, or no file (a pipe would be waited on for ever).
        OSError: It is gone, or not to be looked at.
    """
    status = os.stat(found.file)  # noqa: PTH116
    if not stat.S_ISREG(status.st_mode):
        raise RejectedError("not a file", "Found a pipe, socket or device, wanted a file.")
    if status.st_size > most:
        raise RejectedError(
            "too large", f"Found {status.st_size / 1e6:,.0f} MB, wanted at most {most / 1e6:,.0f} MB. {advice}"
        )
    if not status.st_size:
        raise RejectedError("empty file", "Found 0 bytes. If there should be an article: copy the file here again.")
    return status.st_size


def _unknown(found: Found) -> Iterator[RawRecord | Reject]:
    suffix = PurePosixPath(found.path).suffix
    detail = f"Found {f'a {suffix} file' if suffix else 'a file without a suffix'}. {WHAT_IS_READ}"
    yield Reject(found.path, "not a known format", detail)


def _read_dump(found: Found) -> Iterator[RawRecord | Reject]:
    stem = PurePosixPath(found.path).stem
    if stem.split(".")[0].lower() in _NOT_ARTICLES:
        raise RejectedError(
            "not an article", f"A file named {stem} describes a folder. If it is an article, rename it."
        )
    _size(found, MAX_DUMP_BYTES, "A dump is one page; split the file, one article each.")
    yield RawRecord(found.path, 0, Kind.DUMP, Path(found.file).read_bytes())


def _read_lines(found: Found) -> Iterator[RawRecord | Reject]:
    _size(found, _ANY_SIZE, "")
    number = met = 0
    with _open_lines(found) as readline:
        for number, line in enumerate(bounded_lines(readline), start=1):
            if line is None:
                yield _too_long(found, number)
            elif stripped := line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield RawRecord(found.path, number, Kind.RECORD, stripped)
            else:
                continue
            met += 1
    if not met:
        raise RejectedError("empty file", f"Found {number} empty lines, wanted one JSON object a line.")


@contextmanager
def _open_lines(found: Found) -> Iterator[Callable[[int], bytes]]:
    """Opens a file to be read line by line; one marked as UTF-16 or UTF-32 is turned into UTF-8 on the way.

    Raises:
        RejectedError: The file is no text.
    """
    with Path(found.file).open("rb") as file:
        head = file.peek(_PEEK_BYTES)[:_PEEK_BYTES]
        if is_binary(head):
            raise RejectedError("binary file", f"It has NUL bytes, so it is no text. {WHAT_IS_READ}")
        encoding = decode(head[:4]).encoding
        if encoding in ("utf-16", "utf-32"):
            with io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n") as text:
                yield lambda most: text.readline(most).encode()
        else:
            yield file.readline


def _too_long(found: Found, number: int) -> Reject:
    detail = (
        f"Found a line of more than {MAX_LINE_BYTES / 1e6:.0f} MB, wanted one article a line. "
        "It was skipped and the lines after it were read; write the file with a line end after each object."
    )
    return Reject(f"{found.path}:{number}", "line too long", detail)


def bounded_lines(readline: Callable[[int], bytes], most: int = MAX_LINE_BYTES) -> Iterator[bytes | None]:
    """The lines that *readline* gives; None for one of more than *most* bytes, of which no more is ever held."""
    while line := readline(most + 1):
        if len(line) > most and not line.endswith(b"\n"):
            while (rest := readline(_SKIP_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line


def _read_json(found: Found) -> Iterator[RawRecord | Reject]:
    """By content: lines where the first is whole by itself and more follow, else one document."""
    _size(found, _ANY_SIZE, "")
    with Path(found.file).open("rb") as file:
        first = _first_line(file)
        more = bool(file.read(_PEEK_BYTES).strip())
    if more and _is_object(first):
        yield from _read_lines(found)
    else:
        yield from _read_document(found)


def _first_line(file: BinaryIO) -> bytes:
    """The first line that is not empty, as far as a line may go."""
    while line := file.readline(MAX_LINE_BYTES):
        if line.strip():
            return line
    return b""


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(load_json(line.strip())[1], dict)
    except RejectedError:
        return False


def _read_document(found: Found) -> Iterator[RawRecord | Reject]:
    _size(found, MAX_JSON_BYTES, "Write it as JSON lines (.jsonl), one article a line, which may be of any length.")
    raw = Path(found.file).read_bytes()
    if is_binary(raw):
        raise RejectedError("binary file", f"It has NUL bytes, so it is no text. {WHAT_IS_READ}")
    try:
        records = _records_of(load_json(raw)[1])
    except RejectedError:
        if not any(_is_object(line.encode()) for line in decode(raw).text.split("\n", _LOOK_LINES)[1:_LOOK_LINES]):
            raise
        yield from _read_lines(found)  # lines whose first one is broken
        return
    if records is None:
        yield RawRecord(found.path, 0, Kind.RECORD, raw)
        return
    for number, record in enumerate(records, start=1):
        yield RawRecord(found.path, number, Kind.RECORD, _dump(record))


def _dump(record: object) -> bytes:
    try:
        return orjson.dumps(record)
    except (TypeError, ValueError):  # halves of characters, integers beyond 64 bits
        return json.dumps(record).encode()


def _records_of(value: object) -> list[object] | None:
    """The records of a document, or None where it is one record itself.

    Raises:
        RejectedError: It is an empty array, or no array and no object.
    """
    if isinstance(value, list) and value:
        return value
    if not isinstance(value, dict):
        found = "an empty array" if value == [] else type_names.get(type(value), repr(value))
        raise RejectedError("not an object", f"Found {found}, wanted an article as a JSON object or an array of them.")
    inner = list(value.values())
    if len(inner) == 1 and isinstance(inner[0], list) and inner[0] and isinstance(inner[0][0], dict):
        return inner[0]  # {"articles": [...]}
    return (
        inner if inner and all(isinstance(item, dict) for item in inner) else None
    )  # {"V1": {...}}, as Fundus's tests


_READERS: Final[dict[str, Callable[[Found], Iterator[RawRecord | Reject]]]] = {
    ".txt": _read_dump,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".json": _read_json,
}
