"""Which sentence of a passage meets the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newsearch.indexer.ragged import Ragged
from newsearch.indexer.sentences import sentence_spans
from newsearch.indexer.terms import piece_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.indexer.expansion import Expansion
    from newsearch.search.cutting import Cut


def best_sentences(
    expansions: list[Expansion], passages: Sequence[str], cuts: Sequence[Cut], vocabulary: int
) -> list[tuple[int, int]]:
    """The sentence of each passage with the highest term score for the query.

    Args:
        expansions: What the pieces of the query stand for.
        passages: Texts of passages.
        cuts: The same, cut into pieces.
        vocabulary: How many pieces there are.

    Returns:
        For each, (start, end) in code points of the passage; the first of equals, the whole passage where it is one sentence.
    """
    if not passages:
        return []
    spans = [sentences_of(p) for p in passages]
    scores = piece_scores(_pieces_of(spans, cuts), expansions, vocabulary)
    ends = np.cumsum([len(of) for of in spans])
    best = [int(np.argmax(scores[end - len(of) : end])) if of else 0 for of, end in zip(spans, ends, strict=True)]
    return [of[i] if len(of) > 1 else (0, len(p)) for p, of, i in zip(passages, spans, best, strict=True)]


def _pieces_of(spans: Sequence[Sequence[tuple[int, int]]], cuts: Sequence[Cut]) -> Ragged:
    """The pieces of each sentence of each passage: those that begin in it, or behind it and before the next."""
    first = np.cumsum([0, *(len(cut.pieces) for cut in cuts)])
    starts = [
        at + np.searchsorted([start for start, _ in cut.spans], [start for start, _ in of])
        for at, of, cut in zip(first[:-1].tolist(), spans, cuts, strict=True)
    ]
    return Ragged(np.concatenate([cut.pieces for cut in cuts]), np.concatenate([*starts, first[-1:]]).astype(np.int64))


def sentences_of(passage: str) -> list[tuple[int, int]]:
    """The sentences of a passage; a line feed (sub-headline, paragraph) ends one too."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in passage.split("\n"):
        if line.strip():
            spans += sentence_spans(passage, start, start + len(line))
        start += len(line) + 1
    return spans
