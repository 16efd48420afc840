"""What a file is, by its first bytes; its name only decides where they leave it open."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from newsearch.corpus.containers import is_web_archive
from newsearch.corpus.formats.records import FIELDS
from newsearch.corpus.sidecars import unpacked
from newsearch.corpus.text import decode, is_binary, words


class Format(StrEnum):
    """What a file may be read as."""

    DUMP = "dump"
    HTML = "html"
    WEB_ARCHIVE = "web archive"
    JSON_LINES = "json lines"
    JSON = "json"
    TABLE = "table"
    FEED = "feed"


_SUFFIXES: Final = {
    ".txt": Format.DUMP,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".json": Format.JSON,
    ".csv": Format.TABLE,
    ".tsv": Format.TABLE,
    ".rss": Format.FEED,
    ".atom": Format.FEED,
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), Format.HTML),
}
_OBJECT: Final = re.compile(r"\{\s*[\"}]")
_ARRAY: Final = re.compile(r"\[\s*[{\]]")
_ROOT: Final = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype(?P<type>[^>\[]*)(?:\[[^\]]*\])?\s*>)*<(?:[\w.-]+:)?(?P<root>[\w.-]+)",
    re.DOTALL | re.IGNORECASE,
)
_PAGE: Final = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_FEEDS: Final = words("rss feed rdf")
_ELEMENTS: Final = words(
    "html head body title meta link script style base div p h1 h2 h3 article section main header nav table center font a span"
)
"""Elements that a page without `<html>` may begin with."""
_CELLS: Final = re.compile(r"[,;\t|]")
_COLUMNS: Final = frozenset(name for names in FIELDS.values() for name in names)
_ASSET: Final = re.compile(
    r"\.(?:css|m?js|map|png|jpe?g|gif|webp|avif|svgz?|ico|bmp|woff2?|ttf|otf|eot|mp[34]|webm|m4[av]|ogg|wasm|webmanifest)"
    r"(?:[?@].*)?$|(?:^|/)robots\.txt$",
    re.IGNORECASE,
)


def suffix_of(path: str) -> str:
    """The suffix that tells a file's format, lower case with its dot, or empty; that of a compression does not."""
    return PurePosixPath(unpacked(path)).suffix.lower()


def is_asset(path: str) -> bool:
    """Whether a file is by its name a part of pages, and no article: an image, a font, a style sheet, a script."""
    return _ASSET.search(path) is not None


def format_of(head: bytes, path: str) -> Format | None:
    """What a file is; None where it is nothing that is read.

    Args:
        head: Its first bytes, `newsearch.corpus.formats.base.HEAD` of them where it has so many.
        path: Its name, or its whole path.
    """
    named = _SUFFIXES.get(suffix_of(path))
    if is_web_archive(head, path):
        return Format.WEB_ARCHIVE
    if is_binary(head):
        return named
    start = _characters(head).lstrip("\ufeff \t\r\n")
    if _OBJECT.match(start) or _ARRAY.match(start):
        return named if named is Format.JSON_LINES else Format.JSON
    if named in (Format.JSON, Format.JSON_LINES):
        return named
    return _markup(start, named) if start.startswith("<") or named is not Format.DUMP else named


def _characters(head: bytes) -> str:
    """*head* as text; a character that is cut off at its end does no harm."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return decode(head).text
    return head.decode("utf-8", "replace")


def _markup(start: str, named: Format | None) -> Format | None:
    match = _ROOT.match(start)
    if match:
        root, doctype = match["root"].lower(), (match["type"] or "").lower()
        if root in _FEEDS:
            return Format.FEED
        if root in _ELEMENTS or "html" in doctype:
            return Format.HTML
    if named is None and _PAGE.search(start):
        return Format.HTML
    return named or (Format.TABLE if _is_table(start) else None)


def _is_table(start: str) -> bool:
    """Whether the first line names columns that articles have, their text among them."""
    cells = {cell.strip(" \"'").lower() for cell in _CELLS.split(start.partition("\n")[0])}
    return len(cells & _COLUMNS) > 1 and not cells.isdisjoint(FIELDS["text"])
