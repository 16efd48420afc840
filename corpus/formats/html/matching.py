"""Whether a block of a page is in an extractor's text, and whether it is running text. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NO_LETTER = re.compile(r"[\W_]+")
_NO_LETTERS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
_LOWER: Final = bytes(range(256)).lower()
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDS = re.compile(r"[.!?…。！？۔।][\"'“”‘’«»)\]」』]*$")
_SENTENCE = re.compile(r"[.!?…。！？۔।][\"'“”‘’«»)\]」』]*(?:\s|$)|[。！？]")
MIN_RUNNING: Final = 60
"""Columns from which a block with a sentence in it is running text."""
MIN_SURE: Final = 40
"""Letters and digits of a block that is known again wherever it stands; a shorter one must begin a paragraph."""
_AHEAD: Final = 2000
"""Letters that a hit may lie ahead for the search to go on behind it: a chance hit far below would skip what lies between."""

_MAX_WORK: Final = 2_000_000_000
"""Letters looked through on one page, some two seconds; the largest real pages take some 20 million. On a page beyond it only
whole paragraphs are known again."""


@lru_cache(maxsize=512)  # a page's blocks and headlines are compared by several rules
def letters(text: str) -> str:
    """*text* as it is compared: letters and digits alone, whatever their case.

    What is ASCII is sorted out as bytes, in a twentieth of the pattern's time.
    """
    raw = text.encode("utf-8", "surrogatepass").translate(_LOWER, _NO_LETTERS)
    if raw.isascii():
        return raw.decode("ascii")
    return _NO_LETTER.sub("", raw.decode("utf-8", "surrogatepass")).casefold()


def columns(text: str) -> int:
    """The length of *text*; letters of Chinese, Japanese and Korean, which say more, count three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


@lru_cache(maxsize=512)  # each block of a page is asked about by several rules
def is_running(text: str) -> bool:
    """Whether *text* is running text: of some length, with a sentence that ends."""
    return 3 * len(text) >= MIN_RUNNING and columns(text) >= MIN_RUNNING and _SENTENCE.search(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether *text* ends as a sentence does."""
    return _ENDS.search(text) is not None


def find_in(keys: Sequence[str], paragraphs: Iterable[str]) -> list[bool]:
    """Which of a page's blocks are in another's text of the same page, however that sets its paragraphs.

    Args:
        keys: The blocks, as `letters` has them, in the page's order.
        paragraphs: The other text, in its order.
    """
    text = _Stream(paragraphs)
    return [text.holds(key) for key in keys]


class _Stream:
    """A text of a page, in which its blocks are looked for one after the other."""

    def __init__(self, paragraphs: Iterable[str]) -> None:
        parts = [letters(paragraph) for paragraph in paragraphs]
        self._text = "".join(parts)
        self._paragraphs = set(parts)
        self._starts: defaultdict[str, list[int]] = defaultdict(list)  # by the letter that stands there
        for start in accumulate(map(len, parts), initial=0):
            self._starts[self._text[start : start + 1]].append(start)
        self._place = 0
        self._left = _MAX_WORK

    def holds(self, key: str) -> bool:
        """Whether the text holds a block."""
        if not key or (key not in self._paragraphs and self._left < 0):
            return False
        hit = self._find(key, self._place)
        if hit < 0 and len(key) >= MIN_SURE:
            hit = self._find(key, 0)
        if self._place <= hit < self._place + _AHEAD:
            self._place = hit + len(key)
        return hit >= 0

    def _find(self, key: str, start: int) -> int:
        if len(key) < MIN_SURE:
            return next((at for at in self._starts[key[0]] if at >= start and self._text.startswith(key, at)), -1)
        hit = self._text.find(key, start)
        self._left -= (hit if hit >= 0 else len(self._text)) - start
        return hit
