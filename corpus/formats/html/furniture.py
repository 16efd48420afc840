"""What of a page is furniture and no article, as the tags and names of its elements tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.formats.html.blocks import UNSEEN_TAGS, name_words
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_BY_TAG: Final[Mapping[str, Reason]] = {
    "aside": Reason.BESIDE,
    "button": Reason.NAVIGATION,
    "caption": Reason.TABLE,
    "dialog": Reason.NAVIGATION,
    "fieldset": Reason.NAVIGATION,
    "figcaption": Reason.CAPTION,
    "figure": Reason.CAPTION,
    "footer": Reason.NAVIGATION,
    "form": Reason.NAVIGATION,
    "label": Reason.NAVIGATION,
    "menu": Reason.NAVIGATION,
    "nav": Reason.NAVIGATION,
    "table": Reason.TABLE,
}
_BY_NAME: Final[Mapping[Reason, frozenset[str]]] = {
    Reason.CAPTION: words(
        "caption captions figcaption credit credits photocredit gallery slideshow bildunterschrift bildunterzeile"
    ),
    Reason.RELATED: words(
        "related relatedlinks recommended recommendation recommendations recommends readmore morelinks crosslink crosslinks "
        "linkbox promo promobox mostread popular trending upnext outbrain taboola"
    ),
    Reason.NEWSLETTER: words("newsletter newsletters signup subscribe subscription subscriptions abo"),
    Reason.SHARING: words("share sharing sharebar social socials follow"),
    Reason.AUTHOR_BOX: words("author authors authorbox authorbio autor autoren bio byline bylines"),
    Reason.COMMENTS: words("comment comments disqus kommentar kommentare"),
    Reason.COOKIES: words("consent cookie cookies gdpr onetrust optin"),
    Reason.ADVERTISEMENT: words("ad ads adslot advert advertisement advertising affiliate anzeige sponsored werbung"),
    Reason.NAVIGATION: words(
        "breadcrumb breadcrumbs footer keywords menu nav navbar navigation pager pagination tags toolbar topics"
    ),
}
"""Words of class and id. Words that also name articles are left out, though furniture has them: teaser (in German often
the lead), paywall (the body that subscribers see), hidden (with Tailwind often shown from some width on), card, box."""
_NAMED: Final[Mapping[str, Reason]] = {name: reason for reason, named in _BY_NAME.items() for name in named}
_NEVER: Final = words("article body h1 html main path") | UNSEEN_TAGS
"""Elements that no name makes furniture, as ``<body class="has-newsletter">``, or that are never seen."""
_UNSEEN = re.compile(r"(?<!\S)(?:sr-only|visually-?hidden|screen-reader-text|element-invisible)(?!\S)", re.IGNORECASE)
_OF_UNSEEN: Final = words("only hidden visuallyhidden reader invisible")
"""Words of which each of these classes holds one."""
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
MOST: Final = 0.5
"""Share of a page's running text above which an element is no furniture, whatever it is called: the page is one table, or
its body is called `subscription`. Between .3 and .6 the figures on the pages for choosing are the same."""
RUNNING: Final = 60
"""Characters from which a piece of text counts as running text."""


def find_furniture(body: Any) -> dict[Any, Reason]:
    """The elements of a page that, with all in them, are no part of an article.

    Args:
        body: The element that holds what is seen of the page, of an lxml tree.
    """
    held = _held(body)
    most = MOST * held.get(body, _NOTHING).length
    found: dict[Any, Reason] = {}
    for element in body.iter("*"):
        if (tag := element.tag) in _NEVER:
            continue
        if reason := _BY_TAG.get(tag) or _named(element):
            inside = held.get(element, _NOTHING)
            if inside.length <= most and not inside.titles:
                found[element] = reason
    return found


def _named(element: Any) -> Reason | None:
    get = element.get
    if ((style := get("style")) and _NOT_SHOWN.search(style)) or get("hidden") is not None:
        return Reason.HIDDEN
    named, number = get("class"), get("id")
    return _by_name(named or "", number or "") if named or number else None


@cache
def _found(path: str) -> Callable[[Any], list[Any]]:
    from lxml.etree import XPath

    find: Callable[[Any], list[Any]] = XPath(path)
    return find


@lru_cache(maxsize=4096)  # a page has some ten elements of each class, a site the same classes on every page
def _by_name(named: str, number: str) -> Reason | None:
    called = name_words(f"{named} {number}")
    if not called.isdisjoint(_OF_UNSEEN) and _UNSEEN.search(named):
        return Reason.HIDDEN
    found = _NAMED.keys() & called
    return _NAMED[min(found)] if found else None


@dataclass(slots=True)
class _Held:
    """Characters of running text and number of ``h1`` in an element."""

    length: int = 0
    titles: int = 0


_NOTHING: Final = _Held()


def _held(body: Any) -> dict[Any, _Held]:
    """What the elements hold that hold anything: few do, so the tree is climbed from those, each element once at any depth."""
    held: dict[Any, _Held] = {}
    climbed: list[list[tuple[Any, Any]]] = []
    for element, length, titles in (*_running_texts(body), *((title, 0, 1) for title in body.iter("h1"))):
        climbed.append(_climb(element, body, held))
        held[element].length += length
        held[element].titles += titles
    for path in reversed(climbed):  # a path ends in one that was climbed before it
        for element, above in path:
            held[above].length += held[element].length
            held[above].titles += held[element].titles
    return held


def _climb(element: Any, body: Any, held: dict[Any, _Held]) -> list[tuple[Any, Any]]:
    """The new elements on the way up to one that is in *held*, with the one around each; what is not seen ends the way."""
    path = []
    while element not in held:
        held[element] = _Held()
        if element is body or element.tag in UNSEEN_TAGS:
            break
        above = element.getparent()
        path.append((element, above))
        element = above
    return path


def _running_texts(body: Any) -> Iterator[tuple[Any, int, int]]:
    """Each piece of running text: the element that it stands in, its length, and no ``h1``."""
    for text in _found(f".//text()[string-length() >= {RUNNING}]")(body):
        element, size = text.getparent(), len(text.strip())
        if size >= RUNNING and isinstance(element.tag, str):
            yield element.getparent() if text.is_tail else element, size, 0


def weight(root: Any) -> list[Any]:
    """The elements of a page that no extractor looks at: taken out, they need not be copied. JSON-LD is looked at."""
    scripts = (script for script in root.iter("script") if "json" not in (script.get("type") or ""))
    return [*root.iter("iframe", "link", "meta", "style", "svg", "template"), *scripts]


def remove(elements: Iterable[Any]) -> None:
    """Take *elements* out of their tree; what follows them stays."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()
