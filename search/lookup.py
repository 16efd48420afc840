"""Finding an article by whatever a person calls it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.article import Article, Source, named_id
from newsearch.corpus.errors import UsageError
from newsearch.corpus.store import ArticleStore
from newsearch.corpus.takedowns import ids_of
from newsearch.indexer.tombstones import Shown, Tombstones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.generation import Generation
    from newsearch.indexer.layout import Layout


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


def find_article(generation: Generation, name: str, shown: NDArray[np.bool_] | None = None) -> int | None:
    """The row of the article called *name*; None where there is none. By id or url at once, else by looking at all.

    Args:
        generation: Where to look.
        name: What a person calls it.
        shown: Which articles may be found, shape (n_articles,); all where None.
    """
    row = generation.find(named_id(name))
    if row is not None and (shown is None or shown[row]):
        return row
    names = {name, _LINE.sub("", name)}  # search prints a page's place with the line of the passage
    rows = range(len(generation)) if shown is None else np.flatnonzero(shown).tolist()
    return next((r for r in rows if names & names_of(generation.article(r))), None)


def find_anywhere(layout: Layout, name: str) -> Article | None:
    """The article called *name* that the index shows; else one that an older generation or the article store still has.

    Those are asked for what is to be taken down. The store knows an article by id and url.

    Raises:
        IndexNotFoundError: There is no index.
        DamagedIndexError: The generation that serves, the tombstones or the article store are damaged.
    """
    serving, tombstones = layout.open_current(), Tombstones.read(layout.tombstones)
    others = (generation for generation in layout.openable() if generation.folder != serving.folder)
    for generation in (serving, *others):
        row = find_article(generation, name, Shown(layout.tombstones, generation).now())
        if row is not None:
            return generation.article(row)
    return None if tombstones.find(name) else _find_in_store(layout, name)


def _find_in_store(layout: Layout, name: str) -> Article | None:
    wanted = named_id(name)
    if not layout.articles.exists():
        return None
    with ArticleStore.read(layout.articles) as store:
        version = next((version for version in store.versions() if wanted in ids_of(version)), None)
        if version is None:
            return None
        return replace(store.article(version.key, Source("", "")), id=wanted, source=None)


def no_article(layout: Layout, name: str) -> UsageError:
    """The error for an article that the index at *layout* does not show: it is not there, or was taken down."""
    stone = Tombstones.read(layout.tombstones).find(name)
    if stone:
        reason = f" ({stone.reason})" if stone.reason else ""
        return UsageError(f"The article {name!r} was taken down on {stone.day}{reason}. It does not come back.")
    return UsageError(
        f"No article {name!r} in {layout.index} ({len(layout.open_current()):,} articles). Wanted: an article_id as `newsearch "
        "search --json` prints it, a url, the source's own id, or the path below the source."
    )
