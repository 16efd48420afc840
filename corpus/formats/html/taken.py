"""What is taken of a page so far, and what the page says of its article elsewhere: what the rules work on. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsearch.corpus.formats.html.matching import find_in, is_running, letters
from newsearch.corpus.formats.lines import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.corpus.formats.html.blocks import Block


@dataclass(frozen=True, slots=True)
class Hints:
    """What a page says of its article elsewhere than in its text.

    Attributes:
        titles: Its headlines, as its several descriptions have them.
        leads: Its leads, likewise.
        authors: Names.
        body: The paragraphs of the text that it declares, perhaps run together; none where it declares none.
    """

    titles: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    body: tuple[str, ...] = ()


class Taken:
    """The blocks of one page, and why they are no part of its article, as far as is known.

    Attributes:
        blocks: The page's blocks.
        keys: The same, as `letters` has them.
        hints: What else the page says.
        reasons: One per block; None for the ones that are taken, OUTSIDE for the ones that may still be.
        declared: Which blocks are in the text that the page declares; empty where it declares none or another.
        lead: Number of the block that is the lead, -1 without one.
    """

    def __init__(self, blocks: Sequence[Block], extracted: Sequence[str], hints: Hints) -> None:
        self.blocks, self.hints = blocks, hints
        self.keys = [letters(block.text) for block in blocks]
        self._runs = [is_running(block.text) for block in blocks]
        found = find_in(self.keys, extracted)
        self.reasons = [
            block.reason or (None if is_in else Reason.OUTSIDE) for block, is_in in zip(blocks, found, strict=True)
        ]
        self.declared: list[bool] = []
        self.lead = -1

    @property
    def running(self) -> list[int]:
        """The numbers of the blocks of running text that are taken."""
        return [
            at
            for at, (reason, runs) in enumerate(zip(self.reasons, self._runs, strict=True))
            if reason is None and runs
        ]

    @property
    def kept(self) -> list[int]:
        """The numbers of all blocks that are taken."""
        return [at for at, reason in enumerate(self.reasons) if reason is None]

    @property
    def free(self) -> list[int]:
        """The numbers of the blocks that are taken, or may still be."""
        return [at for at, reason in enumerate(self.reasons) if reason in (None, Reason.OUTSIDE)]

    def kinds(self) -> Counter[str]:
        """The letters of the running text that is taken, by kind of block."""
        kinds: Counter[str] = Counter()
        for at in self.running:
            kinds[self.blocks[at].kind] += len(self.keys[at])
        return kinds
