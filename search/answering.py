"""Whether an archive answers a question, or only has what comes nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.background import above_background
from newsearch.indexer.columns import UNDATED
from newsearch.indexer.ragged import Ragged, starts_of
from newsearch.indexer.terms import best_meets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.expansion import Expansion
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.table import StaticTable

LOOKED_AT: Final = 10
"""Articles, the best ones, of which one must answer."""

EXACT: Final = 0.999
"""How well a number must be met: 1998 and 1999 have much the same vector."""

NEAREST: Final = 3.0
"""Nearness counts up to here: among a handful of articles everything is far above the background."""

NEARNESS: Final = 0.6
WORD: Final = 16.0
NUMBER: Final = 4.0
"""Logistic regression over the judged queries and the half of tests/quality/no_answer.jsonl that is for choosing, rounded.
docs/quality.md has what it gives on the other half."""

STATIC_LEVEL: Final = 2.34
ENCODER_LEVEL: Final = 1.4
"""So that a tenth of the answerable judged queries is refused, with the static table and with the encoder."""

CALIBRATED: Final = 35_000
"""Passages of the archive that the levels were found with."""

STATIC_GROWTH: Final = 1.0
ENCODER_GROWTH: Final = 0.5
"""How much of the background's growth with an archive's size an answer must keep up with. By the encoder an answer is as near
in a large archive as in a small one: from 1,100 to 40,000 passages the best cosine's median rises by .04 where there is an
answer, by .10 where there is none, the background by .13. With the static table .06, .12 and .07 (docs/quality.md)."""


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for an article as an answer.

    Attributes:
        nearness: Its best passage's cosine above the archive's background, in the background's standard deviations.
        missing: Share of the query's weight that its least met word has and lacks, in [0, 1].
        numbers: How many of the query's numbers the article does not have.
    """

    nearness: float
    missing: float
    numbers: int

    @property
    def score(self) -> float:
        """Log odds that the article answers, but for the model's level."""
        return NEARNESS * self.nearness - WORD * self.missing - NUMBER * self.numbers


def supports(
    generation: Generation,
    table: StaticTable,
    expansions: list[Expansion],
    vector: NDArray[np.float32],
    ranked: NDArray[np.int64],
    allowed: int,
) -> list[Support] | None:
    """What speaks for each of the first LOOKED_AT articles that the passages *ranked* are of.

    Args:
        generation: What was searched.
        table: Whose pieces the query has.
        expansions: The query for the term leg.
        vector: The query for the dense leg, shape (1, dimension).
        ranked: Passages, best first, shape (n,).
        allowed: Among how many they are the best.

    Returns:
        One an article; None where the generation was written before there was a background.
    """
    background = generation.manifest.measured.get("background", {})
    if "median" not in background:
        return None
    articles, first = np.unique(generation.article_of[ranked], return_index=True)
    chosen = np.sort(np.argsort(first)[:LOOKED_AT])
    articles, passages = articles[chosen], ranked[first[chosen]]
    cosines = generation.store.cosines(vector[0], passages)
    size = compared_size(generation.manifest.model, allowed)
    nearness = np.minimum(above_background(cosines, background, size), NEAREST)
    meets = best_meets(_pieces_of(generation, articles), expansions, len(table.scales))
    digits = np.array([any(map(str.isdigit, table.spelling(e.piece))) for e in expansions], bool)
    if digits.any():  # else nothing is a part of a year
        meets[_years(generation, table, expansions, articles)] = 1
    lengths = np.sqrt([e.weight for e in expansions])
    missing = ((lengths / max(float(lengths.sum()), 1e-12))[:, None] * (1 - meets)).max(axis=0, initial=0)
    numbers = (meets[digits] < EXACT).sum(axis=0)
    rows = zip(nearness.tolist(), missing.tolist(), numbers.tolist(), strict=True)
    return [Support(*row) for row in rows]


def compared_size(model: str, passages: int) -> float:
    """How many passages' background the best of so many *passages*, embedded with *model*, is compared with."""
    growth = STATIC_GROWTH if model == "static" else ENCODER_GROWTH
    return float(CALIBRATED * (passages / CALIBRATED) ** growth)


def has_answer(found: list[Support] | None, model: str) -> bool | None:
    """Whether one of the articles answers, by passages embedded with *model*; None where nothing can be said."""
    level = STATIC_LEVEL if model == "static" else ENCODER_LEVEL
    return None if found is None else any(support.score + level > 0 for support in found)


def _pieces_of(generation: Generation, articles: NDArray[np.int64]) -> Ragged:
    """The pieces of all passages of each article."""
    passages = generation.spans.items_of(articles)
    pieces = generation.terms.pieces
    ends = np.concatenate([[0], np.cumsum(pieces.lengths_of(passages))])
    starts = ends[starts_of(generation.spans.lengths_of(articles))]
    return Ragged(pieces.flat[pieces.items_of(passages)], starts)


def _years(
    generation: Generation, table: StaticTable, expansions: list[Expansion], articles: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which pieces are of the year in which each article was published, shape (len(expansions), len(articles))."""
    days = generation.columns.first_day[articles].tolist()
    years = table.pieces_of(["" if day == UNDATED else str(date.fromordinal(day).year) for day in days])
    asked = np.array([e.piece for e in expansions], np.int64)
    return np.array([np.isin(asked, years[i]) for i in range(len(years))], bool).reshape(len(years), len(asked)).T
