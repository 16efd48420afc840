"""Which blocks of a page are its article: what the extractor takes, mended by what the page says of itself. Pure.

The rules and their thresholds were chosen on one half of the pages in ../shared/pages and judged on the other:
docs/extraction.md has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsearch.corpus.formats.html.marks import (
    mark_captions,
    mark_cards,
    mark_lines,
    mark_lists,
    mark_repeated,
    mark_titles,
)
from newsearch.corpus.formats.html.matching import letters
from newsearch.corpus.formats.html.mend import add_declared, add_headings, add_lead, drop_undeclared, fill_gaps
from newsearch.corpus.formats.html.taken import Hints, Taken
from newsearch.corpus.formats.html.trim import drop_biographies, trim_head, trim_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.corpus.formats.html.blocks import Block
    from newsearch.corpus.formats.lines import Reason

__all__ = ["Hints", "Selection", "select"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which blocks are the article.

    Attributes:
        reasons: Why each block is no part of it, None for the ones that are; in the blocks' order.
        lead: Number of the block that is the lead above the text, -1 without one.
    """

    reasons: tuple[Reason | None, ...]
    lead: int = -1


def select(blocks: Sequence[Block], extracted: Sequence[str], hints: Hints) -> Selection:
    """Which of a page's blocks are its article.

    Args:
        blocks: The page's blocks.
        extracted: The paragraphs that the extractor takes for the article.
        hints: What else the page says of it.
    """
    page = Taken(blocks, extracted, hints)
    titles = frozenset(filter(None, map(letters, hints.titles)))
    mark_lines(page)
    mark_lists(page)
    mark_cards(page)
    mark_captions(page)
    add_declared(page)
    if page.running:
        _shape(page, titles)
    return Selection(tuple(page.reasons), page.lead)


def _shape(page: Taken, titles: frozenset[str]) -> None:
    mark_titles(page, titles)
    if not page.running:
        return
    mark_repeated(page)
    fill_gaps(page)
    add_headings(page)
    add_lead(page, titles)
    trim_head(page)
    drop_undeclared(page)
    drop_biographies(page)
    trim_tail(page)
