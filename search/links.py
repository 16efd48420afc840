"""Links to the passage in its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsearch.corpus.text import decode

if TYPE_CHECKING:
    from newsearch.corpus.article import Article

FRAGMENT_WORDS: Final = 5
"""Words at each end of a text fragment: enough to be found, few enough to survive a changed comma in the middle."""


def link_to(article: Article, start: int, end: int) -> str:
    """The url with a text fragment that selects ``article.text[start:end]``, else the file with the passage's line.

    The file's line is an RFC 5147 fragment, which counts from 0: ``#line=26,27`` is line 27.
    """
    if article.url.lower().startswith(("http://", "https://")):
        return f"{article.url.partition('#')[0]}#:~:text={text_fragment(article.text[start:end])}"
    if article.source is None:
        return ""
    line = line_of(article, start)
    file = Path(article.source.file).as_uri()
    return f"{file}#line={line - 1},{line}" if line else file


def text_fragment(passage: str) -> str:
    """``start,end`` of a text fragment, percent-encoded (WICG scroll-to-text-fragment, section 3.3).

    Each end lies within one paragraph, since a browser finds neither across two.
    """
    first, last = passage.split("\n", 1)[0].split(), passage.rsplit("\n", 1)[-1].split()
    if passage.split() == first and len(first) <= 2 * FRAGMENT_WORDS:
        return _encode(first)
    return f"{_encode(first[:FRAGMENT_WORDS])},{_encode(last[-FRAGMENT_WORDS:])}"


def _encode(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")  # "-" would mark a prefix or suffix


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
    words = article.text[start : start + 200].split("\n", 1)[0].split()[:FRAGMENT_WORDS]
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
