"""``newsearch rebuild``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsearch.search.commands.options import Index, Json, Threads, index_path


def rebuild(
    index: Index = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    threads: Threads = None,
    json: Json = False,
) -> int:
    """Bring an index up to what its sources hold now: the nightly run.

    Example: newsearch rebuild --index archive.index
    """
    from newsearch.indexer import builder
    from newsearch.search.progress import Progress
    from newsearch.search.reports import print_report

    with Progress() as progress:
        report = builder.rebuild(index_path(index), progress, dry_run=dry_run, threads=threads)
    return print_report(report, index_path(index), as_json=json)
