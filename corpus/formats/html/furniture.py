"""What of a page is furniture and no article, as the tags and names of its elements tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.formats.html.blocks import UNSEEN_TAGS, name_words
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
_STRUCTURE: Final = words("article body h1 html main")
"""Elements that no name makes furniture: ``<body class="has-newsletter">``."""
_UNSEEN = re.compile(r"(?<!\S)(?:sr-only|visually-?hidden|screen-reader-text|element-invisible)(?!\S)", re.IGNORECASE)
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
    most = MOST * held[body][0]
    found: dict[Any, Reason] = {}
    for element, (length, titles) in held.items():
        if length <= most and not titles and (reason := _reason(element)) is not None:
            found[element] = reason
    return found


def _reason(element: Any) -> Reason | None:
    if element.tag in _STRUCTURE:
        return None
    if by_tag := _BY_TAG.get(element.tag):
        return by_tag
    get = element.attrib.get
    if get("hidden") is not None or ((style := get("style")) and _NOT_SHOWN.search(style)):
        return Reason.HIDDEN
    named, number = get("class") or "", get("id") or ""
    return _by_name(named, number) if named or number else None


@lru_cache(maxsize=4096)  # a page has some ten elements of each class, a site the same classes on every page
def _by_name(named: str, number: str) -> Reason | None:
    if _UNSEEN.search(named):
        return Reason.HIDDEN
    found = _NAMED.keys() & name_words(f"{named} {number}")
    return _NAMED[min(found)] if found else None


def _held(body: Any) -> dict[Any, tuple[int, int]]:
    """How many characters of running text and how many ``h1`` each element holds, in one pass over any depth."""
    held: dict[Any, tuple[int, int]] = {}
    for element in reversed(list(body.iter("*"))):  # what is in an element comes after it, so it is counted before
        length, titles = held.get(element, (0, 0))
        tag = element.tag
        if tag in UNSEEN_TAGS:
            length = titles = 0
        else:
            length, titles = length + _running(element.text), titles + (tag == "h1")
        held[element] = length, titles
        if element is not body:
            above = element.getparent()
            lengths, titled = held.get(above, (0, 0))
            held[above] = lengths + length + _running(element.tail), titled + titles
    return held


def _running(text: str | None) -> int:
    if not text or len(text) < RUNNING:
        return 0
    size = len(text.strip())
    return size if size >= RUNNING else 0


def weight(root: Any) -> list[Any]:
    """The elements of a page that no extractor looks at: taken out, they need not be copied. JSON-LD is looked at."""
    scripts = (script for script in root.iter("script") if "json" not in (script.get("type") or ""))
    return [*root.iter("iframe", "link", "meta", "style", "svg", "template"), *scripts]


def remove(elements: Iterable[Any]) -> None:
    """Take *elements* out of their tree; what follows them stays."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()
