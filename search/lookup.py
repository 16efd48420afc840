"""Finding an article by whatever a person calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsearch.corpus.article import Article, url_id
from newsearch.corpus.store import ArticleStore
from newsearch.indexer.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.corpus.report import Dropped
    from newsearch.indexer.generation import Generation


def names_of(article: Article) -> set[str]:
    """What an article can be called by: id, external id, url, place below its source (``dumps/a.txt``, ``b.jsonl:3``)."""
    place = article.source.place if article.source else ""
    return {article.id, article.external_id, article.url, place} - {""}


def find_article(generation: Generation, name: str) -> int | None:
    """The row of the article called *name*; None where there is none. By id or url at once, else by looking at all."""
    try:
        row = generation.find(url_id(name) if "://" in name else name)
    except ValueError:  # "http://[::1": a bracket open; no article has such a url, but perhaps such an external id
        row = None
    if row is not None:
        return row
    return next((r for r in range(len(generation)) if name in names_of(generation.article(r))), None)


def dropped_of(index: Path, generation: Generation, row: int) -> list[Dropped]:
    """What of the article's page was not part of it, in the page's order; from the article store, nothing without one."""
    key = generation.contents.versions[row].tobytes()
    if not Layout(index).articles.exists():
        return []
    with ArticleStore.open(Layout(index).articles) as store:
        return store.dropped(key)
