"""Which of the headlines that a page gives is its article's. Pure.

Publishers write up to five: for search engines, for other sites' previews, for the browser's tab, and the one that is
printed. The printed one counts, as the page's head spells it; docs/extraction.md has what else was tried.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.html.matching import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsearch.corpus.formats.html.head import PageHead

_SEPARATOR = re.compile(r"\s+[|–—•·»:-]+\s+|\s*[|｜ㅣ]\s*")
_MIN_TITLE: Final = 10
"""Letters of the shortest headline that a site's name is cut off, or that is known again where it is printed."""
_MIN_SITE: Final = 4
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")


def told_titles(head: PageHead, sites: Iterable[str]) -> tuple[str, str, str, str]:
    """The headlines that a page's head gives, without the site's name, empty where it gives none.

    Args:
        head: The page's own statements.
        sites: What the site may be called.

    Returns:
        Those of its JSON-LD, OpenGraph, Twitter and ``title``.
    """
    known = {letters(heading) for heading in head.headings} | {letters(head.declared.headline)}
    own = {key for site in sites for key in _site_keys(site)}
    told = (head.declared.headline, head.meta("og:title"), head.meta("twitter:title"), head.title)
    linked, graph, twitter, title = (_without_site(text, own, known) for text in told)
    return linked, graph, twitter, title


def pick_title(told: tuple[str, str, str, str], headings: Sequence[str]) -> str:
    """The headline by where it stands alone: JSON-LD, OpenGraph, ``h1``, Twitter, ``title``.

    One that is cut off counts as one that goes on.

    Args:
        told: See `told_titles`.
        headings: The page's ``h1`` elements; the first one that the head gives as well counts, else the first.
    """
    said = {letters(text) for text in told if text}
    heading = next((text for text in headings if letters(text) in said), next(iter(headings), ""))
    candidates = [text for text in (*told[:2], heading, *told[2:]) if text]
    first = next(iter(candidates), "")
    if _CUT.search(first):
        begun = letters(_CUT.sub("", first))
        return next((text for text in candidates if letters(text).startswith(begun) and not _CUT.search(text)), first)
    return first


def pick_printed(told: Iterable[str], printed: Iterable[str]) -> str:
    """The headline of *told* that is printed, empty where none is.

    It may be printed with a kicker above it, or have one in front that is printed elsewhere.

    Args:
        told: The headlines that the page's head gives.
        printed: The headings above the text, the nearest first: a page's ``h1`` is often a breadcrumb for search engines,
            with the headline in an ``h2`` below.
    """
    keys = {text: key for text in told if len(key := letters(text)) >= _MIN_TITLE}
    for key in map(letters, printed):
        if len(key) < _MIN_TITLE:
            continue
        for fits in (key.__eq__, key.endswith, lambda other, key=key: other.endswith(key)):
            if found := next((text for text, other in keys.items() if fits(other)), ""):
                return found
    return ""


def _site_keys(site: str) -> Iterator[str]:
    yield letters(site)
    if "." in site:  # a host: www.example.co.uk is example
        yield max(map(letters, site.lower().removeprefix("www.").split(".")), key=len)


def _without_site(text: str, sites: set[str], known: set[str]) -> str:
    """*text* up to the separator behind which the site's name stands, or before which a whole headline does."""
    for match in _SEPARATOR.finditer(text):
        head = text[: match.start()]
        if len(letters(head)) < _MIN_TITLE:
            continue
        tail = [letters(part) for part in _SEPARATOR.split(text[match.end() :])]
        if letters(head) in known or any(_names_site(part, sites) for part in tail):
            return head
    return text


def _names_site(part: str, sites: set[str]) -> bool:
    return any(part == site or (len(site) >= _MIN_SITE and part.startswith(site)) for site in sites if site and part)
