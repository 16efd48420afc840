"""News in JSON of the IPTC (ninjs 1.x, 2.x, 3.x; Superdesk's variant), as a record with our own names; what is held back is."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Final

from newsearch.corpus.agencies import is_agency
from newsearch.corpus.dates import parse_date
from newsearch.corpus.formats.base import HeldBackError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

WITHDRAWN: Final = ("canceled", "cancelled", "withheld")
"""What `pubstatus` says of an item that is not, or no longer, to be published, earlier versions included."""
_MARKS: Final = frozenset("headlines bodies versioncreated pubstatus body_html body_xhtml body_text".split())  # noqa: SIM905
"""Fields of which no other format has one; with an `uri` they tell ninjs."""
_NO_ARTICLES: Final = ("audio", "video", "picture", "graphic", "event", "planning", "component")
_ASIDE: Final = ("summary", "caption", "teaser", "abstract", "slug")
"""Roles of bodies that are not the article's text."""
_AUTHORITY: Final = re.compile(r"(?:urn:newsml:|tag:|https?://(?:www\.)?)([\w.-]+)", re.IGNORECASE)
"""Who gave an item its name: RFC 3085 (urn:newsml:dpa.com:…), RFC 4151, or the host of an address."""
_BY: Final = re.compile(r"(?:von|by)\s+", re.IGNORECASE)


def is_ninjs(record: Mapping[str, object]) -> bool:
    """Whether *record* is an item of ninjs, of any version."""
    names = {name.lower() for name in record}
    return ("uri" in names or "guid" in names) and not names.isdisjoint(_MARKS)


def own_names(record: Mapping[str, object], now: datetime | None) -> Mapping[str, object]:
    """What *record*, an item of ninjs, says under our own names; `pubstatus` stays under its own.

    Versions before 3 write names in lower case, those from 3 on in camel case. An address is kept as such; any other `uri`
    is the item's id. Published is when the first version was made, updated when this one was.

    Args:
        record: The item.
        now: The time of reading; None holds nothing back.

    Raises:
        HeldBackError: It is embargoed until after *now*, or a picture, a recording or an event.
    """
    item = {name.lower(): value for name, value in record.items()}
    _check_embargo(item, now)
    if str(item.get("type", "")).lower() in _NO_ARTICLES:
        raise HeldBackError(f"ninjs: {str(item['type']).lower()}", "Found no text item. It was skipped.")
    uri = str(item.get("uri") or item.get("guid") or "")
    created = item.get("versioncreated")
    publisher = _publisher(item, uri)
    return {
        "title": _first(item, "headline", "headlines") or item.get("name"),
        "text": _body(item),
        "description": _first(item, "description_text", "descriptions") or item.get("description_html"),
        "url": item.get("url") or uri,
        "id": uri,
        "published": item.get("firstcreated") or item.get("firstpublished") or created or item.get("contentcreated"),
        "updated": created,
        "language": item.get("language"),
        "publisher": publisher,
        "agency": publisher if is_agency(publisher) else "",
        "authors": list(_authors(item)),
        "section": item.get("subject") or item.get("subjects"),
        "place": item.get("located"),
        "pubstatus": str(item.get("pubstatus") or "").lower().removeprefix("stat:"),
    }


def _check_embargo(item: Mapping[str, object], now: datetime | None) -> None:
    until = parse_date(str(item.get("embargoed") or ""))
    if now is not None and until is not None and until.moment > now:
        moment = until.moment.astimezone(UTC)
        raise HeldBackError("embargoed", f"It is held back until {moment:%Y-%m-%d %H:%M} UTC.", again=moment)


def _first(item: Mapping[str, object], plain: str, several: str) -> object:
    """The value under *plain*, of version 1, or that of the main entry under *several*."""
    listed = item.get(several)
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    entries.sort(key=lambda one: one.get("role") != "main")
    return item.get(plain) or (entries[0].get("value") if entries else None)


def _body(item: Mapping[str, object]) -> str:
    """The longest body, those in HTML counted twice: plain text often has no paragraphs."""
    return max(_bodies(item), key=lambda body: len(body[1]) * (1 + body[0]), default=(False, ""))[1]


def _bodies(item: Mapping[str, object]) -> Iterator[tuple[bool, str]]:
    """Each body, and whether it is HTML."""
    for name, value in item.items():
        if name.startswith("body_") and isinstance(value, str) and name.removeprefix("body_") not in _ASIDE:
            yield name.endswith("html"), value
    listed = item.get("bodies")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and isinstance(value := entry.get("value"), str) and entry.get("role") not in _ASIDE:
            yield "html" in str(entry.get("contenttype") or entry.get("contentType") or ""), value


def _publisher(item: Mapping[str, object], uri: str) -> str:
    sources = item.get("infosources")
    named = [one.get("name") for one in sources if isinstance(one, dict)] if isinstance(sources, list) else []
    authority = _AUTHORITY.match(uri)
    names = (item.get("provider"), item.get("copyrightholder"), *named, authority[1] if authority else "")
    return next((name for name in names if isinstance(name, str) and name), "")


def _authors(item: Mapping[str, object]) -> Iterator[str]:
    """The names of the byline, ``Von Erika Muster, dpa``, without what is around them."""
    people = item.get("bylines") or item.get("authors")
    listed = (
        [one.get("name") or one.get("by") for one in people if isinstance(one, dict)]
        if isinstance(people, list)
        else []
    )
    for written in (item.get("byline"), item.get("by"), *listed):
        if isinstance(written, str):
            names = [name.strip() for name in _BY.sub("", written, count=1).split(",")]
            yield ", ".join(name for name in names if name and not is_agency(name))
