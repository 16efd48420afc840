"""Which blocks of a page are other than its article, by what they are and say. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.html.appeals import page_noise
from newsearch.corpus.formats.html.blocks import HEADINGS
from newsearch.corpus.formats.html.matching import MIN_SURE, is_running
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from newsearch.corpus.formats.html.taken import Taken

LINKED, HALF_LINKED, _ALL = 0.8, 0.5, 0.95
"""Shares of a block that are links: from the first on it points to other stories; from the second on if all of the rest is
bold, as in ``Hormone: Wechseljahre mit 27``, or if it is a headline in a small box."""
_CARD: Final = 4
"""Blocks of the largest box that holds a linked headline and the text below it."""
_MAIN, _RARE = 0.5, 0.1
"""Shares of the running text that blocks of one kind have: from the first on they are the article's main column, up to the
second they are captions where they are called pictures."""
_MAX_CAPTION: Final = 400
_MIN_PART: Final = 8
"""Letters of a part of a headline; shorter words are in any headline by chance."""
_PICTURE_NAMES: Final = words(
    "audio bild bilder foto fotos image images img media photo photos picture pictures player thumbnail video"
)


def mark_lines(page: Taken) -> None:
    """Blocks that point elsewhere or are noise by themselves."""
    for at in page.free:
        block = page.blocks[at]
        if block.linked >= LINKED or (block.linked >= HALF_LINKED and block.linked + block.strong >= _ALL):
            page.reasons[at] = Reason.RELATED
        else:
            page.reasons[at] = page_noise(block.text) or page.reasons[at]


def mark_lists(page: Taken) -> None:
    """A headline or bold line above a list of other stories belongs to the list."""
    for at, (block, below) in enumerate(zip(page.blocks, page.blocks[1:], strict=False)):
        heads = block.tag in HEADINGS or block.strong > _ALL or block.text.endswith(":")
        points = below.tag == "li" and page.reasons[at + 1] is Reason.RELATED
        if heads and points and page.reasons[at] is None and not is_running(block.text):
            page.reasons[at] = Reason.RELATED


def mark_cards(page: Taken) -> None:
    """Below the text's beginning, a linked headline in a small box takes the box with it: the teaser of another story."""
    first = next(iter(page.running), len(page.blocks))
    sizes = Counter(block.parent for block in page.blocks)
    linked = {block.parent for block in page.blocks if block.tag in HEADINGS and block.linked >= HALF_LINKED}
    for at in page.free:
        parent = page.blocks[at].parent
        if at > first and parent in linked and sizes[parent] <= _CARD:
            page.reasons[at] = Reason.TEASER


def mark_captions(page: Taken) -> None:
    """Short text in what is called a picture, unless the article's column is called so."""
    kinds = page.kinds()
    for at in page.free:
        block = page.blocks[at]
        rare = kinds[block.kind] <= _RARE * kinds.total()
        if rare and len(block.text) < _MAX_CAPTION and not block.names.isdisjoint(_PICTURE_NAMES):
            page.reasons[at] = Reason.CAPTION


def mark_titles(page: Taken, titles: frozenset[str]) -> None:
    """Headlines of the article, and above it parts of one, such as a kicker.

    Args:
        page: The page.
        titles: The headlines that it gives itself, as `letters` has them.
    """
    first = page.running[0]
    for at in page.free:
        key = page.keys[at]
        if page.blocks[at].tag == "h1" or key in titles or (at < first and _is_part(key, titles)):
            page.reasons[at] = Reason.HEADLINE_AGAIN


def _is_part(key: str, titles: frozenset[str]) -> bool:
    return len(key) >= _MIN_PART and any(
        key in title or (title in key and len(key) < 2 * len(title)) for title in titles if len(title) >= _MIN_PART
    )


def mark_repeated(page: Taken) -> None:
    """Of a block that stands twice, as a pull quote does, the one outside of the main column goes."""
    kinds, seen = page.kinds(), dict[str, int]()
    for at in page.kept:
        key = page.keys[at]
        if len(key) < MIN_SURE or (before := seen.setdefault(key, at)) == at:
            continue
        main = [kinds[page.blocks[place].kind] >= _MAIN * kinds.total() for place in (before, at)]
        if main == [False, True]:
            page.reasons[before], seen[key] = Reason.REPEATED, at
        elif main != [True, True]:  # else the article says it twice
            page.reasons[at] = Reason.REPEATED
