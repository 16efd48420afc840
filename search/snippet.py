"""Which sentence of a passage meets the query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from newsearch.indexer.sentences import sentence_spans
from newsearch.indexer.terms import Terms, expand, term_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.table import StaticTable


def best_sentence(table: StaticTable, query: NDArray[np.integer[Any]], passage: str) -> tuple[int, int]:
    """The sentence of *passage* with the highest term score for the query.

    Args:
        table: The token table.
        query: Piece numbers of the query, shape (n,).
        passage: The passage's text.

    Returns:
        (start, end) in code points of *passage*; the first of equals, the whole passage where it is one sentence.
    """
    spans = sentences_of(passage)
    if len(spans) < 2:  # noqa: PLR2004
        return 0, len(passage)
    pieces = table.pieces_of([passage[a:b] for a, b in spans])
    terms = Terms.of(pieces, len(table.scales))
    present = np.flatnonzero(terms.postings.lengths)
    return spans[int(np.argmax(term_scores(terms, expand(table, query, present))))]


def sentences_of(passage: str) -> list[tuple[int, int]]:
    """The sentences of a passage; a line feed (sub-headline, paragraph) ends one too."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in passage.split("\n"):
        if line.strip():
            spans += sentence_spans(passage, start, start + len(line))
        start += len(line) + 1
    return spans
