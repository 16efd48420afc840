"""HTML in a field of a record: its text, and nothing changed in what is no HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.report import Dropped
from newsearch.corpus.text import normalise, one_line, paragraphs
from newsearch.corpus.wrapping import unwrap

_INLINE: Final = "a abbr b big cite code del em font i ins kbd mark q s small span strike strong sub sup time tt u"
_BLOCKS: Final = (
    "address article aside audio blockquote body br center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 head header "
    "hr html iframe img li main nav ol p picture pre script section style table tbody td tfoot th thead tr ul video"
)
_NAMES: Final = "|".join(f"{_INLINE} {_BLOCKS}".split())
_TAG: Final = re.compile(
    rf"</(?:{_NAMES})\s*>|<(?:{'|'.join(_BLOCKS.split())})(?:\s[^<>]*)?/?>|<!--.*?-->", re.IGNORECASE
)
"""A tag that closes something, or one of a block: ``<3``, ``a < b`` and ``<Name der Redaktion geändert>`` are none."""
_BLOCK: Final = re.compile(r"<(?:p|br|div|h[1-6]|li|td|blockquote|section|article)\b[^<>]*>", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, slots=True)
class Plain:
    """The text of a field.

    Attributes:
        parts: Its paragraphs.
        dropped: What of its HTML is no text of an article: captions, boxes, scripts' notices.
    """

    parts: list[str]
    dropped: tuple[Dropped, ...] = ()


def read_markup(value: str) -> Plain:
    """The paragraphs of *value*, whether it is HTML or plain text.

    Where its HTML has no paragraphs of its own, as exports of WordPress have it, line ends are paragraphs.
    """
    if not is_markup(value):
        return Plain(paragraphs(unwrap(normalise(unescape(value)))))
    source = value if _BLOCK.search(value) else re.sub(r"[\r\n]+", "<br>", value)
    try:
        return _blocks(source)
    except RejectedError as exc:  # nested too deeply, or nothing but comments
        return Plain([], (Dropped(exc.reason, one_line(value)[:200]),))


def is_markup(value: str) -> bool:
    """Whether *value* is HTML rather than text in which a ``<`` stands."""
    return "<" in value and _TAG.search(value) is not None


def unescape(value: str) -> str:
    """*value* with the characters that ``&auml;`` and ``&#228;`` stand for; a lone ``&`` stays."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), value) if "&" in value else value


def as_line(value: str) -> str:
    """The text of a headline or name, HTML or not, on one line."""
    return one_line(" ".join(read_markup(value).parts)) if is_markup(value) else one_line(unescape(value))


def _blocks(source: str) -> Plain:
    from newsearch.corpus.formats.html.blocks import split_blocks
    from newsearch.corpus.formats.html.furniture import find_furniture
    from newsearch.corpus.formats.html.page import read_page

    body = read_page(f"<html><body>{source}</body></html>".encode("utf-8", "replace"), "utf-8").body
    blocks = split_blocks(body, find_furniture(body))
    kept = [block.text for block in blocks if block.reason is None]
    return Plain(kept, tuple(Dropped(block.reason, block.text) for block in blocks if block.reason is not None))
