"""What a rebuild has to do: what is new, changed, gone, and what can be taken over as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.corpus.reading import Sighting


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each article.

    Attributes:
        kept: Row in the old generation of each sighting that is taken over, -1 of each that is made anew, shape (n,).
        new: Ids of articles that the old generation does not have.
        changed: Ids of articles whose version is another one than in the old generation.
        gone: Ids of articles of the old generation that no source has any more.
    """

    kept: NDArray[np.int64]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def unchanged(self) -> int:
        """How many articles stand as they stood."""
        return len(self.kept) - len(self.new) - len(self.changed)


def make_plan(
    sightings: Sequence[Sighting], ids: NDArray[np.bytes_], versions: NDArray[np.uint8], *, reuse: bool
) -> Plan:
    """Compare what was read with what the old generation holds.

    Args:
        sightings: The articles as they are now, each id once.
        ids: The old generation's article ids, shape (m,).
        versions: Their version keys, shape (m, 32), uint8.
        reuse: Whether the old generation was made with the same model, vocabulary and chunking, so that its passages can be
            taken over.
    """
    rows = {article_id.decode(): row for row, article_id in enumerate(ids)}
    keys = versions.tobytes()
    kept = np.full(len(sightings), -1, np.int64)
    new, changed = [], []
    for number, sighting in enumerate(sightings):
        row = rows.pop(sighting.article_id, None)
        if row is None:
            new.append(sighting.article_id)
        elif keys[32 * row : 32 * row + 32] != sighting.key:
            changed.append(sighting.article_id)
        elif reuse:
            kept[number] = row
    return Plan(kept, tuple(new), tuple(changed), tuple(rows))
