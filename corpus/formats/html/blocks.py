"""A page as blocks: what is set as a paragraph, headline or list item of its own, in the page's order."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.text import one_line, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_STRONG: Final = words("b strong")
_NUMBER = re.compile(r"(?<![^\W_])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^\W_])", re.IGNORECASE)
"""A UUID as an id, ad6ed79d-88fd-…, says nothing; its letters made an advertisement of an article's text."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a page.

    Attributes:
        text: Its text, on one line, not empty.
        tag: The element that it stands in directly.
        parent: Number of the element around that one: blocks with equal numbers are siblings.
        kind: What its element and the one around it are, with their classes: the paragraphs of one column are of one kind.
        story: Number of the innermost ``article`` element around it; -1 outside of any.
        linked: Share of its characters that are links, 0 to 1.
        strong: Share of its characters that are set bold, 0 to 1.
        reason: Why it is no part of any article, as far as the elements around it tell; None where they don't.
    """

    text: str
    tag: str = "p"
    parent: int = 0
    kind: str = ""
    story: int = -1
    linked: float = 0.0
    strong: float = 0.0
    reason: Reason | None = None

    @property
    def names(self) -> frozenset[str]:
        """The words that its element and the one around it are called by."""
        return name_words(self.kind)


@functools.lru_cache(maxsize=16_384)
def name_words(named: str) -> frozenset[str]:
    """The words of a class or id, lower case: ``article__relatedLinks`` is article, related and links."""
    return frozenset(word.lower() for word in _WORD.findall(_NUMBER.sub(" ", named)))


_Part = tuple[str, bool, bool]
"""Text, whether it is in a link, whether it is set bold."""


def split_blocks(body: Any, reasons: Mapping[Any, Reason]) -> list[Block]:
    """The blocks of a page; every character that is seen of it is in one of them.

    Args:
        body: The element that holds what is seen of the page, of an lxml tree.
        reasons: Why some elements, with all in them, are no part of any article. What such an element says in the middle
            of a paragraph is a block of its own, before the paragraph.
    """
    return list(_Walk(reasons).blocks(body))


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that has begun and not ended: what all in it inherits."""

    element: Any
    reason: Reason | None = None
    story: int = -1


class _Walk:
    """One walk over a page: text is collected until a block begins or ends.

    What an element inherits is kept on stacks: looking it up in the tree would take a page of deep nesting minutes.
    """

    def __init__(self, reasons: Mapping[Any, Reason]) -> None:
        self._reasons = reasons
        self._opened = [_Open(None)]  # all elements around
        self._around = [_Open(None)]  # those of them that are blocks
        self._parts: list[_Part] = []
        self._interrupted: list[list[_Part]] = []
        self._links = self._bold = 0
        self._numbers: dict[Any, int] = {}

    def blocks(self, body: Any) -> Iterator[Block]:
        """The blocks of *body*."""
        from lxml.etree import iterwalk

        unseen = None
        for event, element in iterwalk(body, events=("start", "end", "comment", "pi")):
            if event == "start":
                if unseen is None and element.tag in UNSEEN_TAGS:
                    unseen = element
                if unseen is None:
                    yield from self._begin(element)
            elif unseen is None or element is unseen:
                if event == "end" and unseen is None:
                    yield from self._end(element)
                unseen = None
                if element is not body:
                    self._take(element.tail)

    def _begin(self, element: Any) -> Iterator[Block]:
        above, own = self._opened[-1], self._reasons.get(element)
        story = self._number(element) if element.tag == "article" else above.story
        self._opened.append(_Open(element, above.reason or own, story))
        if element.tag in BLOCK_TAGS or element.tag == "br":
            yield from self._flush(self._around[-1])
        elif own:
            self._interrupted.append(self._parts)
            self._parts = []
        if element.tag in BLOCK_TAGS:
            self._around.append(self._opened[-1])
        self._links += element.tag == "a"
        self._bold += element.tag in _STRONG
        self._take(element.text)

    def _end(self, element: Any) -> Iterator[Block]:
        opened = self._opened.pop()
        self._links -= element.tag == "a"
        self._bold -= element.tag in _STRONG
        if element.tag in BLOCK_TAGS:
            yield from self._flush(self._around.pop())
        elif element in self._reasons and element.tag != "br":
            yield from self._flush(opened)
            self._parts = self._interrupted.pop()

    def _take(self, text: str | None) -> None:
        if text:
            self._parts.append((text, self._links > 0, self._bold > 0))

    def _flush(self, around: _Open) -> Iterator[Block]:
        """The block that ends here, if there is text."""
        parts, self._parts = self._parts, []
        if not parts:
            return
        text = one_line("".join(part for part, _, _ in parts))
        if not text:
            return
        lengths = [(len(part.strip()), linked, strong) for part, linked, strong in parts]
        total = sum(length for length, _, _ in lengths) or 1
        element, parent = around.element, around.element.getparent()
        yield Block(
            text,
            element.tag,
            self._number(parent),
            f"{_called(element)} {'' if parent is None else _called(parent)}",
            around.story,
            sum(length for length, linked, _ in lengths if linked) / total,
            sum(length for length, _, strong in lengths if strong) / total,
            around.reason,
        )

    def _number(self, element: Any) -> int:
        return self._numbers.setdefault(element, len(self._numbers))


def _called(element: Any) -> str:
    return f"{element.tag}.{element.get('class') or ''}"
