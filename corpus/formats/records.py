"""JSON articles: one table of field names for trafilatura, news-please, Fundus and our own records."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

from newsearch.corpus.agencies import find_agency
from newsearch.corpus.article import Article
from newsearch.corpus.dates import Date, parse_date
from newsearch.corpus.formats.base import Parsed, RejectedError, undefined_bytes
from newsearch.corpus.language import settle_language
from newsearch.corpus.report import Dropped
from newsearch.corpus.text import Decoded, decode, join, one_line, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "headline"),
    "text": ("text", "maintext", "plaintext", "raw_text", "body", "content"),
    "lead": ("lead", "body.summary"),
    "description": ("description", "excerpt"),
    "url": ("url", "source", "html.responded_url", "html.requested_url", "link"),
    "external_id": ("id", "external_id", "fingerprint"),
    "published": ("published", "publishing_date", "date_publish", "date"),
    "updated": ("updated", "date_modify", "modified"),
    "language": ("language", "lang"),
    "publisher": ("publisher", "sitename", "source-hostname", "source_domain", "hostname"),
    "agency": ("agency",),
    "authors": ("authors", "author"),
    "section": ("section", "categories", "category"),
}
"""The names an attribute goes by, the first that holds something counts; a dot leads into an object. The lead is part
of the article, the description only of its page."""

_AND = re.compile(r"\s*;\s*|\s+(?:und|and|&)\s+|\s*,\s+(?=\S+ \S)")
_EPOCH_MS: Final = 100_000_000_000
"""Seconds reach this in the year 5138, milliseconds did in 1973."""
_EPOCH: Final = 100_000_000
"""Smaller numbers are years or nothing."""

type_names: Final = {dict: "an object", list: "an array", str: "a string", int: "a number", float: "a number"}


def parse_record(raw: bytes) -> Parsed:
    """The article of one JSON object.

    Raises:
        RejectedError: *raw* is no JSON, no object, or holds no text.
    """
    decoded, value = load_json(raw)
    if not isinstance(value, dict):
        found = type_names.get(type(value), repr(value))
        raise RejectedError("not an object", f"Found {found}, wanted one JSON object with the article's fields.")
    parsed = read_record(value)
    return Parsed(parsed.article, (*undefined_bytes(decoded), *parsed.dropped))


def load_json(raw: bytes) -> tuple[Decoded, object]:
    """The value of *raw*, in whatever encoding; NaN and halves of characters, which orjson refuses, are let pass.

    Raises:
        RejectedError: It is no JSON; says what the parser said, and where.
    """
    decoded = Decoded("", "utf-8")
    try:
        return decoded, orjson.loads(raw)
    except orjson.JSONDecodeError:
        decoded = decode(raw)
    try:
        return decoded, json.loads(decoded.text)
    except (ValueError, RecursionError):
        raise RejectedError("broken JSON", _complaint(decoded.text)) from None


def _complaint(text: str) -> str:
    try:
        orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError as exc:
        around = text[max(exc.pos - 30, 0) : exc.pos + 10]
        return f"{exc.msg} at character {exc.pos + 1}, at {around!r}. Wanted one whole JSON object; write it again."
    return "The values are nested too deeply. Wanted one JSON object with the article's fields."


def read_record(record: Mapping[str, object]) -> Parsed:
    """The article that *record*'s fields hold.

    Raises:
        RejectedError: It has no text.
    """
    title = first_text(record, "title")
    parts = without_title(read_text(record), title)
    if not parts:
        raise RejectedError(
            "no text", f"Found {_fields_of(record)}; wanted text in one of {', '.join(FIELDS['text'])}."
        )
    lead = first_text(record, "lead")
    dates = {name: _read_date(record, name) for name in ("published", "updated")}
    article = _article(record, title, with_lead(parts, lead), lead or first_text(record, "description"), dates)
    return Parsed(article, tuple(_misunderstood(record, dates)))


def _fields_of(record: Mapping[str, object]) -> str:
    names = ", ".join(sorted(one_line(str(name)) for name in record)[:12])
    return f"the fields {names}" if names else "no fields"


def _article(
    record: Mapping[str, object], title: str, parts: list[str], lead: str, dates: Mapping[str, Date | None]
) -> Article:
    text, published, updated = join(parts), dates["published"], dates["updated"]
    return Article(
        title=title,
        text=text,
        lead=lead,
        url=next((url for value in values(record, "url") if (url := web_address(value))), ""),
        external_id=first_text(record, "external_id"),
        published=published.moment if published else None,
        precision=published.precision if published else None,
        updated=updated.moment if updated else None,
        language=settle_language(first_text(record, "language"), f"{title}. {text}"),
        publisher=first_text(record, "publisher"),
        agency=first_text(record, "agency") or find_agency(parts),
        authors=read_authors(record),
        section=first_text(record, "section"),
    )


def values(record: Mapping[str, object], attribute: str) -> Iterator[object]:
    """What *record* holds under the names of *attribute*, most telling first, without what is empty."""
    for name in FIELDS[attribute]:
        value: object = record
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value not in (None, "", [], {}):
            yield value


def first_text(record: Mapping[str, object], attribute: str) -> str:
    """The first of *attribute*'s values that is text or a number, on one line; the first of a list."""
    return next((text for value in values(record, attribute) if (text := _as_line(value))), "")


def _as_line(value: object) -> str:
    if isinstance(value, list):
        return next((line for item in value if (line := _as_line(item))), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return one_line(str(value))


def read_text(record: Mapping[str, object]) -> list[str]:
    """The paragraphs of the article; a Fundus body gives its sub-headlines as paragraphs."""
    return next((parts for value in values(record, "text") if (parts := list(_paragraphs(value)))), [])


def _paragraphs(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from paragraphs(value)
    elif isinstance(value, list):
        for item in value:
            yield from _paragraphs(item)
    elif isinstance(value, dict):
        for name in ("sections", "headline", "paragraphs"):
            yield from _paragraphs(value.get(name))


def without_title(parts: list[str], title: str) -> list[str]:
    """*parts* without the headline, which some extractors repeat as the first paragraph."""
    return parts[1:] if parts and parts[0] == title else parts


def with_lead(parts: list[str], lead: str) -> list[str]:
    """*parts* beginning with the lead, which most extractors have there already."""
    return parts if not lead or " ".join(parts).startswith(lead) else [lead, *parts]


def web_address(value: object) -> str:
    """*value* where it is the address of a web page, else empty: a link must never run a script or open a file."""
    text = one_line(value) if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
    except ValueError:  # "http://[::1": a bracket open
        return ""
    return text if parts.scheme in ("http", "https") and parts.hostname and " " not in text else ""


def read_authors(record: Mapping[str, object]) -> tuple[str, ...]:
    """The authors' names: a list, or one string of names between semicolons, commas or "and"."""
    value = next(values(record, "authors"), None)
    return split_names(map(_as_line, value if isinstance(value, list) else [value]))


def split_names(written: Iterable[str]) -> tuple[str, ...]:
    """The names in *written*, each once, where one string may hold several between semicolons, commas or "and"."""
    return tuple(dict.fromkeys(name for text in written for name in _AND.split(text) if name))


def _read_date(record: Mapping[str, object], attribute: str) -> Date | None:
    return next((found for value in values(record, attribute) if (found := _as_date(value))), None)


def _as_date(value: object) -> Date | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) or abs(value) < _EPOCH:
        return parse_date(one_line(str(value)))
    try:
        moment = datetime.fromtimestamp(value / 1000 if abs(value) >= _EPOCH_MS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return parse_date(moment.isoformat())


def _misunderstood(record: Mapping[str, object], dates: Mapping[str, Date | None]) -> Iterator[Dropped]:
    for attribute, found in dates.items():
        for value in () if found else values(record, attribute):
            yield Dropped("date not understood", f"{attribute}: {one_line(str(value))[:100]}")
