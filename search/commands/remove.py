"""``newsearch remove``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsearch.search.commands.options import Index, Json, Name, index_path


def remove(
    article: Name,
    index: Index = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the record; it is kept.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Take an article down: out of every generation, the article store and the cache, for good.

    Example: newsearch remove https://example.org/story --reason "court order 12 O 34/26"
    """
    from newsearch.indexer.layout import Layout
    from newsearch.indexer.takedown import take_down
    from newsearch.indexer.tombstones import Tombstones
    from newsearch.search.lookup import find_anywhere, no_article
    from newsearch.search.removal import confirmed, finish_again, print_removal

    path = index_path(index)
    found = find_anywhere(Layout(path), article)
    if found is None:
        stone = Tombstones.read(Layout(path).tombstones).find(article)
        if stone is None:
            raise no_article(Layout(path), article)
        print_removal(path, stone, finish_again(path), already=True, as_json=json)
    elif yes or confirmed(found):
        print_removal(path, *take_down(path, found.id, reason), already=False, as_json=json)
    else:
        typer.echo("newsearch: nothing was taken down", err=True)
