"""What the reader of a page sees above its text: headings, date line, authors. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.dates import find_date
from newsearch.corpus.formats.head import read_authors, read_date_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.corpus.dates import Date
    from newsearch.corpus.formats.html.blocks import Block

_ABOVE: Final = 15
"""Blocks above the text among which a date line is looked for: sections, authors, buttons and captions stand between."""
_LONGEST: Final = 120
"""Characters of the longest date line."""
_DIGIT = re.compile(r"\d")
_CHANGED = re.compile(r"aktualisier|geändert|update|modified", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands above an article's text.

    Attributes:
        published: The first date.
        authors: The first names that are called authors.
        headings: The headings that are no furniture, the nearest to the text first.
    """

    published: Date | None = None
    authors: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


def read_printed(above: Sequence[Block]) -> Printed:
    """What is printed above an article's text.

    Args:
        above: The blocks above the text, in the page's order.
    """
    lines = [block.text for block in above[-_ABOVE:] if len(block.text) <= _LONGEST]
    return Printed(
        next((date for line in lines if (date := _date(line))), None),
        next((names for line in lines if (names := read_authors(line))), ()),
        tuple(block.text for block in reversed(above) if block.heading and block.reason is None),
    )


def _date(line: str) -> Date | None:
    if not _DIGIT.search(line):
        return None
    if read := read_date_line(line):
        return read.published
    return None if _CHANGED.search(line) else find_date(line)
