"""What the head of a page and its marked-up elements say: meta elements by name, JSON-LD, microdata, times, headlines."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.formats.html.jsonld import Declared, read_declared
from newsearch.corpus.text import one_line, words

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAGS: Final = ("h1", "link", "meta", "script", "time", "title")
_ITEMPROPS: Final = words("datepublished datemodified headline")


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page says of itself, as it is written there.

    Attributes:
        declared: What its JSON-LD says.
        metas: Contents of the ``meta`` elements, by `key_of` of their name, property or itemprop, in the page's order.
        items: Values of microdata, by itemprop in lower case.
        times: Of the ``time`` elements: their datetime, else their text.
        canonical: Of ``link rel="canonical"``, or empty.
        title: Of the ``title`` element.
        headings: Of the ``h1`` elements, without empty ones.
        language: Of the ``html`` element, or empty.
    """

    declared: Declared = field(default_factory=Declared)
    metas: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    canonical: str = ""
    title: str = ""
    headings: tuple[str, ...] = ()
    language: str = ""

    def meta(self, *names: str) -> str:
        """The first content under the first of *names* that has one."""
        return next(self.every_meta(*names), "")

    def every_meta(self, *names: str) -> Iterator[str]:
        """All contents under *names*, those of the first name first."""
        return (content for name in names for content in self.metas.get(key_of(name), ()))


@lru_cache(maxsize=1024)
def key_of(name: str) -> str:
    """The letters and digits of a meta element's name: ``article:published_time`` is written with any signs between."""
    return "".join(filter(str.isalnum, name.lower()))


def read_head(root: Any) -> PageHead:
    """What a page says of itself.

    Args:
        root: The page's tree, of lxml.
    """
    found: dict[str, list[Any]] = {tag: [] for tag in _TAGS}
    for element in root.iter(*_TAGS):
        found[element.tag].append(element)
    head = PageHead(
        declared=read_declared([script.text or "" for script in found["script"] if _is_json_ld(script)]),
        times=tuple(filter(None, (one_line(time.get("datetime") or _text(time)) for time in found["time"]))),
        canonical=next((link.get("href") or "" for link in found["link"] if _is_canonical(link)), "").strip(),
        title=next((text for title in found["title"] if (text := _text(title))), ""),
        headings=tuple(filter(None, map(_text, found["h1"]))),
        language=(
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""
        ).strip(),
    )
    for meta in found["meta"]:
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if (name := meta.get(attribute)) and (content := one_line(meta.get("content") or "")):
                head.metas.setdefault(key_of(name), []).append(content)
    for element in root.xpath("descendant-or-self::*[@itemprop]"):
        name = element.get("itemprop").lower()
        if name in _ITEMPROPS and element.tag != "meta":
            head.items.setdefault(name, []).append(element.get("content") or element.get("datetime") or _text(element))
    return head


def _is_json_ld(script: Any) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _is_canonical(link: Any) -> bool:
    return "canonical" in (link.get("rel") or "").lower().split()


def _text(element: Any) -> str:
    return one_line("".join(element.itertext()))
