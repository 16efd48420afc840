"""Text fragments: the part of a link that has a browser go to a passage and mark it.

``#:~:text=[prefix-,]start[,end][,-suffix]``, as in the WICG's draft of scroll-to-text-fragment. A browser takes the first place
where prefix and start stand one after the other, then the first end after that, before the suffix. Each of the four must lie
within one block (a paragraph, a headline); start and end need not lie in the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FRAGMENT_WORDS: Final = 5
"""Words at each end of a text fragment: enough to be found, few enough to survive a changed comma in the middle."""

MOST_WORDS: Final = 12
"""Words at an end where fewer stand elsewhere too."""

FEWEST_WORDS: Final = 3
"""Words of a first block that can be found: "Capital", the sub-headline, is met in the page's navigation before, so the marking
begins with the paragraph below."""

BESIDE: Final = 4
"""Words of a prefix or suffix, at most."""


def text_fragment(passage: str, before: str = "", after: str = "") -> str:
    """What selects *passage* on its page, percent-encoded (section 3.3 of the draft).

    Where *passage* begins or ends with words that a browser would meet earlier, more of them are taken; where that does not
    help, the words in front of it or behind it.

    Args:
        passage: The text; blocks end with a line feed, as in the others.
        before: What stands on the page before it: the headline, a line feed, the text up to here.
        after: What stands behind it.
    """
    blocks = [line.split() for line in passage.split("\n") if line.strip()]
    if not blocks:
        return ""
    while len(blocks) > 1 and len(blocks[0]) < FEWEST_WORDS:
        del blocks[0]
    first, last = blocks[0], blocks[-1]
    if len(blocks) == 1 and len(first) <= 2 * FRAGMENT_WORDS:
        prefix = _prefix(first, before)
        suffix = _head(after)[:BESIDE] if not prefix and _count(first, before) else []
        return _encoded(prefix, first, [], suffix)
    room = len(first) - FRAGMENT_WORDS if len(blocks) == 1 else len(first)
    start = next(
        (words for words in _heads(first, room) if not _count(words, before)), first[: min(room, FRAGMENT_WORDS)]
    )
    room = len(first) - len(start) if len(blocks) == 1 else len(last)
    rest = _behind(start, passage)
    tails = ([*reversed(words)] for words in _heads(last[::-1], room))
    end = next((words for words in tails if _count(words, rest) == 1), [])
    suffix = [] if end else _head(after)[:BESIDE]
    return _encoded(_prefix(start, before), start, end or last[-FRAGMENT_WORDS:], suffix)


def _heads(words: Sequence[str], room: int) -> Iterator[list[str]]:
    """The first FRAGMENT_WORDS of *words*, and then more and more, up to MOST_WORDS, where there is *room* for them."""
    for count in range(FRAGMENT_WORDS, max(FRAGMENT_WORDS, min(room, MOST_WORDS)) + 1):
        yield [*words[:count]]


def _prefix(start: Sequence[str], before: str) -> list[str]:
    """Words in front of *start* that tell it from where it stands in *before* too; none where it doesn't.

    Nor where only the headline is there: on the page, the authors stand between it and the text.
    """
    if not _count(start, before):
        return []
    lines = before.split("\n")
    words = next((line.split() for line in reversed(lines[1:]) if line.strip()), [])
    fewest = (words[-n:] for n in range(1, BESIDE + 1))
    return next((some for some in fewest if not _count([*some, *start], before)), words[-BESIDE:])


def _head(text: str) -> list[str]:
    """The words of the first line of *text* that has any."""
    return next((line.split() for line in text.split("\n") if line.strip()), [])


def _behind(start: Sequence[str], passage: str) -> str:
    """What of *passage* stands behind *start*, with which it begins."""
    match = re.match(rf"\s*{_pattern(start)}", passage)
    return passage[match.end() :] if match else passage


def _count(words: Sequence[str], text: str) -> int:
    """How often *words* stand in *text* one after the other, in whatever case, as whole words."""
    left = r"(?<!\w)" if words[0][0].isalnum() else ""
    right = r"(?!\w)" if words[-1][-1].isalnum() else ""
    return len(re.findall(f"{left}{_pattern(words)}{right}", text, re.IGNORECASE))


def _pattern(words: Sequence[str]) -> str:
    return r"\s+".join(map(re.escape, words))


def _encoded(prefix: Sequence[str], start: Sequence[str], end: Sequence[str], suffix: Sequence[str]) -> str:
    parts = [f"{_encode(prefix)}-"] if prefix else []
    parts += [_encode(words) for words in (start, end) if words]
    parts += [f"-{_encode(suffix)}"] if suffix else []
    return ",".join(parts)


def _encode(words: Sequence[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")  # "-" would mark a prefix or suffix
