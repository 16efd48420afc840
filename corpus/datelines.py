"""Datelines and credits: where an article was written and which agency wrote it, as its text says. Pure.

The dateline stays in the text: it is part of what was printed, and of every quotation of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.agencies import is_agency
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

_IN: Final = 3
"""Paragraphs in which a dateline is looked for: lead, perhaps a sub-headline, first paragraph."""
_MAX_WORDS: Final = 6
"""Of a place: ``Frankfurt am Main``, ``Villingen-Schwenningen/Rottweil``, ``BEIRUT/THE HAGUE``."""
_DATELINE = re.compile(
    r"(?P<before>[A-ZÄÖÜÉ][^()\n:;!?]{1,60}?[ ,]{1,2})?\((?P<credit>[A-Za-zÄÖÜ][^()\n]{1,30})\)"
    r"(?:\s?(?:[-–—:]|\.(?= ))+\s?(?=\S)|\s(?=[„“\"A-ZÄÖÜ0-9]))"
)
_MARKED = re.compile(r"\)\s?[-–—:.]")
_CREDIT = re.compile(
    r"(?:[.!?…][\"'“”‘’«»]*|^)\s*\((?:mit (?:Agentur)?material (?:von|der) )?(?P<credit>[^()\n]{2,40})\)\.?$",
    re.IGNORECASE,
)
"""Behind a sentence: ``wie die Associated Press (AP).`` names no source of the text."""
_PARTS = re.compile(r"\s*[/,;&+]\s*|\s+(?:und|and)\s+")
_SMALL: Final = words("am an der die das im in bei ob auf of the de la le du del di da und and")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says; either may be empty.

    Attributes:
        place: ``Berlin``, ``Hamburg/Kiel``; words in capitals are written as names are.
        agency: The first agency that it names, as it writes itself.
    """

    place: str = ""
    agency: str = ""


def read_dateline(parts: Sequence[str]) -> Dateline:
    """The dateline of the first paragraphs, ``Berlin (dpa/lno) - …``; else the credit at the end of the last one, ``(APA)``."""
    for part in parts[:_IN]:
        if (match := _DATELINE.match(part)) and (found := _understood(match)):
            return found
    match = _CREDIT.search(parts[-1]) if parts else None
    return Dateline(agency=_agency(match["credit"])) if match else Dateline()


def _understood(match: re.Match[str]) -> Dateline | None:
    place, agency = _place(match["before"] or ""), _agency(match["credit"])
    marked = _MARKED.search(match[0]) is not None  # "Die Agentur Reuters (Reuters) Das" is a sentence
    if not agency or (match["before"] and not (place and marked)):
        return None
    return Dateline(place, agency)


def _agency(credit: str) -> str:
    return next((name for name in _PARTS.split(credit.strip()) if is_agency(name)), "")


def _place(before: str) -> str:
    """The place without the date behind it: ``BERLIN, 3. Juni``, ``KATHMANDU, April 25``; empty where it is no place."""
    place = re.split(r",?\s*(?=\d)|,", before.strip().rstrip(","))[0].strip()
    names = re.split(r"[\s/]+", place)
    if not place or len(names) > _MAX_WORDS or any(name[:1].islower() and name not in _SMALL for name in names):
        return ""
    return _spelt(place) if place.isupper() else place


def _spelt(place: str) -> str:
    return re.sub(r"(?<= )(\w+)", lambda m: m[0].lower() if m[0].lower() in _SMALL else m[0], place.title())
