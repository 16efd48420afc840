"""trafilatura's XPath expressions, answered from memory: most of an extraction went into evaluating them.

Those that only ask what an element is called by are asked once for each way of being called, of an element made for it: the
pages of a site call their elements alike, and so do the elements of a page. What is answered is what they would have answered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    _Key = tuple[str, tuple[tuple[str, str], ...]]

_MOST: Final = 20_000
"""Ways of being called that are remembered for each expression, in some 5 MB; a site has a few hundred."""
_ATTRIBUTE = re.compile(r"@([\w-]+)")
_TAG = re.compile(r"self::(\w+)")


class Remembered:
    """Expressions ``.//*[…]`` whose conditions are about an element's tag and attributes: called as they are."""

    def __init__(self, *expressions: Any) -> None:
        """Take over *expressions*, of `lxml.etree.XPath`: all of them name tags, or none does."""
        paths = " ".join(expression.path for expression in expressions)
        self._expressions = expressions
        self._tags = tuple(dict.fromkeys(_TAG.findall(paths)))
        self._attributes = frozenset(_ATTRIBUTE.findall(paths))
        self._known: dict[_Key, bool] = {}

    def __call__(self, tree: Any) -> list[Any]:
        """The elements below *tree* that any of them finds, in the page's order."""
        attributes, tagged = self._attributes, bool(self._tags)
        elements: list[Any] = []
        keys: list[_Key] = []
        for element in tree.iterdescendants(*(self._tags or "*")):
            called = tuple([pair for pair in element.items() if pair[0] in attributes])
            if called:
                elements.append(element)
                keys.append((element.tag if tagged else "div", called))
        if len(self._known) >= _MOST:
            self._known.clear()
        known = self._known
        if new := {key for key in keys if key not in known}:
            self._learn(new)
        return [element for element, key in zip(elements, keys, strict=True) if known[key]]

    def _learn(self, keys: Iterable[_Key]) -> None:
        from lxml.etree import Element, SubElement

        tree = Element("page")
        made = {SubElement(SubElement(tree, "around"), tag, dict(called)): (tag, called) for tag, called in keys}
        self._known.update(dict.fromkeys(made.values(), False))
        for expression in self._expressions:
            self._known.update((made[element], True) for element in expression(tree))
