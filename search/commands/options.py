"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

INDEX_VARIABLE: Final = "NEWSEARCH_INDEX"
DEFAULT_INDEX: Final = "newsearch.index"

Index = Annotated[
    Path | None,
    typer.Option(
        "--index", "-i", metavar="DIR", help=f"The index's folder; else ${INDEX_VARIABLE}, else ./{DEFAULT_INDEX}."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Threads = Annotated[int | None, typer.Option(min=1, help="Cores to keep busy; all where not given.")]
Sources = Annotated[
    list[Path],
    typer.Argument(metavar="SOURCE...", help="Files and folders of articles: text, HTML, JSON, CSV, feeds, WARC."),
]


def index_path(given: Path | None) -> Path:
    """The folder that ``--index`` means, absolute."""
    return Path(given or os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX).expanduser().absolute()
