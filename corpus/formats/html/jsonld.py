"""schema.org's article in a page's JSON-LD scripts, however it is packed there. Pure.

Found in the wild, and read: one object, arrays, ``@graph``, the article inside of another object, types as a list, line
ends inside of strings, scripts in HTML comments or CDATA sections, commas too many, HTML entities and tags in values.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from newsearch.corpus.text import one_line, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ARTICLE: Final = re.compile(r"(?:https?://schema\.org/)?(?:\w*Article|BlogPosting|LiveBlogPosting|Report)")
_WRAPPED = re.compile(
    r"^\s*(?:/[/*]\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?:/[/*]\s*)?(?:-->|\]\]>)(?:\s*\*/)?\s*;?\s*$"
)
_COMMA = re.compile(r",(\s*[}\]])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_BREAK = re.compile(r"</p\s*>|<br\s*/?>|</h\d\s*>|</li\s*>", re.IGNORECASE)
_DEEPEST: Final = 20
"""Levels of objects that are looked into; real pages have some 6."""
_MIN_BODY: Final = 300
"""Characters of the shortest ``articleBody`` that is one; shorter ones are leads."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page's JSON-LD says of its article; empty where it says nothing.

    Attributes:
        headline: The headline.
        description: The lead or a description.
        body: The text's paragraphs, often run together into one.
        published: When it was published, as it is written there.
        updated: When it was changed, as it is written there.
        authors: Names of persons and organisations, in their order.
        publisher: The publisher's name.
        section: The first section.
        language: As it is written there.
        urls: Its addresses, the most telling first.
    """

    headline: str = ""
    description: str = ""
    body: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    section: str = ""
    language: str = ""
    urls: tuple[str, ...] = ()


def read_declared(scripts: Sequence[str]) -> Declared:
    """What the scripts of type ``application/ld+json`` say of the page's article.

    Of several articles the first one with a headline counts, and what it leaves out comes from the others that have the
    same one.
    """
    articles = [value for script in scripts for value in _objects(_load(script)) if _is_article(value)]
    first = next((value for value in articles if _text(value.get("headline"))), articles[0] if articles else None)
    if first is None:
        return Declared()
    same = [value for value in articles if _text(value.get("headline")) == _text(first.get("headline"))]
    return Declared(
        headline=_text(first.get("headline")),
        description=_first(same, "description"),
        body=max((_body(value.get("articleBody")) for value in same), key=lambda parts: sum(map(len, parts))),
        published=_first(same, "datePublished") or _first(same, "dateCreated"),
        updated=_first(same, "dateModified"),
        authors=next((found for value in same if (found := _names(value.get("author")))), ()),
        publisher=next((found[0] for value in same if (found := _names(value.get("publisher")))), ""),
        section=_first(same, "articleSection"),
        language=_first(same, "inLanguage"),
        urls=tuple(
            filter(None, (_address(value.get(name)) for value in same for name in ("url", "mainEntityOfPage", "@id")))
        ),
    )


def _load(script: str) -> object:
    """The value of a script; None where it is no JSON that can be mended."""
    try:
        return orjson.loads(script)
    except ValueError:
        return _mended(script)


def _mended(script: str) -> object:
    text = _WRAPPED.sub("", _WRAPPED.sub("", script)).strip().rstrip(";")
    for candidate in (text, _COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: object, level: int = 0) -> Iterator[Mapping[str, Any]]:
    """All objects in *value*, the outer ones first."""
    if level > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _objects(inner, level + 1)


def _is_article(value: Mapping[str, Any]) -> bool:
    types = value.get("@type")
    return any(
        isinstance(name, str) and _ARTICLE.fullmatch(name) for name in (types if isinstance(types, list) else [types])
    )


def _first(values: Sequence[Mapping[str, Any]], name: str) -> str:
    return next((text for value in values if (text := _text(value.get(name)))), "")


def _text(value: object) -> str:
    """A value as text on one line: the first of a list, the name of an object."""
    if isinstance(value, list):
        return next((text for inner in value if (text := _text(inner))), "")
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("@value") or value.get("alternateName"))
    return one_line(_TAG.sub("", html.unescape(value))) if isinstance(value, str) else ""


def _body(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        value = "\n".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ()
    parts = paragraphs(_TAG.sub(" ", _BREAK.sub("\n", html.unescape(value))))
    return tuple(parts) if sum(map(len, parts)) >= _MIN_BODY else ()


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(dict.fromkeys(name for inner in value for name in _names(inner)))
    if isinstance(value, dict) and isinstance(value.get("name"), list):
        return _names(value["name"])
    name = _text(value)
    return (name,) if name and "://" not in name else ()


def _address(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) and value.strip().startswith(("http://", "https://")) else ""
