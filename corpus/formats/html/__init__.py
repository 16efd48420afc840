"""HTML pages: the article of one.

The page is cut into blocks (`blocks`), trafilatura says which of them it takes for the article (`extractor`), and rules that
look at the elements' names, at links, at the wording and at what the page says of itself mend that (`selection`). So every
block is either in the article or dropped with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsearch.corpus.article import Article
from newsearch.corpus.datelines import read_dateline
from newsearch.corpus.dating import choose_date, with_date
from newsearch.corpus.formats.base import Parsed, RejectedError, undefined_bytes
from newsearch.corpus.formats.html.blocks import HEADINGS, split_blocks
from newsearch.corpus.formats.html.extractor import extract
from newsearch.corpus.formats.html.furniture import find_furniture, remove, weight
from newsearch.corpus.formats.html.head import read_head
from newsearch.corpus.formats.html.matching import is_running
from newsearch.corpus.formats.html.mend import is_declared_whole
from newsearch.corpus.formats.html.metadata import read_metadata
from newsearch.corpus.formats.html.page import read_page
from newsearch.corpus.formats.html.printed import read_printed
from newsearch.corpus.formats.html.selection import select
from newsearch.corpus.language import settle_language
from newsearch.corpus.report import Dropped
from newsearch.corpus.text import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from newsearch.corpus.formats.html.blocks import Block
    from newsearch.corpus.formats.html.metadata import Metadata
    from newsearch.corpus.formats.html.page import Page
    from newsearch.corpus.formats.html.taken import Hints
    from newsearch.corpus.formats.lines import Reason


def parse_html(raw: bytes, url: str = "", charset: str = "", now: datetime | None = None) -> Parsed:
    """The article of an HTML page.

    Args:
        raw: The page's bytes.
        url: The address that it was fetched from, if known.
        charset: Of the HTTP header, if known.
        now: The time of reading, to flag a publication date that lies in the future; None asks for no flag.

    Raises:
        RejectedError: There is no article on the page, or it is too large or nested too deeply to be read.
    """
    page = read_page(raw, charset)
    metadata = read_metadata(read_head(page.root), url)
    furniture = find_furniture(page.body)
    blocks = split_blocks(page.body, furniture)
    selection = select(blocks, _taken(page, blocks, metadata.hints, furniture), metadata.hints)
    kept = [at for at, reason in enumerate(selection.reasons) if reason is None]
    running = [at for at in kept if is_running(blocks[at].text)]
    if not running:
        raise RejectedError("no article", _no_article(metadata.title, blocks))
    metadata = metadata.completed(read_printed(blocks[: running[0]]))
    lead = blocks[selection.lead].text if selection.lead >= 0 else metadata.description
    article = _article(metadata, lead, [blocks[at].text for at in kept], now)
    return Parsed(article, (*undefined_bytes(page.decoded), *_dropped(blocks, selection.reasons)))


def _taken(page: Page, blocks: Sequence[Block], hints: Hints, furniture: Iterable[Any]) -> Sequence[str]:
    """The paragraphs of the article before our rules mend them: those that the page declares, else the extractor's."""
    if is_declared_whole(blocks, hints.body):
        return hints.body
    remove([*furniture, *weight(page.root)])
    return extract(page.root)


def _no_article(title: str, blocks: Sequence[Block]) -> str:
    found = f"a headline ({title[:60]!r})" if title else "no headline"
    text = f"{len(blocks)} blocks of text, none of them running text of an article" if blocks else "no text"
    return f"Found {found} and {text}. A page whose text a script loads later has none; leave it out, or save it with its text."


def _article(metadata: Metadata, lead: str, parts: list[str], now: datetime | None) -> Article:
    text, dateline = join(parts), read_dateline(parts)
    article = Article(
        title=metadata.title,
        text=text,
        lead=lead,
        url=metadata.url,
        updated=metadata.updated.moment if metadata.updated else None,
        language=settle_language(metadata.language, f"{metadata.title}. {text}"),
        publisher=metadata.publisher,
        agency=metadata.agency or dateline.agency,
        place=dateline.place,
        authors=metadata.authors,
        section=metadata.section,
    )
    return with_date(article, choose_date(metadata.published, now))


def _dropped(blocks: Sequence[Block], reasons: Sequence[Reason | None]) -> Iterator[Dropped]:
    """What is left out, in the page's order; short blocks that stand together for one reason are one entry."""
    short: list[str] = []
    last: Reason | None = None
    for block, reason in zip(blocks, reasons, strict=True):
        joins = reason is not None and not is_running(block.text) and block.tag not in HEADINGS
        if short and (not joins or reason is not last):
            yield Dropped(str(last), " | ".join(short))
            short = []
        if joins:
            short.append(block.text)
        elif reason is not None:
            yield Dropped(reason, block.text)
        last = reason
    if short:
        yield Dropped(str(last), " | ".join(short))
