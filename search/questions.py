"""A question as the models know it: taken apart, spelt as the vocabulary has it, cut into pieces."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsearch.corpus.errors import UsageError
from newsearch.indexer.spelling import respelt
from newsearch.search.query import Query, as_text, parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from newsearch.indexer.table import StaticTable


def read_question(table: StaticTable, typed: str, k: int) -> tuple[Query, NDArray[np.int32]]:
    """What was *typed*, taken apart and spelt as *table* has it, and the pieces of its text, shape (n,).

    Raises:
        UsageError: It holds no word that is wanted, or *k*, how many hits are wanted, is below 1.
    """
    question = parse(as_text(typed))
    if question.excluded and not question.text:
        raise UsageError("The query only says what is not wanted. Wanted: a question or some words.")
    words = respelt(table, question.text)
    return replace(question, text=words), pieces_of(table, words, k)


def pieces_of(table: StaticTable, text: str, k: int) -> NDArray[np.int32]:
    """The pieces of *text*, which is asked for as it stands, shape (n,).

    Raises:
        UsageError: It holds no word, or *k*, how many hits are wanted, is below 1.
    """
    if k < 1:
        raise UsageError(f"k is {k}. Wanted: how many hits to show, at least 1.")
    pieces = table.pieces_of([text])[0]
    if not len(pieces):
        raise UsageError("The query is empty. Wanted: a question or some words.")
    return pieces
