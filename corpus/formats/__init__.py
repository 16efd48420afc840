"""The formats that are read, each in its file; `parse` makes an article of a raw record of any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.base import READER_VERSION, WHAT_IS_READ, Kind, Parsed, RawRecord, RejectedError
from newsearch.corpus.formats.dump import parse_dump
from newsearch.corpus.formats.records import parse_record

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["READER_VERSION", "WHAT_IS_READ", "Kind", "Parsed", "RawRecord", "RejectedError", "parse"]

_PARSERS: Final[dict[Kind, Callable[[bytes], Parsed]]] = {Kind.DUMP: parse_dump, Kind.RECORD: parse_record}


def parse(raw: RawRecord) -> Parsed:
    """The article that *raw* holds.

    Raises:
        RejectedError: It holds none.
    """
    return _PARSERS[raw.kind](raw.raw)
