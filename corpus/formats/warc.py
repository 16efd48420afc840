"""WARC and ARC files: the HTML pages of what a crawler kept.

Neither warcio nor FastWARC goes on behind a broken record (docs/decisions.md), so records are found here: by their length, and
where that is wrong by how the next one begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.base import Kind, RawRecord, RejectedError
from newsearch.corpus.formats.http import read_body, read_response
from newsearch.corpus.formats.members import plain_parts
from newsearch.corpus.formats.tape import MAX_RECORD_BYTES, Tape
from newsearch.corpus.report import Reject, Skipped
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsearch.corpus.formats.base import Entry
    from newsearch.corpus.formats.tape import Head

_PAGES: Final = ("text/html", "application/xhtml+xml")
_KINDS: Final = words("warcinfo request resource metadata revisit conversion continuation filedesc")


def read_warc(entry: Entry) -> Iterator[RawRecord | Reject | Skipped]:
    """The HTML pages of a WARC or ARC file, packed by gzip or zstd or plain; each other record as `Skipped`.

    Pages are answers of status 2xx in HTML, with the codings of HTTP undone. A record's number counts all records of the file,
    from 1; what lies between two records and is none has a number too. What is broken is rejected, and reading goes on at the
    next record.

    Raises:
        RejectedError: There is no record.
        OSError: The stream cannot be read further.
    """
    tape, number = Tape(plain_parts(entry.stream)), 0
    while tape.goes_on():
        number += 1
        try:
            head = tape.head()
            yield _read_record(head, tape.body(head), entry.path, number)
        except RejectedError as exc:
            yield exc.at(f"{entry.path}:{number}")
            tape.find_next()
    if not number:
        raise RejectedError("empty file", "Found no record, wanted WARC or ARC records. Copy the file here again.")


def _read_record(head: Head, body: bytes | None, path: str, number: int) -> RawRecord | Skipped:
    """The page of a record, or why it is none.

    Raises:
        RejectedError: It is too large, or no answer of a server.
    """
    place = f"{path}:{number}"
    if head.kind != "response":
        return Skipped(place, f"WARC: {head.kind if head.kind in _KINDS else 'other'} record")
    if not head.url.lower().startswith(("http:", "https:")):
        return Skipped(place, "WARC: not fetched by HTTP")
    if head.arc and head.mime not in _PAGES:
        return Skipped(place, "WARC: not HTML")
    if body is None:
        found = f"Found {head.length / 1e6:,.0f} MB, wanted at most {MAX_RECORD_BYTES / 1e6:.0f} MB a record."
        raise RejectedError("too large", f"{found} It was passed over.")
    response = read_response(body)
    if not 200 <= response.status < 300:  # noqa: PLR2004 - successful, RFC 9110, 15.3
        return Skipped(place, f"WARC: HTTP status {response.status}")
    if (response.mime or head.mime) not in _PAGES:
        return Skipped(place, "WARC: not HTML")
    return RawRecord(path, number, Kind.HTML, read_body(response), head.url, response.charset)
