"""``newsearch show``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsearch.search.commands.options import Cite, Index, Json, Name, index_path


def show(
    article: Name,
    index: Index = None,
    dropped: Annotated[
        bool, typer.Option("--dropped", help="What of the page is not part of the article, and why.")
    ] = False,
    cite: Cite = False,
    json: Json = False,
) -> None:
    """Show an article as it is indexed, and when earlier versions of it were read.

    Example: newsearch show 9f86d081884c7d65 --index archive.index
    """
    from newsearch.indexer.layout import Layout
    from newsearch.indexer.tombstones import Shown
    from newsearch.search.lookup import find_article, no_article
    from newsearch.search.remembered import dropped_of, history_of
    from newsearch.search.show import print_article

    path = index_path(index)
    generation = Layout(path).open_current()
    row = find_article(generation, article, Shown(Layout(path).tombstones, generation).now())
    if row is None:
        raise no_article(Layout(path), article)
    blocks = dropped_of(path, generation, row) if dropped else []
    earlier = history_of(path, generation, row)
    print_article(generation.article(row), blocks, earlier, as_json=json, cite=cite)
