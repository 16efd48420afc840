"""The formats that are read, each in its file; `parse` makes an article of a raw record of any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsearch.corpus.formats.base import READER_VERSION, WHAT_IS_READ, Kind, Parsed, RawRecord, RejectedError

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["READER_VERSION", "WHAT_IS_READ", "Kind", "Parsed", "RawRecord", "RejectedError", "parse"]


def parse(raw: RawRecord, now: datetime | None = None) -> Parsed:
    """The article that *raw* holds.

    Args:
        raw: A file or record.
        now: The time of reading, to hold back what is embargoed and to flag a publication date that lies in the future; None
            does neither.

    Raises:
        RejectedError: It holds none.
    """
    if raw.kind is Kind.DUMP:
        from newsearch.corpus.formats.dump import parse_dump  # its patterns take 30 ms to compile, a tenth of a rebuild

        return parse_dump(raw.raw, now)
    if raw.kind is Kind.HTML:
        from newsearch.corpus.formats.html import parse_html  # trafilatura takes .3 s to import

        return parse_html(raw.raw, raw.url, raw.charset, now)
    from newsearch.corpus.formats.records import parse_record

    return parse_record(raw.raw, now, raw.fields)
