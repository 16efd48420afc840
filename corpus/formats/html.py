"""HTML pages: the article of one."""

from __future__ import annotations

from newsearch.corpus.article import Article
from newsearch.corpus.dates import parse_date
from newsearch.corpus.formats.base import Parsed, RejectedError
from newsearch.corpus.formats.records import web_address, without_title
from newsearch.corpus.language import guess_language
from newsearch.corpus.text import join, one_line, paragraphs


def parse_html(raw: bytes, url: str = "", charset: str = "") -> Parsed:
    """The article of an HTML page.

    Args:
        raw: The page's bytes.
        url: The address that it was fetched from, if known.
        charset: Of the HTTP header, if known.

    Raises:
        RejectedError: There is no article on the page.
    """
    from trafilatura import bare_extraction

    try:
        text = raw.decode(charset) if charset else raw
    except (LookupError, UnicodeDecodeError):
        text = raw
    page = bare_extraction(text, url=web_address(url) or None, with_metadata=True, include_comments=False)
    if page is None or isinstance(page, dict) or not page.text:
        raise RejectedError("no article", f"Found {len(raw):,} bytes of HTML and no article text among them.")
    title = one_line(page.title or "")
    body = join(without_title(paragraphs(page.text), title))
    published = parse_date(page.date or "")
    article = Article(
        title=title,
        text=body,
        lead=one_line(page.description or ""),
        url=web_address(page.url) or web_address(url),
        published=published.moment if published else None,
        precision=published.precision if published else None,
        language=guess_language(f"{title}. {body}"),
        publisher=one_line(page.sitename or ""),
        authors=tuple(name.strip() for name in (page.author or "").split(";") if name.strip()),
    )
    return Parsed(article)
