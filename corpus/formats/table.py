"""CSV and TSV files: a row is a record, its header names the fields."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

import orjson

from newsearch.corpus.formats.base import WHAT_IS_READ, Kind, RawRecord, RejectedError
from newsearch.corpus.report import Reject
from newsearch.corpus.text import decode, is_binary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    from newsearch.corpus.formats.base import Entry

    class _Rows(Protocol):
        """What `csv.reader` gives; its class has no public name."""

        line_num: int

        def __next__(self) -> list[str]: ...
        def __iter__(self) -> Iterator[list[str]]: ...


MAX_FIELD: Final = 16_000_000
"""Characters of a field or line; a quotation mark that never closes would make one of the rest of the file."""
_SEPARATORS: Final = ",;\t|"
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_ESCAPED: Final = re.compile("[\udc80-\udcff]")


def read_table(entry: Entry) -> Iterator[RawRecord | Reject]:
    """The rows below the header, each a RECORD whose fields are named as the header says, numbered from 1.

    The separator is the one of ``, ; tab |`` that the header has most of. Quoted fields may hold line ends. A row that is
    broken, or has another number of fields than the header, is rejected, and the next one read.

    Raises:
        RejectedError: It is no text, or has no header or no rows.
        OSError: The stream cannot be read further.
    """
    if is_binary(entry.head):
        raise RejectedError("binary file", f"It has NUL bytes, so it is no text. {WHAT_IS_READ}")
    encoding = decode(entry.head[:4]).encoding
    wide = encoding in ("utf-16", "utf-32")
    errors = "replace" if wide else "surrogateescape"
    csv.field_size_limit(MAX_FIELD)
    with io.TextIOWrapper(entry.stream, encoding if wide else "utf-8-sig", errors, newline="") as text:
        rows = csv.reader(_lines(text), delimiter=_separator(entry.head), strict=True)
        yield from _records(entry.path, rows)


def _records(path: str, rows: _Rows) -> Iterator[RawRecord | Reject]:
    names, number = _header(rows), 0
    while True:
        number, line = number + 1, rows.line_num + 1
        place = f"{path}:{number}"
        try:
            row = next(rows, None)
        except csv.Error as exc:
            wanted = 'Wanted quotation marks in pairs; write "" for one within a field.'
            yield Reject(place, "broken row", f"The row that begins in line {line} cannot be read ({exc}). {wanted}")
            continue
        if row is None:
            break
        if any(row):
            yield _record(path, number, names, row, line)
    if number == 1:
        raise RejectedError("empty file", "Found a header and no rows, wanted one article a row.")


def _header(rows: _Rows) -> list[str]:
    try:
        names = [name.strip() for name in next(rows, [])]
    except csv.Error:
        names = []
    if sum(map(bool, names)) < 2:  # noqa: PLR2004 - one column is a list of lines
        raise RejectedError("no header", f"Found {names[:1]} as the first line, wanted the names of the columns.")
    return names


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines, bytes that are no UTF-8 read as Windows-1252; one too long ends the reading."""
    while line := text.readline(MAX_FIELD):
        if len(line) == MAX_FIELD:
            raise RejectedError("line too long", f"Found a line of more than {MAX_FIELD / 1e6:.0f} million characters.")
        if not line.isascii() and _ESCAPED.search(line):
            line = decode(line.encode("utf-8", "surrogateescape")).text
        yield line


def _separator(head: bytes) -> str:
    first = _QUOTED.sub("", decode(head).text).lstrip("\r\n").partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _record(path: str, number: int, names: Sequence[str], row: Sequence[str], line: int) -> RawRecord | Reject:
    if len(row) < len(names) or any(row[len(names) :]):
        found = f"Found {len(row)} fields in line {line}, wanted {len(names)} as the header has. Quote what holds a separator."
        return Reject(f"{path}:{number}", "other fields than the header", found)
    fields: dict[str, str] = {}
    for name, value in zip(names, row, strict=False):
        if name and value:
            fields.setdefault(name, value)
    return RawRecord(path, number, Kind.RECORD, orjson.dumps(fields))
