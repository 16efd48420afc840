"""What the article store remembers beside the articles; a generation answers without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from newsearch.corpus.store import ArticleStore
from newsearch.indexer.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsearch.corpus.report import Dropped, Reject
    from newsearch.corpus.store import Earlier
    from newsearch.indexer.generation import Generation

T = TypeVar("T")


def dropped_of(index: Path, generation: Generation, row: int) -> list[Dropped]:
    """What of the article's page was not part of it, in the page's order; nothing without an article store.

    Raises:
        DamagedIndexError: The article store is damaged.
    """
    key = generation.contents.versions[row].tobytes()
    return _from_store(index, lambda store: store.dropped(key))


def history_of(index: Path, generation: Generation, row: int) -> list[Earlier]:
    """The versions in which the article was read before, the first one first; nothing without an article store.

    One that says the same as the version that is shown is none: a better reader, or another date.

    Raises:
        DamagedIndexError: The article store is damaged.
    """
    article, key = generation.article(row), generation.contents.versions[row].tobytes()
    found = _from_store(
        index, lambda store: [(one, one.key in store.cleaned.find(key)) for one in store.history(article.id)]
    )
    shown = {article.content, *(version.content for version, is_shown in found if is_shown)}
    versions = {version.content: version for version, _ in reversed(found)}
    return [version for content, version in reversed(versions.items()) if content not in shown]


def rejects_of(index: Path) -> list[Reject]:
    """What the last reading rejected, up to 20 for each reason, duplicates among them; nothing without an article store.

    Raises:
        DamagedIndexError: The article store is damaged.
    """
    return _from_store(index, ArticleStore.rejects)


def _from_store(index: Path, read: Callable[[ArticleStore], list[T]]) -> list[T]:
    path = Layout(index).articles
    if not path.exists():
        return []
    with ArticleStore.read(path) as store:
        return read(store)
