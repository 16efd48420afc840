"""News agencies, as a page's credits and datelines name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

AGENCIES: Final = words(
    "dpa dpa-afx afp ap reuters apa sda kna epd sid dts pa upi ansa efe tass bloomberg awp ots bang npa dapd ddp afx"
) | {"press association", "associated press", "agence france-presse", "deutsche presse-agentur"}
"""Credits that name an agency and no outlet, in lower case."""
_DATELINE = re.compile(r"(?:[A-ZÄÖÜ][^()\n]{1,60} ?)?\(([A-Za-zÄÖÜ][\w/&. -]{1,24})\)\s?[-–—:]\s?\S")
_DATELINES_IN: Final = 3
"""Paragraphs in which a dateline is looked for: lead, perhaps a sub-headline, first paragraph."""


def is_agency(name: str) -> bool:
    """Whether *name* is a news agency's."""
    return name.casefold() in AGENCIES


def find_agency(parts: Sequence[str]) -> str:
    """The agency of a dateline, ``Berlin (dpa/lno) - …``, in the first of *parts*; empty without one."""
    for part in parts[:_DATELINES_IN]:
        if match := _DATELINE.match(part):
            return match[1].split("/")[0].strip()
    return ""
