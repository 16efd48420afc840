"""Finding an article by whatever a person calls it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.article import Article, url_id

if TYPE_CHECKING:
    from newsearch.indexer.generation import Generation


_LINE: Final = re.compile(r":\d+$")


def names_of(article: Article) -> set[str]:
    """What an article can be called by: id, external id, url, place below its source (``dumps/a.txt``, ``b.jsonl:3``).

    Also its place with the whole path, as search prints it.
    """
    places: set[str] = set()
    if article.source:
        record = f":{article.source.record}" if article.source.record else ""
        places = {article.source.place, f"{article.source.file}{record}"}
    return {article.id, article.external_id, article.url, *places} - {""}


def find_article(generation: Generation, name: str) -> int | None:
    """The row of the article called *name*; None where there is none. By id or url at once, else by looking at all."""
    try:
        row = generation.find(url_id(name) if "://" in name else name)
    except ValueError:  # "http://[::1": a bracket open; no article has such a url, but perhaps such an external id
        row = None
    if row is not None:
        return row
    names = {name, _LINE.sub("", name)}  # search prints a page's place with the line of the passage
    return next((r for r in range(len(generation)) if names & names_of(generation.article(r))), None)
