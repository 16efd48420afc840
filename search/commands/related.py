"""``newsearch related``."""

from __future__ import annotations

from newsearch.search.commands.options import (
    Agency,
    Cite,
    Hits,
    IncludeUndated,
    Index,
    Json,
    Language,
    Name,
    On,
    Publisher,
    Section,
    Since,
    Sort,
    Until,
    index_path,
)
from newsearch.search.hits import Order


def related(
    article: Name,
    index: Index = None,
    k: Hits = 10,
    since: Since = None,
    until: Until = None,
    on: On = None,
    publisher: Publisher = None,
    language: Language = None,
    section: Section = None,
    agency: Agency = None,
    include_undated: IncludeUndated = False,
    sort: Sort = Order.RELEVANCE,
    cite: Cite = False,
    json: Json = False,
) -> None:
    """Show other articles on an article's story and its background.

    Example: newsearch related https://example.org/story --until 2025-06-21
    """
    from newsearch.indexer.layout import Layout
    from newsearch.search.lookup import no_article
    from newsearch.search.narrowing import filter_of
    from newsearch.search.searcher import Searcher
    from newsearch.search.show import print_results

    wanted = filter_of(
        since=since,
        until=until,
        on=on,
        publishers=publisher or (),
        languages=language or (),
        sections=section or (),
        agencies=agency or (),
        include_undated=include_undated,
    )
    path = index_path(index)
    searcher = Searcher.open(path)
    if searcher.article(article) is None:
        raise no_article(Layout(path), article)
    print_results(searcher.related(article, k, wanted, order=sort), as_json=json, cite=cite)
