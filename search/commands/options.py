"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from newsearch.search.hits import Order

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

Query = Annotated[str, typer.Argument(metavar="QUERY", help="A question or words, German or English.")]
Name = Annotated[str, typer.Argument(metavar="ARTICLE", help="Its id, url, external id, or path below its source.")]
Hits = Annotated[int, typer.Option("-k", help="How many hits.", min=1)]
Names = list[str] | None
Since = Annotated[
    str | None, typer.Option(metavar="DATE", help="From this day, month or year on: 2025-06-21, 2025-06, 2025.")
]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Up to and including this day, month or year.")]
On = Annotated[str | None, typer.Option(metavar="DATE", help="Only of this day, month or year.")]
Publisher = Annotated[Names, typer.Option(help="Only from this publisher; may be repeated.")]
Language = Annotated[Names, typer.Option(help="Only in this language (de, en); may be repeated.")]
Section = Annotated[Names, typer.Option(help="Only from this section; may be repeated.")]
Agency = Annotated[Names, typer.Option(help="Only from this news agency; may be repeated.")]
IncludeUndated = Annotated[
    bool, typer.Option("--include-undated", help="Keep articles without a date in a dated search.")
]
Sort = Annotated[Order, typer.Option(help="Best first, or of the -k best the newest first; undated ones stand last.")]

Cite = Annotated[bool, typer.Option("--cite", help="A citation: publisher, headline, date, address, day of access.")]


def index_path(given: Path | None) -> Path:
    """The folder that ``--index`` means, absolute."""
    return Path(given or os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX).expanduser().absolute()
