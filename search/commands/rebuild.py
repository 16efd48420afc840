"""``newsearch rebuild``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsearch.search.commands.options import Index, Json, Threads, index_path


def rebuild(
    index: Index = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    anyway: Annotated[
        bool,
        typer.Option("--switch-anyway", help="Switch even where much is gone or saved queries are answered otherwise."),
    ] = False,
    metrics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what was done for Prometheus' textfile collector.")
    ] = None,
    threads: Threads = None,
    json: Json = False,
) -> int:
    """Bring an index up to what its sources hold now: the nightly run.

    Example: newsearch rebuild --index archive.index
    """
    from newsearch.indexer import builder
    from newsearch.search.progress import Progress
    from newsearch.search.prometheus import recorded
    from newsearch.search.reports import print_report
    from newsearch.search.saved import compare_answers

    path = index_path(index)
    with recorded(metrics, path) as run:
        with Progress() as progress:
            run.report = builder.rebuild(
                path, progress, dry_run=dry_run, anyway=anyway, check=compare_answers, threads=threads
            )
        run.status = print_report(run.report, path, as_json=json)
    return run.status
