"""RSS (0.9x, 1.0, 2.0) and Atom files: their items as records, where they hold more than a teaser."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import orjson

from newsearch.corpus.formats.base import Kind, RawRecord, RejectedError
from newsearch.corpus.formats.markup import as_line, read_markup
from newsearch.corpus.report import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsearch.corpus.formats.base import Entry

MAX_FEED_BYTES: Final = 20_000_000
"""A feed is held as a tree, some five times its size; those of news sites have some 0.1 MB."""
MIN_ARTICLE: Final = 500
"""Characters from which on the description of an item is its article. Of 241 publishers' pages .99 have a description of at
most 525 characters, of 202 gold articles with a lead .99 one of at most 489; of 4,773 articles .99 are longer than 551."""
_CUT_OFF: Final = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|weiterlesen|read more)\W*$", re.IGNORECASE)
_PREFIXES: Final = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
}
"""What names mean the same in; other vocabularies (media:title, itunes:author) speak of something else."""
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_REFERENCE: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
"""HTML's names of characters, which XML does not know: a parser that goes on leaves the characters out."""

_Fields = dict[str, list[Any]]


def read_feed(entry: Entry) -> Iterator[RawRecord | Reject]:
    """The items of a feed, each a RECORD with our own names of fields, numbered from 1.

    An item's text is its content, or its description where that is long enough for an article. An item with a teaser alone
    is rejected: its address is the article's, so that it would take the place of the article read from elsewhere.

    Raises:
        RejectedError: It is too large, no feed, not to be read at all, or declares entities.
        OSError: The stream cannot be read further.
    """
    root, broken = _parse(_content(entry))
    channel = next((one for one in root if _name(one) == "channel"), root)
    feed = _fields(channel)
    items = [one for one in (*root, *(channel if channel is not root else ())) if _name(one) in ("item", "entry")]
    if not items:
        raise RejectedError("no items", f"Found a feed ({_name(root)}) without items, wanted RSS or Atom with some.")
    for number, item in enumerate(items, start=1):
        try:
            yield RawRecord(entry.path, number, Kind.RECORD, orjson.dumps(_record(_fields(item), feed, item)))
        except RejectedError as exc:
            yield exc.at(f"{entry.path}:{number}")
    if broken:
        yield Reject(entry.path, "broken XML", f"{broken}. What could be read of it was.")


def _content(entry: Entry) -> bytes:
    raw = entry.stream.read(MAX_FEED_BYTES + 1)
    if len(raw) > MAX_FEED_BYTES:
        found = f"Found more than {MAX_FEED_BYTES / 1e6:.0f} MB of a feed. Write its items as JSON lines."
        raise RejectedError("too large", found)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw
    return _REFERENCE.sub(lambda match: _numbered(match[0]), raw.lstrip())


def _numbered(reference: bytes) -> bytes:
    characters = html.unescape(reference.decode("ascii"))
    return reference if characters.startswith("&") else "".join(f"&#{ord(one)};" for one in characters).encode()


def _parse(raw: bytes) -> tuple[Any, str]:
    """The root element, and what is wrong with the file; without entities, DTD or network."""
    from lxml import etree

    root, broken = None, ""
    for recover in (False, True):
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            recover=recover,
        )
        try:
            root = etree.fromstring(raw, parser)
        except etree.XMLSyntaxError as exc:
            broken = broken or str(exc)
        else:
            break
    if root is None:
        raise RejectedError("broken XML", f"{broken}. Wanted an RSS or Atom file; write it again.")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise RejectedError(
            "entities in XML", "It declares entities of its own, which may unfold without end. Remove them."
        )
    if _name(root) not in ("rss", "rdf", "feed", "channel"):
        raise RejectedError("not a known format", f"Found XML with the root {_name(root)!r}, wanted RSS or Atom.")
    return root, broken


def _name(element: Any) -> str:
    """Its local name in lower case; empty for an entity."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _fields(element: Any) -> _Fields:
    """Its children by name, those of a vocabulary that is known."""
    fields: _Fields = {}
    for child in element:
        if isinstance(child.tag, str):
            space, _, name = child.tag.rpartition("}")
            if (prefix := _PREFIXES.get(space.removeprefix("{"))) is not None:
                fields.setdefault(prefix + name.lower(), []).append(child)
    return fields


def _record(item: _Fields, feed: _Fields, element: Any) -> dict[str, object]:
    """An item under our own names of fields.

    Raises:
        RejectedError: It holds no text but a teaser.
    """
    description = _html(item, "description", "summary", "dc:abstract")
    content = _html(item, "content:encoded", "content")
    text = content or description
    _check_article(text, whole=bool(content))
    source = _fields(item["source"][0]) if "source" in item else {}
    return {
        "id": _text(item, "guid", "id"),
        "url": urljoin(_link(feed), _link(item)),
        "title": as_line(_html(item, "title", "dc:title")),
        "description": as_line(description) if content else "",
        "text": text,
        "published": _text(item, "pubdate", "published", "issued", "dc:date", "dc:issued", "created"),
        "updated": _text(item, "updated", "modified", "dc:modified"),
        "language": _text(item, "dc:language") or _language(element) or _text(feed, "language", "dc:language"),
        "publisher": as_line(_html(source, "title") or _text(item, "source") or _html(feed, "title", "dc:publisher")),
        "authors": _authors(item),
        "section": _section(item),
    }


def _check_article(text: str, *, whole: bool) -> None:
    plain = " ".join(read_markup(text).parts)
    if not plain:
        raise RejectedError("no text", "Found an item without content and description, wanted its text.")
    if not whole and (len(plain) < MIN_ARTICLE or _CUT_OFF.search(plain)):
        found = f"Found a description of {len(plain)} characters and no content. Add the pages that the feed leads to."
        raise RejectedError("only a teaser", found)


def _text(fields: _Fields, *names: str) -> str:
    """The text of the first of *names* that has one."""
    found = ("".join(one.itertext()).strip() for name in names for one in fields.get(name, ()))
    return next((text for text in found if text), "")


def _html(fields: _Fields, *names: str) -> str:
    """The same with its HTML: XHTML elements written out, an Atom text's signs kept as text."""
    found = (_inner(one) for name in names for one in fields.get(name, ()))
    return next((text for text in found if text.strip()), "")


def _inner(element: Any) -> str:
    from lxml import etree

    kind = element.get("type", "")
    if kind == "xhtml" or any(isinstance(one.tag, str) and one.tag.startswith(_XHTML) for one in element):
        written = etree.tostring(element, encoding="unicode", with_tail=False)
        return re.sub(r"<(/?)\w+:(?=\w)", r"<\1", written)
    text = "".join(element.itertext())
    return (
        html.escape(text, quote=False).replace("\n", "<br>") if kind in ("text", "text/plain") and "<" in text else text
    )


def _link(fields: _Fields) -> str:
    """Where an item or feed stands on the web, or empty."""
    if "feedburner:origlink" in fields:
        return _text(fields, "feedburner:origlink")
    for link in fields.get("link", ()):
        address = link.get("href") or (link.text or "").strip()
        if address and link.get("rel", "alternate") == "alternate":
            return str(address)
    for guid in fields.get("guid", ()):
        address = (guid.text or "").strip()
        if address.startswith("http") and guid.get("isPermaLink", "true").lower() == "true":
            return str(address)
    return ""


def _language(element: Any) -> str:
    while element is not None:
        if language := element.get(_XML_LANG):
            return str(language)
        element = element.getparent()
    return ""


def _authors(item: _Fields) -> list[str]:
    """Names; of ``mail@example.org (Erika Muster)``, as RSS wants it, what is in brackets."""
    written = [_text(_fields(one), "name") or "".join(one.itertext()).strip() for one in item.get("author", ())]
    written += ["".join(one.itertext()).strip() for one in item.get("dc:creator", ())]
    return [match[1] if (match := re.fullmatch(r"\S+@\S+\s+\((.+)\)", name)) else name for name in written if name]


def _section(item: _Fields) -> str:
    for category in item.get("category", ()):
        return str(category.get("label") or category.get("term") or "".join(category.itertext()).strip())
    return _text(item, "dc:subject")
