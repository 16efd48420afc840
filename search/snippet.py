"""Which sentence of a passage meets the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newsearch.indexer.sentences import sentence_spans
from newsearch.indexer.terms import piece_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.indexer.expansion import Expansion
    from newsearch.indexer.table import StaticTable


def best_sentences(table: StaticTable, expansions: list[Expansion], passages: Sequence[str]) -> list[tuple[int, int]]:
    """The sentence of each passage with the highest term score for the query.

    Args:
        table: The token table.
        expansions: What the pieces of the query stand for.
        passages: Texts of passages.

    Returns:
        For each, (start, end) in code points of the passage; the first of equals, the whole passage where it is one sentence.
    """
    spans = [sentences_of(p) for p in passages]
    pieces = table.pieces_of([p[a:b] for p, of in zip(passages, spans, strict=True) for a, b in of])
    scores = piece_scores(pieces, expansions, len(table.scales))
    ends = np.cumsum([len(of) for of in spans])
    best = [int(np.argmax(scores[end - len(of) : end])) if of else 0 for of, end in zip(spans, ends, strict=True)]
    return [of[i] if len(of) > 1 else (0, len(p)) for p, of, i in zip(passages, spans, best, strict=True)]


def sentences_of(passage: str) -> list[tuple[int, int]]:
    """The sentences of a passage; a line feed (sub-headline, paragraph) ends one too."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in passage.split("\n"):
        if line.strip():
            spans += sentence_spans(passage, start, start + len(line))
        start += len(line) + 1
    return spans
