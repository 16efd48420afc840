"""What an article is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from datetime import datetime


_ARCHIVES: Final = (".gz", ".xz", ".zst", ".zip", ".tar", ".tgz", ".txz")


class Precision(StrEnum):
    """How exactly a publication date is known."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateOrigin(StrEnum):
    """Where a publication date was found."""

    JSON_LD = "json-ld"
    META = "meta"
    DATELINE = "dateline"
    URL = "url"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article was read from.

    Attributes:
        root: The file or folder that the user named, absolute.
        path: The file below *root* in POSIX form; the file's own name where *root* is the file.
        record: Line of the record in its file (its number in a JSON array), from 1; 0 where the file is one article.
        apart: Another source holds another article at the same *path* and *record*; only then is *root* part of the id.
    """

    root: str
    path: str
    record: int = 0
    apart: bool = False

    @property
    def file(self) -> str:
        """The file's absolute path; of a member of an archive file, its place below that."""
        root = PurePath(self.root)
        itself = self.path.startswith(f"{root.name}/") and root.suffix.lower() in _ARCHIVES
        return str(root if root.name == self.path else (root.parent if itself else root) / self.path)

    @property
    def place(self) -> str:
        """The file below its source, with ``:record`` where it holds several."""
        return f"{self.path}:{self.record}" if self.record else self.path


class Identified(Protocol):
    """What an article's id is made from; an `Article` has it, and so does what the store knows of one."""

    @property
    def url(self) -> str:
        """The article's address, or empty."""

    @property
    def publisher(self) -> str:
        """Who published it, or empty."""

    @property
    def external_id(self) -> str:
        """The source's own id, or empty."""


@dataclass(frozen=True, slots=True)
class Article:
    """A news article, cleaned.

    Attributes:
        title: The headline, one line.
        text: The clean text. Paragraphs and sub-headlines are separated by one empty line; a lead that the page shows
            is the first paragraph. Unicode NFC, no control characters.
        lead: The lead or the page's description, one line; in *text* only where the page shows it as part of the
            article.
        url: Its address, http or https, or empty.
        external_id: The source's own id, or empty.
        published: When it was published, aware; for precision DAY, MONTH and YEAR the first moment of that time, in
            UTC.
        precision: How exactly *published* is known; None where *published* is.
        date_origin: Where *published* was found: JSON-LD or meta data of a page, the date line that its reader sees, its
            address, or a field of the file that the article came in; None where *published* is.
        date_confidence: How often a date of that origin is the right day, 0 to 1, as measured (see
            `newsearch.corpus.dating`); None where *published* is.
        date_ahead: *published* lay in the future when the article was read: an embargo, or a mistake.
        updated: When it was last changed, aware.
        language: BCP 47 tag, or empty where it is not known.
        publisher: The outlet, as it writes its own name, or empty.
        agency: News agency that the text comes from (``dpa``), or empty.
        place: Where its dateline says it was written (``Berlin``), or empty.
        authors: Names, in the page's order.
        section: The part of the paper or site, or empty.
        id: 16 hexadecimal digits; see `article_id`. Empty until the article has its place (`at`).
        source: Where it was read from; None until it has its place.
    """

    title: str
    text: str
    lead: str = ""
    url: str = ""
    external_id: str = ""
    published: datetime | None = None
    precision: Precision | None = None
    updated: datetime | None = None
    language: str = ""
    publisher: str = ""
    agency: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    place: str = ""
    date_origin: DateOrigin | None = None
    date_confidence: float | None = None
    date_ahead: bool = False
    id: str = ""
    source: Source | None = None

    def at(self, source: Source) -> Article:
        """The same article with its place and the id that follows from it."""
        return replace(self, source=source, id=article_id(self, source))

    @property
    def content(self) -> bytes:
        """SHA-256 over title, lead, text and publisher: equal for equal articles, wherever and whenever they appeared.

        The publisher counts, since wire copy in two outlets is two articles.
        """
        fields = f"{self.title}\0{self.lead}\0{self.text}\0{self.publisher}"
        return hashlib.sha256(fields.encode("utf-8", "surrogatepass")).digest()


def article_id(article: Identified, source: Source) -> str:
    """The article's id: from its canonical url, else publisher and external id, else its place.

    Never from cleaned text, so that a better cleaner changes no id. An external id without a publisher is a number
    that the next file may use again, so it only holds within its file.
    """
    if article.url:
        key = f"url\0{canonical_url(article.url)}"
    elif article.external_id:
        key = f"external\0{article.publisher or source.path}\0{article.external_id}"
    else:
        key = f"place\0{source.path}\0{source.record}"
    if source.apart:
        key += f"\0{source.root}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_placed(article: Identified) -> bool:
    """Whether the article's id comes from where it lies, so that two sources may give two articles the same one."""
    return not article.url and not (article.external_id and article.publisher)


def canonical_url(url: str) -> str:
    """*url* without fragment, ``utm_…`` and the difference of http, https, ``www.`` and a closing slash.

    Args:
        url: An address that `urllib.parse.urlsplit` can read; a reader keeps no other.
    """
    parts = urlsplit(url.strip())
    query = "&".join(p for p in parts.query.split("&") if p and not p.startswith("utm_"))
    host = parts.netloc.lower().removeprefix("www.")
    scheme = "https" if parts.scheme == "http" else parts.scheme
    return urlunsplit((scheme, host, parts.path.rstrip("/"), query, ""))


def url_id(url: str) -> str:
    """The id that an article with this url has."""
    return article_id(Article("", "", url=url), Source("", ""))


def named_id(name: str) -> str:
    """The id that a person means who writes *name*: that of an article with this url, or else *name* itself.

    What looks like a url and is none (a bracket open) is no article's, but may be an external id, so it stays as it is.
    """
    try:
        return url_id(name) if "://" in name else name
    except ValueError:
        return name
