"""Dates as news pages write them: ISO 8601, German, Austrian, English, mail headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from newsearch.corpus.article import Precision

PRESS_ZONE: Final = ZoneInfo("Europe/Berlin")
"""The zone of a time that names none."""
FIRST_YEAR, LAST_YEAR = 1600, 2199
"""Newspapers began in 1605; 0001-01-01 and 9999-12-31 are what data bases write for no date."""
_POSIX_PIVOT: Final = 69
"""Two-digit years to 68 are of this century, as strptime's %y has it."""
_NOON: Final = 12

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januar january jänner jaenner jan jän",
            "februar february feber feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES: Final = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "mez": 1, "cet": 1, "west": 1, "bst": 1, "mesz": 2, "cest": 2, "oez": 2, "eet": 2,
    "sast": 2, "oesz": 3, "eest": 3, "jst": 9, "aest": 10, "aedt": 11,
    "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
}  # fmt: skip
"""Hours east of Greenwich."""
_REGIONS: Final = {"et": "America/New_York", "pt": "America/Los_Angeles"}
"""Zones that are named without saying whether it is summer."""

_MONTH = f"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\\.?"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?"
_PLAIN_DAY = r"(?P<day>1[3-9]|2\d|3[01])"
"""A day that is no month, so that it does not matter on which side of the ocean 21/06/2025 was written."""
_WEEKDAY = (
    r"(?:(?:(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\.?,?\s+)?(?:(?:den|dem|the)\s+)?"
)
_TIME = (
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?P<clock>\s*uhr)?"
    rf"(?:\s*\(?(?P<zone>{'|'.join(sorted([*_ZONES, *_REGIONS], key=len, reverse=True))})\b\)?)?"
)
_BETWEEN = r"(?:\s*[,·|•–/-]\s*|\s+)(?:(?:um|at|gegen)\s+)?"
_FORMS: Final = tuple(
    re.compile(f"{_WEEKDAY}{form}(?:{_BETWEEN}{_TIME})?", re.IGNORECASE)
    for form in (
        rf"{_DAY}\s*(?:of\s+)?{_MONTH},?\s+{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})(?!\d)",
        r"(?P<year>\d{4})(?P<between>[-/])(?P<month>\d{2})(?P=between)(?P<day>\d{2})",
        rf"{_PLAIN_DAY}/(?P<month>\d{{1,2}})/{_YEAR}",
        rf"(?P<month>\d{{1,2}})/{_PLAIN_DAY}/{_YEAR}",
    )
)
_TURNED: Final = (
    re.compile(rf"(?P<time>{_TIME})(?:\s*,|\s+(?:on|am))?\s+(?P<date>.+)", re.IGNORECASE),
    re.compile(
        r"[a-z]{3} (?P<date>[a-z]{3} \d{1,2}) (?P<time>\d\d:\d\d:\d\d [a-z]{1,4}) (?P<last>\d{4})", re.IGNORECASE
    ),
)
"""The time first, ``8:00 AM EDT, June 21, 2025``; the year last, ``Sat Jun 21 08:00:00 CEST 2025``, as Java writes dates."""
_MONTH_ONLY = re.compile(f"{_MONTH}\\s+{_YEAR}", re.IGNORECASE)
_ISO_PART = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")
_ISO_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_MAIL = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s[A-Za-z]{3}\s\d{4}\s\d{2}:\d{2}")
_NAMED_ZONE = re.compile(rf" ({'|'.join(sorted([*_ZONES, *_REGIONS], key=len, reverse=True))})$", re.IGNORECASE)
_LOOSE_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")


@dataclass(frozen=True, slots=True)
class Date:
    """A moment and how exactly it is known.

    Attributes:
        moment: Aware, with a fixed offset; for DAY, MONTH and YEAR the first moment of it in UTC.
        precision: How much of *moment* was written.
    """

    moment: datetime
    precision: Precision


def parse_date(value: str, zone: tzinfo = PRESS_ZONE) -> Date | None:
    """What *value* says, or None where it is no date that is understood whole.

    ``3/4/2023`` is not: it is March to one half of the readers and April to the other.

    Args:
        value: The date and nothing else.
        zone: The zone of a time that names none.
    """
    value = value.strip()
    for reader in (_read_iso, _read_written, _read_mail, _read_turned):
        try:
            found = reader(value, zone)
        except (ValueError, OverflowError):  # 31 February, minute 61, year 0
            continue
        if found is not None:
            return found if FIRST_YEAR <= found.moment.year <= LAST_YEAR else None
    return None


def find_date(text: str, zone: tzinfo = PRESS_ZONE) -> Date | None:
    """The first date in *text*, as in ``Frankfurt, 21. Juni 2025, 08:00 Uhr``; None where it holds none that is understood.

    Only dates of a day count: ``im Juni 2025`` is a time that is spoken of.
    """
    places = sorted((match.start(), match[0]) for form in _FORMS for match in form.finditer(text))
    for at, written in places:
        if not (at and text[at - 1].isalnum()) and (found := parse_date(written, zone)):
            return found
    return None


def _read_iso(value: str, zone: tzinfo) -> Date | None:
    if part := _ISO_PART.fullmatch(value):
        return _part(part["year"], part["month"])
    named = _NAMED_ZONE.search(value)
    moment = datetime.fromisoformat(_LOOSE_OFFSET.sub("", _NAMED_ZONE.sub("", value)))
    if _ISO_DAY.fullmatch(value):
        return _day(moment.date())
    return Date(_fixed(moment, _zone(named[1]) if named else zone), Precision.INSTANT)


def _read_written(value: str, zone: tzinfo) -> Date | None:
    if part := _MONTH_ONLY.fullmatch(value):
        return _part(part["year"], str(_MONTHS[part["month"].lower()]))
    for form in _FORMS:
        if match := form.fullmatch(value):
            return _from_parts(match.groupdict(), zone)
    return None


def _read_turned(value: str, zone: tzinfo) -> Date | None:
    for form in _TURNED:
        if match := form.fullmatch(value):
            last = f", {match['last']}" if "last" in form.groupindex else ""
            return _read_written(f"{match['date']}{last}, {match['time']}", zone)
    return None


def _read_mail(value: str, zone: tzinfo) -> Date | None:
    if not _MAIL.match(value):  # the library guesses at anything else
        return None
    return Date(_fixed(parsedate_to_datetime(value), zone), Precision.INSTANT)


def _from_parts(parts: dict[str, str | None], zone: tzinfo) -> Date | None:
    day = date(_year(parts["year"] or ""), _month(parts["month"] or ""), int(parts["day"] or 0))
    if parts["hour"] is None:
        return _day(day)
    if not (parts["minute"] or parts["half"] or parts["clock"]):
        return None  # "21. Juni 2025, 8": no time of day
    moment = datetime(day.year, day.month, day.day, _hour(parts), int(parts["minute"] or 0), int(parts["second"] or 0))  # noqa: DTZ001 - gets its zone below
    return Date(_fixed(moment, _zone(parts["zone"]) if parts["zone"] else zone), Precision.INSTANT)


def _zone(name: str) -> tzinfo:
    region = _REGIONS.get(name.lower())
    return ZoneInfo(region) if region else timezone(timedelta(hours=_ZONES[name.lower()]))


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    if not parts["half"]:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(f"{hour} {parts['half']}m is no hour: 1 to 12 are.")
    return hour % _NOON + (_NOON if parts["half"].lower() == "p" else 0)


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else _MONTHS[name.lower()]


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - two digits are a year of a century
        return year
    return year + (2000 if year < _POSIX_PIVOT else 1900)


def _day(day: date) -> Date:
    return Date(datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY)


def _part(year: str, month: str | None) -> Date:
    moment = datetime(int(year), int(month or 1), 1, tzinfo=UTC)
    return Date(moment, Precision.MONTH if month else Precision.YEAR)


def _fixed(moment: datetime, zone: tzinfo) -> datetime:
    """*moment* with the offset it has in its own zone, else in *zone*: what a data base gives back unchanged."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.replace(tzinfo=timezone(aware.utcoffset() or timedelta()))
