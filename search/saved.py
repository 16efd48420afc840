"""Whether a new generation answers the saved queries as the one that serves does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.errors import ModelError, SwitchRefusedError
from newsearch.indexer.refusals import ANYWAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.indexer.embedders.base import Embedder
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.settings import Settings
    from newsearch.indexer.table import StaticTable
    from newsearch.search.searcher import Searcher

FIRST: Final = 10
"""Articles that are compared: those that a person sees."""

SHOWN: Final = 3
"""Queries that are named where many changed."""


def compare_answers(
    settings: Settings, old: Generation, new: Generation, embedder: Embedder, table: StaticTable
) -> Sequence[str]:
    """Ask the saved queries of both generations.

    Args:
        settings: With the queries, and how much the answers must agree.
        old: The generation that serves.
        new: The one that is to.
        embedder: That *new* was built with.
        table: The same.

    Returns:
        What there is to say; nothing without saved queries.

    Raises:
        SwitchRefusedError: The answers agree less than the settings want.
    """
    if not settings.queries:
        return []
    from newsearch.search.searcher import Searcher  # most rebuilds ask nothing

    try:
        before, now = Searcher(old, embedder, table), Searcher(new, embedder, table)
    except ModelError:
        return ["the saved queries were not compared: the old index was built with another model"]
    there = set(new.places.ids.tolist())
    overlaps = [overlap(_answers(before, query), _answers(now, query), there) for query in settings.queries]
    mean = float(np.mean(overlaps))
    if mean >= settings.least_overlap:
        return [f"the new index has {mean:.0%} of the old answers to {len(overlaps):,} saved queries"]
    worst = [settings.queries[i] for i in np.argsort(overlaps, kind="stable")[:SHOWN]]
    raise SwitchRefusedError(
        f"The new index has {mean:.0%} of the old answers to {len(overlaps):,} saved queries, wanted at least "
        f"{settings.least_overlap:.0%} (settings.toml, [check]), so the index stays as it is. Most changed: "
        f"{'; '.join(repr(q) for q in worst)}. {ANYWAY}"
    )


def overlap(before: Sequence[bytes], now: Sequence[bytes], there: set[bytes]) -> float:
    """The share of the articles *before* that are among *now*, of those that are still *there*; 1 where none is.

    Args:
        before: Ids of the old answers.
        now: Ids of the new ones.
        there: Ids of all articles of the new generation.
    """
    still = [name for name in before if name in there]
    return len(set(still) & set(now)) / len(still) if still else 1.0


def _answers(searcher: Searcher, query: str) -> list[bytes]:
    """Not folded: which article of a story is shown may change by one that came new."""
    return [hit.article.id.encode() for hit in searcher.search(query, FIRST, fold=False).hits]
