"""Which passages have a phrase word for word: by their pieces, which narrow a million down to a few, then by their text."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.generation import Generation
    from newsearch.indexer.table import StaticTable
    from newsearch.indexer.terms import Terms
    from newsearch.search.query import Query

_PLAIN: Final = str.maketrans(
    dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛‹›′", "'") | dict.fromkeys("‐‑‒–—", "-") | {"\u00ad": ""}
)
"""Typographic marks, as a keyboard has them; a soft hyphen is none."""

_RUN: Final = re.compile(r"[^\W_]+(?:\s+[^\W_]+)*")
"""Words with nothing but white space between them: their pieces follow each other in every text that has them."""


def fitting(
    generation: Generation, table: StaticTable, query: Query, allowed: NDArray[np.bool_] | None
) -> NDArray[np.bool_] | None:
    """Narrow *allowed* down to the passages that have every phrase of *query* and nothing that it excludes.

    A phrase must be in the passage, whatever its case, white space and typographic marks. An excluded word must not be in the
    passage nor in its headline, whatever its accents too: that is read from the pieces, for a word that thousands have.

    Args:
        generation: What is searched.
        table: That cuts words into pieces.
        query: The phrases, and what is excluded.
        allowed: Which passages may be found, shape (n_passages,); all where None.

    Returns:
        The same, narrowed; *allowed* itself where there is nothing to narrow by.

    Raises:
        DamagedIndexError: A text cannot be read.
    """
    if not (query.phrases or query.excluded):
        return allowed
    fit = np.ones(len(generation.terms), bool) if allowed is None else allowed.copy()
    for words in query.excluded:
        numbers = with_runs(generation.terms, table, words)
        fit[numbers if len(_RUN.findall(words)) == 1 else with_phrase(generation, words, numbers)] = False
    for phrase in query.phrases:
        numbers = with_runs(generation.terms, table, phrase)
        having = with_phrase(generation, phrase, numbers[fit[numbers]])
        fit &= np.isin(np.arange(len(fit)), having)
    return fit


def with_runs(terms: Terms, table: StaticTable, phrase: str) -> NDArray[np.int64]:
    """Passages in whose pieces every run of words of *phrase* is there, as whole words; ascending, shape (n,)."""
    runs = [table.pieces_of([run])[0] for run in _RUN.findall(phrase)]
    numbers = np.arange(len(terms))
    for pieces in runs:
        for piece in sorted(set(pieces.tolist()), key=lambda p: len(terms.postings[p])):
            numbers = numbers[_among(numbers, terms.postings[piece])]
        numbers = _following(terms, table, pieces, numbers)
    return numbers


def _among(numbers: NDArray[np.int64], posting: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of *numbers*, ascending, are in *posting*, ascending too."""
    if not len(posting):
        return np.zeros(len(numbers), bool)
    at = np.minimum(np.searchsorted(posting, numbers), len(posting) - 1)
    return np.asarray(posting[at] == numbers)


def _following(
    terms: Terms, table: StaticTable, pieces: NDArray[np.int32], numbers: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of *numbers* in which *pieces* follow each other, and no piece that continues a word follows them."""
    padding = [-1] * len(pieces)
    flat = np.concatenate([terms.pieces.flat[terms.pieces.items_of(numbers)].astype(np.int64), padding])
    owner = np.concatenate([np.repeat(numbers, terms.pieces.lengths_of(numbers)), padding])
    there = np.flatnonzero(flat == pieces[0])
    for step, piece in enumerate(pieces[1:].tolist(), 1):
        there = there[flat[there + step] == piece]
    there = there[owner[there + len(pieces) - 1] == owner[there]]
    behind = there + len(pieces)
    inside = owner[behind] == owner[there]
    goes_on = [piece for piece in np.unique(flat[behind[inside]]).tolist() if table.spelling(piece).startswith("##")]
    return np.unique(owner[there[~(inside & np.isin(flat[behind], goes_on))]])


def with_phrase(generation: Generation, phrase: str, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the passages *numbers*, ascending, whose text has *phrase* as whole words.

    Raises:
        DamagedIndexError: A text cannot be read.
    """
    wanted = folded(phrase)
    before, behind = (r"(?<!\w)" if wanted[0].isalnum() else ""), (r"(?!\w)" if wanted[-1].isalnum() else "")
    pattern = re.compile(before + re.escape(wanted) + behind)
    having: list[int] = []
    for row, group in groupby(numbers.tolist(), lambda n: int(generation.article_of[n])):
        text = generation.article(row).text
        spans = ((n, generation.spans.flat[n].tolist()) for n in group)
        having += [n for n, (start, end) in spans if pattern.search(folded(text[start:end]))]
    return np.array(having, np.int64)


def folded(text: str) -> str:
    """*text* in lower case, each white space as one space, typographic marks as a keyboard has them."""
    return " ".join(text.translate(_PLAIN).casefold().split())
