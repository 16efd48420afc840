"""Texts as the token table cuts them: pieces, where they stand, and which word each is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.indexer.table import StaticTable


@dataclass(frozen=True, slots=True)
class Cut:
    """The pieces of a text, in order.

    Attributes:
        pieces: Their numbers, shape (n,), int64.
        spans: (start, end) of each, in code points of the text.
        words: The number of the word that each is of, ascending; punctuation is a word too.
    """

    pieces: NDArray[np.int64]
    spans: list[tuple[int, int]]
    words: list[int]


class Word(NamedTuple):
    """A word as the table cuts it: where it stands, in code points, and its pieces."""

    start: int
    end: int
    pieces: list[int]


def cut(table: StaticTable, texts: Sequence[str]) -> list[Cut]:
    """Each of *texts*, cut by *table*."""
    encodings = table.tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [Cut(np.array(e.ids, np.int64), e.offsets, e.word_ids) for e in encodings]


def words_of(text: Cut, numbers: Sequence[int] | None = None) -> list[Word]:
    """The words of a text, in order: those with the *numbers*, ascending; all where None."""
    rows: dict[int, list[int]] = {}
    wanted = None if numbers is None else set(numbers)
    for row, number in enumerate(text.words):
        if wanted is None or number in wanted:
            rows.setdefault(number, []).append(row)
    return [Word(text.spans[of[0]][0], text.spans[of[-1]][1], text.pieces[of].tolist()) for of in rows.values()]
