"""The bytes of an HTML page as a tree: its encoding, its size, its depth."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any, Final

from newsearch.corpus.formats.base import MAX_HTML_BYTES, RejectedError
from newsearch.corpus.text import Decoded, decode

_HEAD_BYTES: Final = 4096
"""Where a declaration of the encoding is looked for; browsers look at 1,024 bytes, and pages write it later."""
_SAMPLE_BYTES: Final = 50_000
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{1,100}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.IGNORECASE)
_SUPERSETS: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
"""What browsers read for what pages say (WHATWG Encoding, section 4.2), in Python's names."""
_GUESSES: Final = (
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1254",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
)
_FORBIDDEN: Final = bytes([*range(0x09), 0x0B, *range(0x0E, 0x20)])
_NO_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")
"""What no XML tree may hold: control characters, U+FFFE and U+FFFF."""
_NUMBERED = re.compile(
    rb"&#0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45])(?:;|(?![0-9]))"
    rb"|&#[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[eEfF])(?:;|(?![0-9a-fA-F]))"
)
"""A form feed is white space in HTML, and lxml reads it, as it reads these characters where they are written as numbers; but
it refuses them when the text around an element that is taken out is put together. The form feed itself is no part of the
pattern: all its forms begin with the same two signs, so that it is looked for fifteen times as fast."""
_MAX_LOST: Final = 0.01
"""Share of characters that a declared encoding may leave undefined before it is not believed."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, read.

    Attributes:
        root: Its root element, of lxml.
        decoded: Its source, and how it was read.
    """

    root: Any
    decoded: Decoded

    @property
    def body(self) -> Any:
        """The element that holds what is seen of the page."""
        body = self.root.find("body")
        return self.root if body is None else body


def read_page(raw: bytes, charset: str = "") -> Page:
    """The tree of a page, however broken its markup is.

    Args:
        raw: The page's bytes.
        charset: Of the HTTP header, or empty.

    Raises:
        RejectedError: It is empty, too large, no text, or nested too deeply.
    """
    from lxml import etree
    from lxml.html import HtmlComment, HtmlElement, HTMLParser

    if len(raw) > MAX_HTML_BYTES:
        found = f"Found {len(raw) / 1e6:,.0f} MB, wanted at most {MAX_HTML_BYTES / 1e6:,.0f} MB of HTML. "
        raise RejectedError("too large", f"{found}Save the page without what is packed into it, or leave it out.")
    decoded = decode_html(raw, charset)
    source = _source(raw, decoded)
    if not source.strip():
        raise RejectedError(
            "empty file", "It holds nothing. If it should: it was cut off on its way here, copy it again."
        )
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment))
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError:  # nothing but comments and declarations
        root = None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        detail = "Its elements are nested more than 2,048 deep; what lies deeper could not be read. Leave the page out."
        raise RejectedError("nested too deeply", detail)
    if root is None:
        raise RejectedError(
            "no article", "Found no element that holds text. Leave the file out, or save its page again."
        )
    return Page(root, decoded)


def _source(raw: bytes, decoded: Decoded) -> bytes:
    """A page's characters in UTF-8, those left out that no tree may hold."""
    same = decoded.encoding == "utf-8" and not raw.startswith(codecs.BOM_UTF8)
    source = raw if same else decoded.text.encode("utf-8", "ignore")  # halves of characters are ignored
    source = source.translate(None, _FORBIDDEN).replace(b"\x0c", b" ")
    if "\ufffe" in decoded.text or "\uffff" in decoded.text:
        source = _NO_CHARACTERS.sub(b"", source)
    return _NUMBERED.sub(b" ", source)


def decode_html(raw: bytes, charset: str = "") -> Decoded:
    """Read *raw* by its byte order mark, else as UTF-8 where it can be, else as declared, else as it looks.

    What is valid UTF-8 beyond ASCII is UTF-8 whatever is declared: servers' defaults are wrong more often than that happens
    by chance.

    Args:
        raw: The page's bytes.
        charset: Of the HTTP header, or empty; it goes before what the page says itself.

    Raises:
        RejectedError: It is no text.
    """
    plain = decode(raw)
    if plain.encoding in ("utf-8", "utf-16", "utf-32"):
        return plain
    if raw.count(b"\0") > len(raw) * _MAX_LOST:
        raise RejectedError(
            "binary file", f"It has {raw.count(0):,} NUL bytes and no mark of UTF-16, so it is no text."
        )
    head = raw[:_HEAD_BYTES]
    declared = [
        match[1].decode("ascii", "replace") for form in (_XML_CHARSET, _META_CHARSET) if (match := form.search(head))
    ]
    for name in filter(None, (charset, *declared)):
        if found := _decode_as(raw, name):
            return found
        if _codec(name) == "utf-8":
            return plain  # UTF-8 but for single bytes
    return _guess(raw) or plain


def _codec(name: str) -> str:
    """Python's name of an encoding, widened as browsers do; empty where there is none."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):  # a NUL in a name is a ValueError
        return ""
    return _SUPERSETS.get(codec, codec)


def _decode_as(raw: bytes, name: str) -> Decoded | None:
    """*raw* in the encoding *name*; None where there is none, or too much of it is not in it."""
    codec = _codec(name)
    if codec in ("", "utf-8"):
        return None
    try:
        text = raw.decode(codec, "replace")
    except (LookupError, ValueError):  # rot13 and the like decode no bytes; "idna" fails
        return None
    undefined = text.count("\ufffd")
    return Decoded(text, codec, undefined) if undefined <= _MAX_LOST * len(text) else None


def _guess(raw: bytes) -> Decoded | None:
    """*raw* in the encoding that it looks like; only asked where nothing is declared."""
    from charset_normalizer import from_bytes

    matches = from_bytes(raw[:_SAMPLE_BYTES], cp_isolation=list(_GUESSES))
    best = matches.best()
    western = next((match for match in matches if match.encoding == "cp1252"), None)
    if best and western and western.chaos <= best.chaos:
        best = western  # cp1250 has the umlauts at the same places, and other letters for à and ñ
    return _decode_as(raw, best.encoding) if best else None
