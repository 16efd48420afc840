"""trafilatura's XPath expressions, answered from memory: most of an extraction went into evaluating them.

Those that only ask what an element is called by are asked once for each way of being called, of an element made for it: the
pages of a site call their elements alike, and so do the elements of a page. What is answered is what they would have answered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    Called = tuple[tuple[str, str], ...]
    """The attributes of an element that an expression asks for, in their order."""

_MOST: Final = 20_000
"""Ways of being called that are remembered for each expression, in some 5 MB; a site has a few hundred."""
_LITERAL = re.compile(r"'([^']*)'")
_TRANSLATED = re.compile(r"translate\((@[\w-]+), *'\w*', *'\w*'\)")
_BARE = re.compile(r"@([\w-]+)(?=\s*(?:or\b|\]))")
_UNSURE = re.compile(r"\(\?!\w*\)|\(\?:|\[[^\]]*\]\??|.\?|[()^$]")
"""What of a pattern is no text that must be there: what must not follow, classes, what is optional, brackets, ends."""
_ATTRIBUTE = re.compile(r"@([\w-]+)")
_TAG = re.compile(r"self::(\w+)")


class Remembered:
    """Expressions ``.//*[…][…]``: an element has one of some tags or any, and is called so or so.

    What is asked is asked of a ``div``, which must be among the tags: where another of them has conditions of its own, and
    where an element must hold others, more is found.
    """

    def __init__(self, *expressions: Any) -> None:
        """Take over *expressions*, of `lxml.etree.XPath`: all of them name tags, or none does."""
        paths = " ".join(expression.path for expression in expressions)
        self._expressions = expressions
        self._tags = tuple(dict.fromkeys(_TAG.findall(paths)))
        self._attributes = frozenset(_ATTRIBUTE.findall(paths))
        self._parts = necessary_parts(paths)
        self._known: dict[Called, bool] = {}

    def __call__(self, tree: Any) -> list[Any]:
        """The elements below *tree* that any of them finds, in the page's order."""
        attributes, known = self._attributes, self._known
        elements = [
            (element, called)
            for element in tree.iterdescendants(*(self._tags or "*"))
            if (called := tuple([pair for pair in element.items() if pair[0] in attributes]))
        ]
        if len(known) >= _MOST:
            known.clear()
        if new := {called for _, called in elements if called not in known}:
            self._learn(new)
        return [element for element, called in elements if known[called]]

    def _learn(self, new: Iterable[Called]) -> None:
        from lxml.etree import Element, SubElement

        self._known.update(dict.fromkeys(new, False))
        asked = [called for called in new if has_part(called, self._parts)]
        tree = Element("page")  # each within an element of its own: some ask for the first of those beside each other
        made = {SubElement(SubElement(tree, "around"), "div", dict(called)): called for called in asked}
        for expression in self._expressions if made else ():
            self._known.update((made[element], True) for element in expression(tree))


def necessary_parts(paths: str) -> frozenset[str]:
    """Text, in lower case, of which an element that is found has some as a value or name of its attributes.

    Of the literals in XPath expressions, patterns among them: of what each bar parts, the longest run that must be there. It is
    looked for ten times as fast as the expressions are evaluated. trafilatura's version is pinned, and a test holds that
    whatever its patterns match has such a part.
    """
    paths = _TRANSLATED.sub(r"\1", paths)  # of which only the case is changed
    parts = set(_BARE.findall(paths))
    for alternative in (part for literal in _LITERAL.findall(paths) for part in literal.lower().split("|")):
        if alternative not in ("(^", "(?:^"):  # what follows the bracket is looked for
            parts.add(max(_UNSURE.sub("\n", alternative).split("\n"), key=len))
    return frozenset(parts)


def has_part(called: Called, parts: Iterable[str]) -> bool:
    """Whether names or values of attributes hold one of *parts*."""
    text = "\n".join([text for pair in called for text in pair]).lower()
    return any(part in text for part in parts)
