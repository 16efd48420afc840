"""Links to the passage in its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from newsearch.corpus.text import decode
from newsearch.search.fragments import text_fragment

if TYPE_CHECKING:
    from newsearch.corpus.article import Article

LINE_WORDS: Final = 5
"""Words by which a passage's line is found in its file."""


def is_web(link: str) -> bool:
    """Whether *link* leads to a page of the web, and not to a file of this machine or nowhere."""
    return link.lower().startswith(("http://", "https://"))


def link_to(article: Article, start: int, end: int) -> str:
    """The url with a text fragment that selects ``article.text[start:end]``, else the file with the passage's line.

    A fragment that the url has stays in front of it: it may be the page's own address of the article.
    The file's line is an RFC 5147 fragment, which counts from 0: ``#line=26,27`` is line 27.
    """
    if is_web(article.url):
        text, address = article.text, article.url.partition(":~:")[0]
        fragment = text_fragment(text[start:end], f"{article.title}\n{text[:start]}", text[end:])
        return f"{address}{'' if '#' in address else '#'}:~:text={fragment}"
    if article.source is None:
        return ""
    line = line_of(article, start)
    file = Path(article.source.file).as_uri()
    return f"{file}#line={line - 1},{line}" if line else file


def line_of(article: Article, start: int) -> int:
    """Line of the article's file on which the text from *start* begins, from 1; 0 where it cannot be told.

    Of a record of JSON lines, its own line; of a page, the line that begins as the paragraph does, looked up in the file as it
    is now.
    """
    if article.source is None or article.source.path.lower().endswith(
        ".json"
    ):  # a record's number in an array is no line
        return 0
    if article.source.record:
        return article.source.record
    words = article.text[start : start + 200].split("\n", 1)[0].split()[:LINE_WORDS]
    try:
        lines = decode(Path(article.source.file).read_bytes()).text.splitlines()
    except OSError:
        return 0
    wanted = " ".join(words)
    return next((n for n, line in enumerate(lines, 1) if wanted in " ".join(line.split())), 0)


def place_of(article: Article, start: int) -> str:
    """Where a person finds it: the url, or ``path:line``."""
    if article.url:
        return article.url
    if article.source is None:
        return ""
    line = line_of(article, start)
    if not line and article.source.record:
        return f"{article.source.file}, record {article.source.record}"
    return f"{article.source.file}:{line}" if line else article.source.file
