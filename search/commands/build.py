"""``newsearch build`` and ``newsearch add``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsearch.indexer.embedders import DEFAULT
from newsearch.search.commands.options import Index, Json, Sources, Threads, index_path


def build(
    sources: Sources,
    index: Index = None,
    model: Annotated[
        str, typer.Option(help="The embedder: bilingual, static, or a folder or hub name for sentence-transformers.")
    ] = DEFAULT,
    threads: Threads = None,
    json: Json = False,
) -> int:
    """Make a first index from files and folders.

    Example: newsearch build archive/ --index archive.index
    """
    from newsearch.indexer import builder
    from newsearch.indexer.embedders import model_reference
    from newsearch.indexer.settings import Settings
    from newsearch.search.progress import Progress
    from newsearch.search.reports import print_report

    settings = Settings(tuple(_absolute(s) for s in sources), model_reference(model))
    with Progress() as progress:
        report = builder.build(index_path(index), settings, progress, threads=threads)
    return print_report(report, index_path(index), as_json=json)


def add(sources: Sources, index: Index = None, threads: Threads = None, json: Json = False) -> int:
    """Add sources to an index that stands.

    Example: newsearch add more.jsonl --index archive.index
    """
    from newsearch.indexer import builder
    from newsearch.search.progress import Progress
    from newsearch.search.reports import print_report

    with Progress() as progress:
        report = builder.rebuild(index_path(index), progress, more=[_absolute(s) for s in sources], threads=threads)
    return print_report(report, index_path(index), as_json=json)


def _absolute(source: Path) -> Path:
    """The path that a rebuild from another folder finds; links are kept, as the user named them."""
    return source.expanduser().absolute()
