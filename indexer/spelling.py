"""German words that are spelt in two ways: ä or ae, ö or oe, ü or ue, ß or ss."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from newsearch.indexer.table import StaticTable

_UMLAUTS: Final = {"ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß"}
_OTHER: Final = _UMLAUTS | {umlaut: plain for plain, umlaut in _UMLAUTS.items()}
_WORD: Final = re.compile(r"\b(?=\w{5})\w*(?:ae|oe|ue|ss)\w*", re.IGNORECASE)
"""Of five letters or more: the archive's shorter ones are toenails' and Goebbels' relatives (goer, toen, Koen)."""

MOST: Final = 16
"""Spellings of a word that are looked at: all of a word with four places where it could be spelt otherwise."""


def spellings(word: str, ways: dict[str, str] = _OTHER) -> list[str]:
    """The other spellings of a lower-case *word*, at most MOST - 1: "muessen" has "mueßen", "müssen" and "müßen".

    Args:
        word: The word.
        ways: What may stand for what.
    """
    place = re.compile("|".join(ways))
    parts, found = place.split(word), place.findall(word)
    chosen = islice(product(*((there, ways[there]) for there in found)), 1, MOST)
    return ["".join(a + b for a, b in zip(parts, (*choice, ""), strict=True)) for choice in chosen]


def alike(table: StaticTable, piece: int) -> list[int]:
    """The pieces that are spelt as *piece* but for umlauts, and but for whether they begin a word or continue one.

    So "straße" is like "strasse" and "##straße". Whether they mean the same is another question.
    """
    bare = table.spelling(piece).removeprefix("##")
    words = [bare, *spellings(bare)]
    found = [table.piece(spelt) for word in words for spelt in (word, f"##{word}")]
    return [other for other in found if other is not None and other != piece]


def respelt(table: StaticTable, text: str) -> str:
    """*text* with umlauts in the words that the vocabulary has only so: "kaese" is "käse", "Mueller" stays."""

    def better(match: re.Match[str]) -> str:
        word = match[0].lower()
        if table.piece(word) is not None:
            return match[0]
        return next((w for w in spellings(word, _UMLAUTS) if table.piece(w) is not None), match[0])

    return _WORD.sub(better, text)
