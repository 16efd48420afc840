"""Headline, address, dates, authors and the rest, from all that a page says of itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from newsearch.corpus.agencies import is_agency
from newsearch.corpus.article import DateOrigin
from newsearch.corpus.dates import parse_date
from newsearch.corpus.dating import date_in_address
from newsearch.corpus.formats.html.matching import letters
from newsearch.corpus.formats.html.taken import Hints
from newsearch.corpus.formats.html.titles import pick_printed, pick_title, told_titles
from newsearch.corpus.formats.records import split_names, web_address
from newsearch.corpus.language import normalise_language
from newsearch.corpus.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsearch.corpus.dates import Date
    from newsearch.corpus.formats.html.head import PageHead
    from newsearch.corpus.formats.html.printed import Printed

_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date", "dc.date.issued",
    "dc.date", "dcterms.created", "dcterms.date", "cxenseparse:recs:publishtime", "parsely-pub-date", "sailthru.date",
    "publish-date", "publication_date", "pubdate", "release_date",
)  # fmt: skip
_UPDATED: Final = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article, understood; empty or None where it does not say.

    Attributes:
        title: The headline.
        titles: The headlines that its head gives, see `told_titles`.
        description: The lead or a description.
        url: The canonical address.
        published: Dates of publication, the most telling first.
        updated: When it was last changed.
        language: BCP 47 tag.
        publisher: The outlet.
        agency: The news agency among its authors.
        authors: Names.
        section: The part of the site.
        hints: What tells article from page.
    """

    title: str
    titles: tuple[str, ...]
    description: str
    url: str
    published: tuple[tuple[DateOrigin, Date], ...]
    updated: Date | None
    language: str
    publisher: str
    agency: str
    authors: tuple[str, ...]
    section: str
    hints: Hints

    def completed(self, printed: Printed) -> Metadata:
        """The same with the headline that is printed, and what else is printed above the text where the head does not say."""
        published = (*self.published, *([(DateOrigin.DATELINE, printed.published)] if printed.published else []))
        title = pick_printed(self.titles, printed.headings) or self.title
        return replace(self, title=title, published=published, authors=self.authors or printed.authors)


def read_metadata(head: PageHead, url: str = "") -> Metadata:
    """What *head* says.

    Args:
        head: The page's own statements.
        url: The address that it was fetched from, or empty.
    """
    address = find_address(head, url)
    declared = head.declared
    sites = [
        declared.publisher,
        head.meta("og:site_name"),
        head.meta("application-name"),
        urlsplit(address).hostname or "",
    ]
    names = list(split_names([*declared.authors, *head.every_meta("author", "dc.creator", "parsely-author")]))
    if declared.authors:
        names = list(split_names(declared.authors))
    descriptions = (declared.description, *head.every_meta("og:description", "description", "twitter:description"))
    told = told_titles(head, sites)
    return Metadata(
        title=pick_title(told, head.headings),
        titles=told,
        description=next(filter(None, descriptions), ""),
        url=address,
        published=tuple(_published(head, address)),
        updated=_first_date([declared.updated, *head.every_meta(*_UPDATED), *head.items.get("datemodified", ())]),
        language=_language(head),
        publisher=next(filter(None, sites), "").removeprefix("www."),
        agency=next((name for name in names if is_agency(name)), ""),
        authors=tuple(name for name in names if not is_agency(name) and letters(name) not in set(map(letters, sites))),
        section=declared.section or head.meta("article:section", "section", "cxenseparse:recs:category"),
        hints=Hints(_all_titles(head, told), tuple(filter(None, descriptions)), tuple(names), declared.body),
    )


def find_address(head: PageHead, url: str) -> str:
    """The page's canonical address: as it says, else as it was fetched; empty where neither is an address of an article.

    A canonical address that is the site's front page is a mistake of many sites.
    """
    own = (head.canonical, head.meta("og:url"), *head.declared.urls)
    addresses = [address for given in own if given and (address := web_address(_joined(url, given)))]
    fetched = web_address(url)
    return next(
        (address for address in addresses if urlsplit(address).path.strip("/")), fetched or next(iter(addresses), "")
    )


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # a bracket open
        return ""


def _all_titles(head: PageHead, titles: Iterable[str]) -> tuple[str, ...]:
    told = (*titles, *head.headings, head.meta("og:title"), head.title, *head.items.get("headline", ()))
    return tuple(dict.fromkeys(one_line(text) for text in told if text))


def _published(head: PageHead, url: str) -> Iterator[tuple[DateOrigin, Date]]:
    given = (
        (DateOrigin.JSON_LD, [head.declared.published]),
        (DateOrigin.META, [*head.every_meta(*_PUBLISHED), *head.items.get("datepublished", ())]),
    )
    for origin, texts in given:
        if date := _first_date(texts):
            yield origin, date
    if date := date_in_address(url):
        yield DateOrigin.URL, date
    if date := _first_date(head.times):
        yield DateOrigin.DATELINE, date


def _first_date(texts: Iterable[str]) -> Date | None:
    return next((date for text in texts if text and (date := parse_date(text))), None)


def _language(head: PageHead) -> str:
    told = (
        head.declared.language,
        head.language,
        head.meta("og:locale"),
        head.meta("content-language", "language", "dc.language"),
    )
    return next((tag for text in told if (tag := normalise_language(text))), "")
