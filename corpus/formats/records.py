"""JSON articles: one table of field names for trafilatura, news-please, Fundus and our own records."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

from newsearch.corpus.article import Article, DateOrigin
from newsearch.corpus.datelines import read_dateline
from newsearch.corpus.dates import Date, parse_date
from newsearch.corpus.dating import choose_date, date_in_address, with_date
from newsearch.corpus.formats.base import Fields, Parsed, RejectedError, undefined_bytes
from newsearch.corpus.formats.markup import Plain, as_line, read_markup
from newsearch.corpus.formats.ninjs import WITHDRAWN, is_ninjs, own_names
from newsearch.corpus.language import settle_language
from newsearch.corpus.report import WITHDRAWAL, Dropped
from newsearch.corpus.text import Decoded, decode, join, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "headline", "title.rendered"),
    "text": ("text", "maintext", "plaintext", "raw_text", "body", "content", "content.rendered", "articleBody", "body_html"),
    "lead": ("lead", "body.summary"),
    "description": ("description", "excerpt", "excerpt.rendered"),
    "url": ("url", "source", "html.responded_url", "html.requested_url", "link"),
    "external_id": ("id", "external_id", "fingerprint"),
    "published": ("published", "publishing_date", "date_publish", "date", "datePublished", "publishedAt", "published_at"),
    "updated": ("updated", "date_modify", "modified", "dateModified", "updated_at"),
    "language": ("language", "lang", "inLanguage"),
    "publisher": (
        "publisher", "sitename", "source-hostname", "html.source_info.publisher", "html.source.publisher", "source_domain",
        "hostname", "source.name", "source",
    ),
    "agency": ("agency",),
    "place": ("place",),
    "authors": ("authors", "author", "byline"),
    "section": ("section", "categories", "category", "articleSection"),
}  # fmt: skip
"""The names an attribute goes by, the first that holds something counts; a dot leads into an object. The lead is part
of the article, the description only of its page. ``source`` is the address with trafilatura and the publisher with others."""

_AND = re.compile(r"\s*;\s*|\s+(?:und|and|&)\s+|\s*,\s+(?=\S+ \S)")
_EPOCH_MS: Final = 100_000_000_000
"""Seconds reach this in the year 5138, milliseconds did in 1973."""
_EPOCH: Final = 100_000_000
"""Smaller numbers are years or nothing."""
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {}, "None", "nan", "NaN", "null")
"""What holds nothing: news-please writes the date that it does not know as the text None, pandas empty cells as nan."""

type_names: Final = {dict: "an object", list: "an array", str: "a string", int: "a number", float: "a number"}


def parse_record(raw: bytes, now: datetime | None = None, fields: Fields = ()) -> Parsed:
    """The article of one JSON object.

    Args:
        raw: The object.
        now: The time of reading: what is held back until later is rejected, a publication date in the future is flagged. None
            does neither.
        fields: Further names of attributes, which come before FIELDS.

    Raises:
        RejectedError: *raw* is no JSON, no object, or holds no text.
    """
    decoded, value = load_json(raw)
    if not isinstance(value, dict):
        found = type_names.get(type(value), repr(value))
        raise RejectedError("not an object", f"Found {found}, wanted one JSON object with the article's fields.")
    parsed = read_record(own_names(value, now) if is_ninjs(value) else renamed(value, fields), now)
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


def read_record(record: Mapping[str, object], now: datetime | None = None) -> Parsed:
    """The article that *record*'s fields hold; where its agency withdrew it, `WITHDRAWAL` is among what was dropped.

    Args:
        record: The fields.
        now: The time of reading, to flag a publication date that lies in the future; None asks for no flag.

    Raises:
        RejectedError: It has no text.
    """
    title = first_text(record, "title")
    plain = read_text(record)
    parts, withdrawn = without_title(plain.parts, title), record.get("pubstatus") in WITHDRAWN
    if not parts and not withdrawn:
        wanted = f"wanted text in one of {', '.join(FIELDS['text'])}"
        advice = "Name yours in [fields] of the index's settings.toml, then: newsearch rebuild."
        raise RejectedError("no text", f"Found {_fields_of(record)}; {wanted}. {advice}")
    lead = first_text(record, "lead")
    dates = {name: _read_date(record, name) for name in ("published", "updated")}
    article = _article(
        record, title, with_lead(parts, lead), lead or first_text(record, "description"), dates["updated"]
    )
    found = ((DateOrigin.FILE, dates["published"]), (DateOrigin.URL, date_in_address(article.url)))
    article = with_date(article, choose_date(found, now))
    marks = [Dropped(WITHDRAWAL, str(record["pubstatus"]))] if withdrawn else []
    return Parsed(article, (*marks, *plain.dropped, *_misunderstood(record, dates)))


def _fields_of(record: Mapping[str, object]) -> str:
    names = ", ".join(sorted(one_line(str(name)) for name in record)[:12])
    return f"the fields {names}" if names else "no fields"


def _article(record: Mapping[str, object], title: str, parts: list[str], lead: str, updated: Date | None) -> Article:
    text, dateline = join(parts), read_dateline(parts)
    return Article(
        title=title,
        text=text,
        lead=lead,
        url=next((url for value in values(record, "url") if (url := web_address(value))), ""),
        external_id=_external_id(record),
        updated=updated.moment if updated else None,
        language=settle_language(first_text(record, "language"), f"{title}. {text}"),
        publisher=_publisher(record),
        agency=first_text(record, "agency") or dateline.agency,
        place=first_text(record, "place") or dateline.place,
        authors=read_authors(record),
        section=first_text(record, "section"),
    )


def renamed(record: Mapping[str, object], fields: Fields) -> Mapping[str, object]:
    """*record* with what it holds under the names of *fields* where `values` looks first."""
    found = {name: next(_under(record, names), None) for name, names in fields}
    return {**record, **{FIELDS[name][0]: value for name, value in found.items() if value is not None}}


def values(record: Mapping[str, object], attribute: str) -> Iterator[object]:
    """What *record* holds under the names of *attribute*, most telling first, without what is empty."""
    return _under(record, FIELDS[attribute])


def _under(record: Mapping[str, object], names: Iterable[str]) -> Iterator[object]:
    for name in names:
        value = record[name] if name in record else _inside(record, name.split("."))
        if value not in _NOTHING:
            yield value


def _inside(value: object, path: list[str]) -> object:
    """What lies at *path* in objects; of a list of objects, what lies there in each."""
    for at, part in enumerate(path):
        if isinstance(value, list):
            inner = [_inside(item, path[at:]) for item in value]
            return [
                one for item in inner for one in (item if isinstance(item, list) else [item]) if one not in _NOTHING
            ]
        value = value.get(part) if isinstance(value, dict) else None
    return value


def first_text(record: Mapping[str, object], attribute: str) -> str:
    """The first of *attribute*'s values that is text or a number, on one line; the first of a list."""
    return next((text for value in values(record, attribute) if (text := _as_line(value))), "")


def _as_line(value: object) -> str:
    """Text or a number on one line; of a list the first, of an object its name."""
    if isinstance(value, list):
        return next((line for item in value if (line := _as_line(item))), "")
    if isinstance(value, dict):
        return _as_line(value.get("name"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return as_line(str(value))


def read_text(record: Mapping[str, object]) -> Plain:
    """The paragraphs of the article; a Fundus body gives its sub-headlines as paragraphs, HTML what it shows as such."""
    for value in values(record, "text"):
        found = [read_markup(text) for text in _texts(value)]
        if parts := [part for plain in found for part in plain.parts]:
            return Plain(parts, tuple(block for plain in found for block in plain.dropped))
    return Plain([])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name in ("sections", "headline", "paragraphs"):
            yield from _texts(value.get(name))


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


def _external_id(record: Mapping[str, object]) -> str:
    """As it is written: the id that follows must not change with how HTML is read."""
    found = (value for value in values(record, "external_id") if isinstance(value, str | int | float))
    return next((line for value in found if not isinstance(value, bool) and (line := one_line(str(value)))), "")


def _publisher(record: Mapping[str, object]) -> str:
    names = (_as_line(value) for value in values(record, "publisher"))
    return next((name for name in names if name and not web_address(name)), "")


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
