"""``newsearch related``."""

from __future__ import annotations

from newsearch.search.commands.options import (
    NOT_NARROWED,
    Cite,
    Hits,
    Index,
    Json,
    Name,
    Narrowing,
    Sort,
    index_path,
    narrowed,
)
from newsearch.search.hits import Order


@narrowed
def related(
    article: Name,
    index: Index = None,
    k: Hits = 10,
    narrowing: Narrowing = NOT_NARROWED,
    sort: Sort = Order.RELEVANCE,
    cite: Cite = False,
    json: Json = False,
) -> None:
    """Show other articles on an article's story and its background.

    Example: newsearch related https://example.org/story --until 2025-06-21
    """
    from newsearch.indexer.layout import Layout
    from newsearch.search.lookup import no_article
    from newsearch.search.searcher import Searcher
    from newsearch.search.show import print_results

    wanted = narrowing.filter()
    path = index_path(index)
    searcher = Searcher.open(path)
    if searcher.article(article) is None:
        raise no_article(Layout(path), article)
    print_results(searcher.related(article, k, wanted, order=sort), as_json=json, cite=cite)
