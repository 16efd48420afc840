"""What ``newsearch remove`` asks, and what it says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.errors import UsageError
from newsearch.indexer.layout import Layout
from newsearch.indexer.takedown import finish
from newsearch.search.citation import date_text
from newsearch.search.show import plain, print_json, print_line

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.corpus.article import Article
    from newsearch.indexer.takedown import Purge
    from newsearch.indexer.tombstones import Tombstone

OUTSIDE: Final = (
    "Source files are not touched: they are read again and left out. Backups, and copies of the index elsewhere, are yours "
    "to delete."
)


def confirmed(article: Article) -> bool:
    """Whether the person at the terminal says that *article* is the one to take down.

    Raises:
        UsageError: Nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise UsageError(
            f"Taking down {description(article)} cannot be undone, and there is no terminal to ask at. If it is the right "
            "article, give --yes."
        )
    # not typer.confirm: asked to ask on stderr, it still writes a space to stdout
    sys.stderr.write(f"Take down {description(article)}? This cannot be undone. [y/N]: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def description(article: Article) -> str:
    """Headline, publisher, date and id, as they may go to a terminal."""
    facts = (article.publisher, date_text(article), article.id)
    return plain(", ".join([f"“{article.title}”" if article.title else "(no headline)", *(f for f in facts if f)]))


def finish_again(index: Path) -> Purge | None:
    """Finish what an earlier takedown left; None where nothing was left."""
    layout = Layout(index)
    with layout.writer():
        return finish(layout)


def print_removal(index: Path, stone: Tombstone, purge: Purge | None, *, already: bool, as_json: bool) -> None:
    """Say what was taken down, and what was deleted for it."""
    if as_json:
        print_json(removal_json(index, stone, purge, already=already))
        return
    for line in removal_lines(stone, purge, already=already):
        print_line(line)


def removal_lines(stone: Tombstone, purge: Purge | None, *, already: bool) -> list[str]:
    """The report in one readable block."""
    name = f"{stone.id} · {stone.url}" if stone.url else stone.id
    lines = [f"taken down  {name}{f', on {stone.day} already' if already else ''}"]
    if stone.reason:
        lines.append(f"reason      {stone.reason}")
    if purge:
        lines += [
            f"generation  {purge.generation} serves, without it: {purge.passages:,} passages removed",
            (
                f"deleted     {len(purge.generations):,} other generations, {purge.versions:,} versions in the article store, "
                f"{purge.entries:,} entries of the cache"
            ),
        ]
    return [*lines, f"note        {OUTSIDE}"]


def removal_json(index: Path, stone: Tombstone, purge: Purge | None, *, already: bool) -> dict[str, Any]:
    """The report for ``--json``; the counts are zero where there was nothing left to delete."""
    return {
        "schema": 1,
        "index": str(index),
        "article_id": stone.id,
        "url": stone.url,
        "reason": stone.reason,
        "taken_down": stone.at,
        "already": already,
        "generation": purge.generation if purge else Layout(index).current_name(),
        "articles": purge.articles if purge else 0,
        "passages": purge.passages if purge else 0,
        "generations": list(purge.generations) if purge else [],
        "versions": purge.versions if purge else 0,
        "entries": purge.entries if purge else 0,
        "notes": [OUTSIDE],
    }
