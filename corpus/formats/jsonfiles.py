"""JSON files to records: lines, one object, an array, an object of articles. Users do not know what their tool wrote."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import orjson

from newsearch.corpus.formats.base import WHAT_IS_READ, Kind, RawRecord, RejectedError
from newsearch.corpus.formats.jsonarray import array_elements
from newsearch.corpus.formats.records import load_json, type_names
from newsearch.corpus.formats.whole import read_whole
from newsearch.corpus.report import Reject
from newsearch.corpus.text import decode, is_binary, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsearch.corpus.formats.base import Entry

MAX_LINE_BYTES: Final = 16_000_000
MAX_JSON_BYTES: Final = 128_000_000
"""A JSON object that holds articles is held in memory as a whole, some five times its size; an array is not."""
_MARKS: Final = b" \t\r\n\xef\xbb\xbf"
_LISTS: Final = words("articles data docs documents entries items news posts records results")
"""What lists of articles are called in answers of services, where other fields stand beside them."""
_ADVICE: Final = "Write it as JSON lines (.jsonl), one article a line, which may be of any length."
_LOOK_LINES: Final = 8
"""Lines of a broken JSON document among which one whole object tells that it is JSON lines."""
_SKIP_BYTES: Final = 1 << 20


def read_lines(entry: Entry) -> Iterator[RawRecord | Reject]:
    """The lines of a file of JSON objects.

    Raises:
        RejectedError: It is no text, or holds empty lines only.
    """
    with _opened(entry) as readline:
        yield from _lines(entry.path, bounded_lines(readline))


def _lines(path: str, lines: Iterable[bytes | None]) -> Iterator[RawRecord | Reject]:
    number = met = 0
    for number, line in enumerate(lines, start=1):
        if line is None:
            yield _too_long(path, number)
        elif stripped := line.strip(_MARKS):
            yield RawRecord(path, number, Kind.RECORD, stripped)
        else:
            continue
        met += 1
    if not met:
        raise RejectedError("empty file", f"Found {number} empty lines, wanted one JSON object a line.")


@contextmanager
def _opened(entry: Entry) -> Iterator[Callable[[int], bytes]]:
    """A file to be read line by line; one marked as UTF-16 or UTF-32 is turned into UTF-8 on the way.

    Raises:
        RejectedError: The file is no text.
    """
    if is_binary(entry.head):
        raise RejectedError("binary file", f"It has NUL bytes, so it is no text. {WHAT_IS_READ}")
    encoding = decode(entry.head[:4]).encoding
    if encoding in ("utf-16", "utf-32"):
        with io.TextIOWrapper(entry.stream, encoding=encoding, errors="replace", newline="\n") as text:
            yield lambda most: text.readline(most).encode()
    else:
        yield entry.stream.readline


def _too_long(path: str, number: int) -> Reject:
    detail = (
        f"Found a line of more than {MAX_LINE_BYTES / 1e6:.0f} MB, wanted one article a line. "
        "It was skipped and the lines after it were read; write the file with a line end after each object."
    )
    return Reject(f"{path}:{number}", "line too long", detail)


def bounded_lines(readline: Callable[[int], bytes], most: int = MAX_LINE_BYTES) -> Iterator[bytes | None]:
    """The lines that *readline* gives; None for one of more than *most* bytes, of which no more is ever held."""
    while line := readline(most + 1):
        if len(line) > most and not line.endswith(b"\n"):
            while (rest := readline(_SKIP_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line


def read_json(entry: Entry) -> Iterator[RawRecord | Reject]:
    """By content: lines where the first is whole by itself and more follow, else one document.

    Raises:
        RejectedError: It is no text, too large for a document, or no article and no array of them.
    """
    if is_binary(entry.head):
        yield from _read_document(entry.path, read_whole(entry.stream.read, MAX_JSON_BYTES, entry.size, _ADVICE))
        return
    with _opened(entry) as readline:
        begin, first = _first_line(readline)
        between, second = _first_line(readline) if _is_object(first) else (b"", b"")
        if begin.strip(_MARKS).startswith(b"["):
            yield from _read_array(entry.path, readline, begin)
        elif second:
            yield from _lines(entry.path, bounded_lines(_pushed_back(begin + between, readline)))
        else:
            raw = read_whole(readline, MAX_JSON_BYTES, entry.size, _ADVICE, begin + between)
            yield from _read_document(entry.path, raw)


def _read_array(path: str, readline: Callable[[int], bytes], begin: bytes) -> Iterator[RawRecord | Reject]:
    number = 0
    try:
        for number, raw in enumerate(array_elements(readline, begin), start=1):
            yield RawRecord(path, number, Kind.RECORD, raw)
    except RejectedError as exc:
        yield exc.at(f"{path}:{number + 1}")
        return
    if not number:
        raise RejectedError(
            "not an object", "Found an empty array, wanted an article as a JSON object or an array of them."
        )


def _first_line(readline: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """All up to the end of the first line that is not empty, as far as a line may go; and that line."""
    begin = b""
    while line := readline(MAX_LINE_BYTES):
        begin += line
        if line.strip():
            return begin, line
    return begin, b""


def _pushed_back(begin: bytes, readline: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """What reads *begin* once more, before what follows it."""
    held = io.BytesIO(begin)

    def read(most: int) -> bytes:
        line = held.readline(most)
        return line if line.endswith(b"\n") or len(line) >= most else line + readline(most - len(line))

    return read


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(load_json(line.strip())[1], dict)
    except RejectedError:
        return False


def _read_document(path: str, raw: bytes) -> Iterator[RawRecord | Reject]:
    if is_binary(raw):
        raise RejectedError("binary file", f"It has NUL bytes, so it is no text. {WHAT_IS_READ}")
    try:
        records = _records_of(load_json(raw)[1])
    except RejectedError:
        if not any(_is_object(line.encode()) for line in decode(raw).text.split("\n", _LOOK_LINES)[1:_LOOK_LINES]):
            raise
        yield from _lines(path, bounded_lines(io.BytesIO(raw).readline))  # lines whose first one is broken
        return
    if records is None:
        yield RawRecord(path, 0, Kind.RECORD, raw)
        return
    for number, record in enumerate(records, start=1):
        yield RawRecord(path, number, Kind.RECORD, _dump(record))


def _dump(record: object) -> bytes:
    try:
        return orjson.dumps(record)
    except (TypeError, ValueError):  # halves of characters, integers beyond 64 bits
        return json.dumps(record).encode()


def _records_of(value: object) -> list[object] | None:
    """The records of a document, or None where it is one record itself.

    Raises:
        RejectedError: It is no object.
    """
    if not isinstance(value, dict):
        found = type_names.get(type(value), repr(value))
        raise RejectedError("not an object", f"Found {found}, wanted an article as a JSON object or an array of them.")
    inner = list(value.values())
    lists = [one for one in inner if isinstance(one, list) and one and isinstance(one[0], dict)]
    if len(lists) == 1 and (len(inner) == 1 or any(value.get(name) is lists[0] for name in _LISTS)):
        return lists[0]  # {"articles": [...]}, {"status": "ok", "results": [...]}
    return (
        inner if inner and all(isinstance(item, dict) for item in inner) else None
    )  # {"V1": {...}}, as Fundus's tests
