"""What became of everything that was read: nothing disappears."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

MAX_EXAMPLES: Final = 20
"""Places named for each reason; the counts go on."""
PAGE_PART: Final = "part of a page"
"""The reason why images, fonts, style sheets and scripts that were saved with pages are skipped."""
CRASHED: Final = "could not be parsed"
"""The reason of what parsing did not survive. It may have been the machine, so it is tried again the next time."""
WITHDRAWAL: Final = "withdrawn by its agency"
"""The reason among what was dropped of a version that says: this article is not, or no longer, to be published."""


class Dropped(NamedTuple):
    """A block of a page that is not part of its article. A page has a hundred, and each goes from one process to another."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A file or record that gave no article of its own.

    Attributes:
        place: File below the source, with ``:line`` where it is a record.
        reason: The short reason it is counted under.
        detail: What was found, what was wanted, what to do.
        again: When it is to be read again though its file is unchanged, aware; None for never.
    """

    place: str
    reason: str
    detail: str = ""
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Skipped(Reject):
    """What lies among the articles and is rightly none: a redirect in a WARC file, an image of a mirrored site.

    It is counted, since nothing disappears; but nobody has to look at it.
    """


@dataclass(slots=True)
class ReadReport:
    """Counts of one reading; ``read`` is the sum of kept, duplicates, rejected, skipped and taken down when it is done.

    Attributes:
        files: Files that were met.
        read: Files and records that were looked at, counted where they are met and not where they end.
        kept: Articles that are in the archive.
        duplicates: Records left out since the same article was read before.
        rejected: Files and records that hold no article, by reason.
        examples: The first MAX_EXAMPLES rejects of each reason, and of the duplicates.
        dropped: Blocks of pages that are not part of their articles, by reason.
        taken_down: Files and records left out since their article was taken down; counted, and named nowhere.
        skipped: Files and records that lie among the articles and are none, by reason.
    """

    files: int = 0
    read: int = 0
    kept: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    examples: list[Reject] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    taken_down: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def rejected_total(self) -> int:
        """Files and records that hold no article."""
        return self.rejected.total()

    def reject(self, reject: Reject) -> None:
        """Count a reject, and keep it as an example while there is room; what is skipped is only counted."""
        if isinstance(reject, Skipped):
            self.skipped[reject.reason] += 1
            return
        self.rejected[reject.reason] += 1
        if self.rejected[reject.reason] <= MAX_EXAMPLES:
            self.examples.append(reject)

    def duplicate(self, duplicate: Reject) -> None:
        """Count a duplicate, and keep it as an example while there is room; it is no reject."""
        self.duplicates += 1
        if self.duplicates <= MAX_EXAMPLES:
            self.examples.append(duplicate)
