"""``newsearch search``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsearch.search.commands.options import (
    NOT_NARROWED,
    Cite,
    Hits,
    Index,
    Json,
    Narrowing,
    Query,
    Sort,
    index_path,
    narrowed,
)
from newsearch.search.hits import Order


@narrowed
def search(
    query: Query,
    index: Index = None,
    k: Hits = 10,
    narrowing: Narrowing = NOT_NARROWED,
    sort: Sort = Order.RELEVANCE,
    each_article: Annotated[
        bool, typer.Option("--no-fold", help="Every article that tells a story, not only the one that fits best.")
    ] = False,
    all_passages: Annotated[
        bool, typer.Option("--no-collapse", help="Every passage of every article, not only the best; folds nothing.")
    ] = False,
    cite: Cite = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each leg gave for a hit, and which words met which.")
    ] = False,
    json: Json = False,
) -> None:
    """Find the passages that answer a question.

    Example: newsearch search "which firms require proof AI can't do the job" --since 2025
    """
    from newsearch.search.searcher import Searcher
    from newsearch.search.show import print_results

    wanted = narrowing.filter()
    searcher = Searcher.open(index_path(index))
    results = searcher.search(
        query, k, wanted, collapse=not all_passages, fold=not each_article, order=sort, explain=explain
    )
    print_results(results, as_json=json, typed=query, cite=cite)
