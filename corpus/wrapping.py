"""Hard-wrapped text, as mail and teleprinters left it, back to one line a paragraph; words broken at line ends are whole again.

Pure. A page is taken for wrapped only where several of its lines go on in the middle of a sentence *and* are as long as
lines there get: a list, a poem or a page of short paragraphs keeps its lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

WIDEST: Final = 100
"""Characters of the longest line of a wrapped page; terminals had 80, wide mails 98."""
_NARROWEST: Final = 30
"""Characters of the shortest such line: a newspaper's column, scanned."""
_OUTLIERS: Final = 50
"""One line of so many may be longer: navigation, an address."""
_FEWEST: Final = 3
"""Different lines that must go on in the middle of a sentence before a page is taken for wrapped."""
_SHARE: Final = 0.2
"""Share of the full lines that do: .66 in the mean of those articles, .27 in the lowest hundredth."""
_SLACK: Final = 6
"""Characters by which a full line may miss the page's width: some programs break a word more early."""
_HYPHENATED: Final = 0.06
"""Share of full lines that end in a hyphen where words are broken at all; below it every hyphen is the author's. With it 4,178
of the 4,243 longer articles of ../shared/eval come back letter by letter when they were wrapped at 72 characters with no word
broken, without it 3,878."""
_BROKEN = re.compile(r"[^\W_](?:-|\u2010|\u00ac)$")
_HEAD = re.compile(r"\S+")
_LAST = re.compile(r"\S+$")
_ENDS = re.compile(r"[.!?:…][\"'“”‘’«»)\]]*$")
_OPENING: Final = "\"'“„‚«»(["
_CLOSING: Final = "\"'“”‘’«»)].,;:!?"
_JOINERS: Final = words("und oder bzw. beziehungsweise sowie bis wie als noch and or to nor und/oder through than")
"""Words before which a hyphen stands for what the next word shares: ``Nord- und Südsee``, ``pre- and post-war``."""
_KEEPS: Final = words("well self two three four five six seven eight nine year month hard once ever")
"""English first halves that keep their hyphen: where a line ends behind them, no word was broken."""


def unwrap(text: str, is_whole: Callable[[str], bool] = lambda _line: False) -> str:
    """*text* with each paragraph on one line, where it is hard-wrapped; else as it is.

    Unwrapping twice is unwrapping once.

    Args:
        text: Normalised, see `newsearch.corpus.text.normalise`.
        is_whole: Whether a line, full or not, is one by itself: a date line, a mark of the page.
    """
    lines = [line.strip() for line in text.split("\n")]
    lengths = sorted(map(len, filter(None, lines)), reverse=True)
    width = lengths[len(lengths) // _OUTLIERS] if lengths else 0
    if not _NARROWEST <= width <= WIDEST:
        return text
    full = [at for at in range(len(lines) - 1) if _goes_on(lines, at, width)]
    if not _is_wrapped(lines, full):
        return text
    full = [at for at in full if not is_whole(lines[at])]
    broken = sum(_is_broken(lines[at], lines[at + 1]) for at in full)
    return "\n".join(_joined(lines, set(full), text if broken >= _HYPHENATED * len(full) else ""))


def _is_wrapped(lines: Sequence[str], full: Sequence[int]) -> bool:
    mid = len({lines[at + 1] for at in full if lines[at + 1][0].islower() and not _ENDS.search(lines[at])})
    return mid >= _FEWEST and mid >= _SHARE * len(full)


def _is_broken(above: str, below: str) -> bool:
    return _BROKEN.search(above) is not None and below[0].islower()


def _goes_on(lines: Sequence[str], at: int, width: int) -> bool:
    """Whether line *at* is full: the first word of the next one did not fit behind it."""
    word = _HEAD.match(lines[at + 1])
    return bool(lines[at] and word) and len(lines[at]) + 1 + len(word[0] if word else "") > width - _SLACK


def _joined(lines: Sequence[str], full: Collection[int], text: str) -> Iterator[str]:
    paragraph = ""
    for at, line in enumerate(lines):
        paragraph = _join(paragraph, line, text) if paragraph else line
        if at not in full:
            yield paragraph
            paragraph = ""


def _join(above: str, below: str, text: str) -> str:
    """Two lines as one; *text* is the whole page where words are broken on it, else empty."""
    head, tail = _LAST.search(above), _HEAD.match(below)
    if not (head and tail and _BROKEN.search(above) and below[0].isalpha()):
        return f"{above} {below}"
    if tail[0].lower().rstrip(",;") in _JOINERS:
        return f"{above} {below}"
    keeps = not text or _keeps_hyphen(head[0][:-1].lstrip(_OPENING), tail[0].rstrip(_CLOSING), text)
    return f"{above[:-1]}{'-' if keeps else ''}{below}"


def _keeps_hyphen(half: str, rest: str, text: str) -> bool:
    """Whether *half* and *rest* are written with a hyphen: as *text* has them elsewhere, else what is plausible.

    ``Regie-`` and ``rung`` are Regierung; ``CDU-`` and ``Chef``, ``US-`` and ``amerikanisch``, ``well-`` and ``known`` keep it.
    """
    if f"{half}{rest}" in text:
        return False
    if f"{half}-{rest}" in text or rest[:1].isupper() or "-" in half or half.lower() in _KEEPS:
        return True
    return any(char.isdigit() for char in half) or (len(half) > 1 and half.isupper())
