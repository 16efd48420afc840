"""Which words of a passage answer which words of a query, across languages: the term leg's pieces, put together to words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.search.cutting import Cut, Word, cut, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.indexer.expansion import Expansion
    from newsearch.indexer.table import StaticTable

SIMILAR: Final = 0.6
"""How well a word must meet one of the query to be marked."""

WEIGHTY: Final = 0.75
"""Share of the mean weight of the query's words that a word must have for those that meet it to be marked: "the" has less."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A word of a query, and the word of a passage that meets it best.

    Attributes:
        query: The word as it stands in the query.
        weight: Its share of the query, in [0, 1].
        start: Where the passage's word begins, in code points of the passage.
        end: Where it ends.
        similarity: How well it meets, in (0, 1]; see `newsearch.indexer.expansion.SATURATION`.
    """

    query: str
    weight: float
    start: int
    end: int
    similarity: float


class Meetings:
    """A query's words, ready to be met."""

    def __init__(self, table: StaticTable, query: str, expansions: list[Expansion]) -> None:
        """The words of *query*, whose pieces stand for *expansions*."""
        self._table, self._query = table, query
        weights = {e.piece: e.weight for e in expansions}
        self._met = {e.piece: dict(zip(e.neighbours.tolist(), e.meets.tolist(), strict=True)) for e in expansions}
        words = (w for w in words_of(cut(table, [query])[0]) if _says(query, w))
        unique = {query[w.start : w.end].casefold(): w for w in words}
        self._words = [(w, {p: weights[p] for p in w.pieces if p in weights}) for w in unique.values()]
        self._words = [(w, of) for w, of in self._words if sum(of.values()) > 0]
        self._least = WEIGHTY * sum(sum(of.values()) for _, of in self._words) / max(len(self._words), 1)

    def highlights(self, passages: Sequence[str], cuts: Sequence[Cut]) -> list[tuple[tuple[int, int], ...]]:
        """The words of each passage that answer a weighty word of the query, as (start, end) in order, in code points.

        Args:
            passages: Their texts.
            cuts: The same, cut into pieces.
        """
        weighty = [of for _, of in self._words if sum(of.values()) >= self._least]
        near = np.zeros(len(self._table.scales), bool)
        near[[piece for of in weighty for p in of for piece in self._met[p]]] = True
        # the same words come again and again
        answers = cache(lambda pieces: any(self._similarity(of, pieces) >= SIMILAR for of in weighty))
        out = []
        for text, pieces in zip(passages, cuts, strict=True):
            few = words_of(pieces, [pieces.words[i] for i in np.flatnonzero(near[pieces.pieces]).tolist()])
            out.append(tuple((w.start, w.end) for w in few if answers(tuple(w.pieces)) and _says(text, w)))
        return out

    def of(self, passage: str) -> tuple[Meeting, ...]:
        """Each word of the query with the word of *passage* that meets it best, the weightiest first; without those unmet."""
        words = [w for w in words_of(cut(self._table, [passage])[0]) if _says(passage, w)]
        out = []
        for word, of in self._words:
            score, best = max(
                ((self._similarity(of, w.pieces), w) for w in words), key=lambda pair: pair[0], default=(0.0, word)
            )
            if score > 0:
                text = self._query[word.start : word.end]
                out.append(Meeting(text, sum(of.values()), best.start, best.end, score))
        return tuple(sorted(out, key=lambda meeting: -meeting.weight))

    def _similarity(self, asked: dict[int, float], pieces: Sequence[int]) -> float:
        """The weighted mean, over the pieces *asked* for, of how well the nearest of a word's *pieces* meets each."""
        met = (of * max(self._met[p].get(q, 0.0) for q in pieces) for p, of in asked.items())
        return float(sum(met)) / sum(asked.values())


def _says(text: str, word: Word) -> bool:
    """Whether a word of *text* is one, and no punctuation."""
    return any(map(str.isalnum, text[word.start : word.end]))
