"""Takedown: an article leaves every generation, the article store and the cache, and nothing brings it back.

The tombstone comes first: from then on no reader shows the article and no reading lets it in, whatever cuts the rest off. The
rest is done again from the start by the next writer, step by step, until the index is seen to hold nothing of it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from newsearch.corpus.article import canonical_url
from newsearch.corpus.errors import SwitchRefusedError, UsageError
from newsearch.corpus.store import ArticleStore
from newsearch.indexer.cache import EmbeddingCache
from newsearch.indexer.compaction import cache_of, compact, passage_keys
from newsearch.indexer.files import sync_folder
from newsearch.indexer.layout import Layout, out_of_sight
from newsearch.indexer.manifest import check_hashes
from newsearch.indexer.marks import Marks
from newsearch.indexer.switching import counts_of, name_of, versions_here, write_and_switch
from newsearch.indexer.tombstones import Tombstone, Tombstones
from newsearch.indexer.verification import differences, sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsearch.indexer.contents import Contents
    from newsearch.indexer.generation import Generation


@dataclass(frozen=True, slots=True)
class Purge:
    """What a purge did; where it took two runs, what the second one did.

    Attributes:
        generation: Name of the generation that serves.
        articles: Articles that it has no more.
        passages: Passages that it has no more.
        generations: Names of the generations that were deleted.
        versions: Article versions that were deleted from the store.
        entries: Entries that were deleted from the cache; also those of other passages that are not in the index any more.
    """

    generation: str
    articles: int
    passages: int
    generations: tuple[str, ...]
    versions: int
    entries: int


def take_down(index: Path, article_id: str, reason: str = "") -> tuple[Tombstone, Purge]:
    """Take an article out of an index for good; what other takedowns left unfinished is finished with it.

    Args:
        index: The index's folder.
        article_id: The article's id; it need not serve any more, an older generation or the article store may hold it.
        reason: Why, for the record.

    Raises:
        IndexNotFoundError: There is no index.
        UsageError: Nothing in the index has this id.
        DamagedIndexError: Something is damaged. Where the tombstone was written, the article is shown no more, and the next
            rebuild goes on with the rest; likewise with the errors below.
        SwitchRefusedError: The generation without the article is not what it should be.
        BusyError: Another process is writing the index, or has the article store open.
        DiskFullError: There is no space left.
    """
    layout = Layout(index)
    layout.current_name()
    with layout.writer():
        stone = _stone_of(layout, article_id, reason)
        tombstones = Tombstones.read(layout.tombstones).with_stone(stone)
        tombstones.write(layout.tombstones)
        return stone, purge(layout, tombstones)


def finish(layout: Layout) -> Purge | None:
    """Finish what takedowns left: where they were cut off, or a generation or store came back from a backup.

    Returns:
        What was done; None where nothing was to do, or no generation serves yet.

    Raises:
        DamagedIndexError: Something is damaged; a rebuild writes a damaged generation anew, and may then try again. For the
            other errors see `take_down`.
    """
    tombstones = Tombstones.read(layout.tombstones)
    if not (tombstones.stones and layout.exists):
        return None
    if not (tombstones.unfinished or any(found_in_generations(layout, tombstones)) or _in_store(layout, tombstones)):
        return None
    return purge(layout, tombstones)


def purge(layout: Layout, tombstones: Tombstones) -> Purge:
    """Delete what the tombstones name wherever it is; call it as the only writer. What was done before is not done again.

    Raises:
        DamagedIndexError, SwitchRefusedError, BusyError, DiskFullError: See `take_down`.
    """
    serving, articles, passages = _switch_to_clean(layout, tombstones)
    deleted = _delete_other_generations(layout, serving)
    versions = _purge_store(layout, tombstones)
    entries = _purge_cache(layout, serving)
    tombstones.all_purged().write(layout.tombstones)
    return Purge(serving.folder.name, articles, passages, tuple(deleted), versions, entries)


def _switch_to_clean(layout: Layout, tombstones: Tombstones) -> tuple[Generation, int, int]:
    """The generation that serves, without what is taken down, and how many articles and passages it lost for that."""
    old = layout.open_current()
    rows = tombstones.rows_in(old)
    if not (len(rows) or tombstones.copied_in(old)):
        return old, 0, 0
    check_hashes(old.folder, old.manifest)
    left = np.delete(np.arange(len(old)), rows)
    contents, now = old.contents.take(left), datetime.now(UTC)
    manifest = replace(
        old.manifest,
        id=name_of(now, old.manifest.fingerprint),
        created=now.isoformat(timespec="seconds"),
        counts=counts_of(contents),
        files={},
        versions=versions_here(),
    )
    places, vocabulary = old.places.take(left).without_copies(tombstones.marks.ids), len(old.terms.postings)
    write_and_switch(layout, contents, places, manifest, vocabulary, lambda new: _check(new, contents))
    return layout.open_current(), len(rows), len(old.article_of) - len(contents.spans.flat)


def _check(new: Generation, contents: Contents) -> None:
    """See that *new* is sound, and to the bit what was to be written: nothing in it was made anew.

    Raises:
        SwitchRefusedError: It is not.
    """
    if wrong := sound(new) or differences(new, contents):
        raise SwitchRefusedError(
            f"The generation without the article is not as it should be ({'; '.join(wrong)}), so the old one serves; the "
            "article is not shown, but not deleted yet. This is a fault of newsearch or of this machine. Run newsearch "
            "rebuild; if it comes back, please report it."
        )


def _delete_other_generations(layout: Layout, serving: Generation) -> list[str]:
    """Delete all generations but the one that serves, unfinished ones too; the names of the finished ones."""
    others = [path for path in sorted(layout.generations.iterdir()) if path.name != serving.folder.name]
    for path in others:
        _delete(out_of_sight(path))
    sync_folder(layout.generations)
    return [path.name for path in others if not path.name.startswith(".")]


def _purge_store(layout: Layout, tombstones: Tombstones) -> int:
    if not layout.articles.exists():
        return 0
    with ArticleStore.open(layout.articles) as store:
        return store.purge(tombstones.marks.keys)


def _purge_cache(layout: Layout, serving: Generation) -> int:
    """Keep what *serving* was embedded from; caches of other models go whole, since nothing tells whose their entries are."""
    if not layout.cache.is_dir():
        return 0
    ours, deleted = cache_of(layout, serving), compact(layout, serving)
    for path in layout.cache.iterdir():
        if path.name != ours.folder.name:
            deleted += len(EmbeddingCache(layout.cache, path.name, 0))
            _delete(path)
    sync_folder(layout.cache)
    return deleted


def _delete(path: Path) -> None:
    """Delete a folder, or a file that lies where only folders should; an error is raised: the article would still be there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _stone_of(layout: Layout, article_id: str, reason: str) -> Tombstone:
    """The tombstone of an article, with every mark by which it can be known.

    Raises:
        UsageError: Nothing in the index has this id.
    """
    serving = layout.open_current()
    marks, passages = Marks.beside(serving, article_id), set[bytes]()
    for generation, row in _rows_of(layout, article_id):
        marks.add_article(generation.article(row), generation.contents.versions[row].tobytes())
        passages.update(passage_keys(generation, [row], cache_of(layout, generation)))
    marks.spread(layout)
    if not marks.keys:
        raise UsageError(f"Nothing in {layout.index} has the id {article_id!r}.")
    url, now = marks.url and canonical_url(marks.url), datetime.now(UTC).isoformat(timespec="seconds")
    sets = (frozenset(marks.ids), frozenset(marks.keys), frozenset(marks.contents), frozenset(passages))
    return Tombstone(article_id, url, reason, now, *sets)


def _rows_of(layout: Layout, article_id: str) -> Iterator[tuple[Generation, int]]:
    for generation in layout.openable():
        if (row := generation.find(article_id)) is not None:
            yield generation, row


def found_in_generations(layout: Layout, tombstones: Tombstones) -> Iterator[str]:
    """One sentence for each taken-down article that a generation still holds, if only as the copy of another."""
    for generation in layout.openable():
        for stone in tombstones.stones_in(generation):
            yield f"generation {generation.folder.name} holds the article {stone.id}, taken down on {stone.day}"


def found_in_store(layout: Layout, tombstones: Tombstones) -> Iterator[str]:
    """One sentence for each version in the article store that is one of a taken-down article.

    Raises:
        DamagedIndexError: The store is damaged.
    """
    if not (tombstones.stones and layout.articles.exists()):
        return
    marks = tombstones.marks
    with ArticleStore.read(layout.articles) as store:
        for version in store.versions():
            if marks.holds_version(version):
                yield f"{layout.articles.name} holds the version {version.key.hex()[:16]} of an article that was taken down"


def found_in_cache(layout: Layout, tombstones: Tombstones) -> Iterator[str]:
    """A sentence where the cache still holds passages of taken-down articles that no other article has."""
    if not (tombstones.passages and layout.cache.is_dir()):
        return
    shared: set[bytes] | None = None
    for folder in layout.cache.iterdir():
        left = tombstones.passages.intersection(EmbeddingCache(layout.cache, folder.name, 0).keys())
        if left and shared is None:
            shared = _keys_of_others(layout, tombstones)
        if left and (left := left - (shared or set())):
            yield f"the cache {folder.name} holds {len(left):,} passages of articles that were taken down"


def _keys_of_others(layout: Layout, tombstones: Tombstones) -> set[bytes]:
    """The keys of the passages of all articles that are not taken down."""
    keys: set[bytes] = set()
    for generation in layout.openable():
        rows = np.delete(np.arange(len(generation)), tombstones.rows_in(generation))
        keys.update(passage_keys(generation, rows.tolist(), cache_of(layout, generation)))
    return keys


def _in_store(layout: Layout, tombstones: Tombstones) -> bool:
    """Whether the store holds a version that is known to be taken down; asked at every rebuild, so by key only."""
    if not layout.articles.exists():
        return False
    with ArticleStore.open(layout.articles) as store:
        return any(store.find(key) for key in tombstones.marks.keys)
