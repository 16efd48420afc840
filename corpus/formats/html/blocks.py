"""A page as blocks: what is set as a paragraph, headline or list item of its own, in the page's order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from newsearch.corpus.text import one_line, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsearch.corpus.formats.lines import Reason

BLOCK_TAGS: Final = words(
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol option p pre search section select summary "
    "table tbody td tfoot th thead tr ul"
)
"""Elements that begin a line of their own."""
UNSEEN_TAGS: Final = words(
    "applet area audio canvas datalist embed frame frameset head iframe map math noframes noscript object script select "
    "style svg template textarea video"
)
"""Elements whose text is no text of the page, or not of this one."""
HEADINGS: Final = words("h1 h2 h3 h4 h5 h6")
_TITLES: Final = words("h1 h2 h3")
_STRONG: Final = words("b strong")
_MARKING: Final = (BLOCK_TAGS | words("a b br strong")) - UNSEEN_TAGS
"""Elements that begin and end a block, or say something of the text in them."""
_NUMBER = re.compile(r"(?<![^\W_])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^\W_])", re.IGNORECASE)
"""A UUID as an id, ad6ed79d-88fd-…, says nothing; its letters made an advertisement of an article's text."""
_HYPHENS, _LETTERS = 4, 36
"""Those of a UUID: most names have fewer or are shorter, and need not be looked through for one."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class Block(NamedTuple):
    """A block of a page. Some two hundred are made of each, four times faster than a frozen dataclass.

    Attributes:
        text: Its text, on one line, not empty.
        tag: The element that it stands in directly.
        parent: Number of the element around that one: blocks with equal numbers are siblings.
        kind: What its element and the one around it are, with their classes: the paragraphs of one column are of one kind.
        story: Number of the innermost ``article`` element around it; -1 outside of any.
        linked: Share of its characters that are links, 0 to 1.
        strong: Share of its characters that are set bold, 0 to 1.
        reason: Why it is no part of any article, as far as the elements around it tell; None where they don't.
        heading: Whether it stands in an ``h1``, ``h2`` or ``h3``, perhaps in an element inside of it.
    """

    text: str
    tag: str = "p"
    parent: int = 0
    kind: str = ""
    story: int = -1
    linked: float = 0.0
    strong: float = 0.0
    reason: Reason | None = None
    heading: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The words that its element and the one around it are called by."""
        return name_words(self.kind)


def name_words(named: str) -> frozenset[str]:
    """The words of a class or id, lower case: ``article__relatedLinks`` is article, related and links."""
    if named.count("-") >= _HYPHENS and max(map(len, named.split())) >= _LETTERS:
        named = _NUMBER.sub(" ", named)
    return frozenset(map(str.lower, _WORD.findall(named)))


_Part = tuple[str, bool, bool]
"""Text, whether it is in a link, whether it is set bold."""


def split_blocks(body: Any, reasons: Mapping[Any, Reason]) -> list[Block]:
    """The blocks of a page; every character that is seen of it is in one of them.

    Args:
        body: The element that holds what is seen of the page, of an lxml tree.
        reasons: Why some elements, with all in them, are no part of any article. What such an element says in the middle
            of a paragraph is a block of its own, before the paragraph.
    """
    return _Walk(reasons).blocks(body)


_Open = tuple[Any, "Reason | None", int, bool]
"""A block, or an element with a reason, that has begun and not ended: the element, and what all in it inherits: the reason, the
story, whether it is a heading. A page has hundreds, so it is no class."""
_OUTSIDE: Final[_Open] = (None, None, -1, False)


class _Walk:
    """One walk over a page: text is collected until a block begins or ends.

    What an element inherits is kept on stacks: looking it up in the tree would take a page of deep nesting minutes. Nothing
    in here is a generator, and what is asked of each element is asked in `blocks` itself: a page has a thousand elements, and
    most of them begin and end no block.
    """

    def __init__(self, reasons: Mapping[Any, Reason]) -> None:
        self._reasons = reasons
        self._opened = [_OUTSIDE]  # for all elements around
        self._around = [_OUTSIDE]  # for those of them that are blocks
        self._parts: list[_Part] = []
        self._interrupted: list[list[_Part]] = []
        self._links = self._bold = 0
        self._numbers: dict[Any, int] = {}
        self._blocks: list[Block] = []

    def blocks(self, body: Any) -> list[Block]:
        """The blocks of *body*."""
        from lxml.etree import iterwalk

        walk = iterwalk(body, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if tag in UNSEEN_TAGS:
                    walk.skip_subtree()
                    continue
                if tag in _MARKING or element in self._reasons:
                    self._begin(element, tag)
                text = element.text
            else:
                if event == "end" and (tag in _MARKING or (element in self._reasons and tag not in UNSEEN_TAGS)):
                    self._end(element, tag)
                text = None if element is body else element.tail
            if text and (self._parts or not text.isspace()):  # indentation between blocks is no part of one
                self._parts.append((text, self._links > 0, self._bold > 0))
        return self._blocks

    def _begin(self, element: Any, tag: str) -> None:
        if tag in BLOCK_TAGS:
            opened = self._open(element, tag)
            self._flush(self._around[-1])
            self._around.append(opened)
        elif tag == "br":
            self._flush(self._around[-1])
        elif element in self._reasons:
            self._open(element, tag)
            self._interrupted.append(self._parts)
            self._parts = []
        self._links += tag == "a"
        self._bold += tag in _STRONG

    def _open(self, element: Any, tag: str) -> _Open:
        _, reason, story, heading = self._opened[-1]
        story = self._number(element) if tag == "article" else story
        opened = (element, reason or self._reasons.get(element), story, heading or tag in _TITLES)
        self._opened.append(opened)
        return opened

    def _end(self, element: Any, tag: str) -> None:
        self._links -= tag == "a"
        self._bold -= tag in _STRONG
        if tag in BLOCK_TAGS:
            self._opened.pop()
            self._flush(self._around.pop())
        elif element in self._reasons and tag != "br":
            self._flush(self._opened.pop())
            self._parts = self._interrupted.pop()

    def _flush(self, around: _Open) -> None:
        """End a block here, if there is text."""
        if not self._parts:
            return
        parts, self._parts = self._parts, []
        text = one_line("".join([part for part, _, _ in parts]))
        if not text:
            return
        linked, strong = _shares(parts)
        element, reason, story, heading = around
        parent = element.getparent()
        kind = f"{_called(element)} {'' if parent is None else _called(parent)}"
        number = self._number(parent)
        self._blocks.append(Block(text, element.tag, number, kind, story, linked, strong, reason, heading))

    def _number(self, element: Any) -> int:
        return self._numbers.setdefault(element, len(self._numbers))


def _shares(parts: Sequence[_Part]) -> tuple[float, float]:
    """Shares of the characters of *parts* that are links, and that are bold."""
    if len(parts) == 1:
        return float(parts[0][1]), float(parts[0][2])
    total = links = bold = 0
    for part, linked, strong in parts:
        length = len(part.strip())
        total += length
        links += length * linked
        bold += length * strong
    return links / (total or 1), bold / (total or 1)


def _called(element: Any) -> str:
    return f"{element.tag}.{element.get('class') or ''}"
