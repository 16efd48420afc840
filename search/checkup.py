"""The state of every generation that an index keeps, and whether what was taken down is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.generation import Generation
from newsearch.indexer.manifest import REPAIR
from newsearch.indexer.table import StaticTable
from newsearch.indexer.takedown import found_in_cache, found_in_generations, found_in_store
from newsearch.indexer.tombstones import Tombstones
from newsearch.indexer.verification import verify

if TYPE_CHECKING:
    from newsearch.indexer.layout import Layout


PASSING: Final = (
    "It does not serve, and goes when a rebuild next changes anything; until then there is no way back to it."
)


def check_index(layout: Layout) -> list[dict[str, Any]]:
    """Verify the generations of an index, oldest first.

    Returns:
        For each its ``id``, whether it ``serves``, whether it is ``sound``, and the ``findings``, sentences.

    Raises:
        IndexNotFoundError: There is no index.
        DamagedIndexError: CURRENT names no generation.
        ModelError: The model of the one that serves cannot be had.
    """
    current = layout.current_name()
    findings = {name: _findings(layout, name) for name in dict.fromkeys([*layout.kept(), current])}
    for name in findings.keys() - {current}:  # a rebuild mends the one that serves
        findings[name] = [finding.replace(REPAIR, PASSING) for finding in findings[name]]
    return [
        {"id": name, "serves": name == current, "sound": not found, "findings": found}
        for name, found in findings.items()
        if name == current or (layout.generations / name).exists()  # a rebuild may have removed it meanwhile
    ]


def check_takedowns(layout: Layout) -> list[str]:
    """Where the index still holds what was taken down, one sentence each; empty where it holds nothing of it."""
    try:
        tombstones = Tombstones.read(layout.tombstones)
        found = [
            *found_in_generations(layout, tombstones),
            *found_in_store(layout, tombstones),
            *found_in_cache(layout, tombstones),
        ]
    except DamagedIndexError as exc:
        return [str(exc)]
    unfinished = [f"the takedown of {stone.id} on {stone.day} was cut off" for stone in tombstones.unfinished]
    return [f"{finding}. Run newsearch rebuild: it finishes the takedown." for finding in (*unfinished, *found)]


def _findings(layout: Layout, name: str) -> list[str]:
    try:
        generation = Generation(layout.generations / name)
    except DamagedIndexError as exc:
        return [str(exc)]
    table = StaticTable.open()
    return verify(generation, load_embedder(generation.manifest.model, table), table)
