"""Why a rebuild does not switch: what it would lose, or what is wrong with what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import SwitchRefusedError
from newsearch.indexer.verification import same_again, sound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsearch.corpus.reading import Sighting
    from newsearch.indexer.embedders.base import Embedder
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.settings import Settings
    from newsearch.indexer.table import StaticTable

LEFT: Final = 0.5
"""Share of the articles or passages that a rebuild must leave."""

ANYWAY: Final = "If this is right, run: newsearch rebuild --switch-anyway"


def check_no_source_is_lost(
    old: Generation, sightings: Sequence[Sighting], settings: Settings, settings_file: Path
) -> None:
    """An empty folder is a disk that was not mounted more often than an archive that was given up.

    Raises:
        SwitchRefusedError: A source that had articles in the old generation has none now.
    """
    before = {name.partition("\0")[0] for name in old.places.files.names}
    now = {sighting.source.root for sighting in sightings}
    lost = [str(s) for s in settings.sources if str(s) in before - now]
    if lost:
        raise SwitchRefusedError(
            f"{', '.join(lost)} had articles and has none now, so the index stays as it is. Is a disk not mounted? "
            f"If its articles are to go, take it out of the sources in {settings_file}, and run: newsearch rebuild"
        )


def check_not_halved(before: int, now: int, what: str) -> None:
    """See that a rebuild leaves at least half.

    Args:
        before: How many there are in the generation that serves.
        now: How many there would be.
        what: ``articles`` or ``passages``.

    Raises:
        SwitchRefusedError: Fewer than half would be left.
    """
    if now < LEFT * before:
        raise SwitchRefusedError(
            f"Of {before:,} {what} {now:,} would be left, fewer than half, so the index stays as it is. Are the sources whole? "
            f"newsearch rebuild --dry-run shows what was read. {ANYWAY}"
        )


def check_sound(new: Generation, embedder: Embedder, table: StaticTable) -> None:
    """See that what was written is what should have been written.

    Raises:
        SwitchRefusedError: It is not.
    """
    wrong = sound(new) or same_again(new, embedder, table)
    if wrong:
        raise SwitchRefusedError(
            f"The new generation is not as it should be ({'; '.join(wrong)}), so the index stays as it is. This is a fault "
            "of newsearch or of this machine. Run newsearch rebuild again; if it comes back, please report it."
        )
