"""The cache made smaller: what no passage of the generation that serves was embedded from goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from newsearch.indexer.cache import EmbeddingCache
from newsearch.indexer.embedding import passage_input

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsearch.indexer.generation import Generation
    from newsearch.indexer.layout import Layout

MOST: Final = 2
"""Entries a passage from which on a rebuild makes the cache smaller. Above two, more than half of them are dead, so that what
is written anew is less than what goes, and a passage is copied once while the cache doubles; a corrected article or an
interrupted run costs nothing before."""


def cache_of(layout: Layout, generation: Generation) -> EmbeddingCache:
    """The cache of the model that *generation* was made with."""
    return EmbeddingCache(layout.cache, generation.manifest.fingerprint, generation.manifest.dimension)


def passage_keys(generation: Generation, rows: Iterable[int], cache: EmbeddingCache) -> Iterator[bytes]:
    """The keys under which *cache* may hold the passages of the articles *rows*, with their headline and without.

    Without, since a headline of 120 rare characters is left out of a passage's input; which those are only the model's
    tokenizer knows, and that may be gone.

    Raises:
        DamagedIndexError: An article cannot be read.
    """
    for row in rows:
        article = generation.article(row)
        for variant in (article, replace(article, title="")):
            for start, end in generation.spans[row].tolist():
                yield cache.key(passage_input(variant, (start, end)))


def compact(layout: Layout, generation: Generation) -> int:
    """Delete from the cache what *generation* does not have.

    Returns:
        How many entries were deleted.

    Raises:
        DamagedIndexError: An article of *generation* cannot be read; nothing was deleted.
        DiskFullError: There is no space left; nothing was deleted.
    """
    cache = cache_of(layout, generation)
    return cache.keep(set(passage_keys(generation, range(len(generation)), cache)))


def compact_if_worth_it(layout: Layout, generation: Generation) -> int:
    """As `compact`, where the cache holds more than MOST entries a passage; else nothing is read or written."""
    worth = len(cache_of(layout, generation)) > MOST * generation.manifest.counts["passages"]
    return compact(layout, generation) if worth else 0
