"""Options that several commands share."""

from __future__ import annotations

import functools
import inspect
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from newsearch.search.hits import Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsearch.indexer.columns import Filter

_T = TypeVar("_T")

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


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a search is narrowed to; each field is an option of the commands that are `narrowed`."""

    since: Since = None
    until: Until = None
    on: On = None
    publisher: Publisher = None
    language: Language = None
    section: Section = None
    agency: Agency = None
    include_undated: IncludeUndated = False

    def filter(self) -> Filter:
        """The same for a searcher.

        Raises:
            UsageError: A date is none, or the dates exclude each other.
        """
        from newsearch.search.narrowing import filter_of

        return filter_of(
            since=self.since,
            until=self.until,
            on=self.on,
            publishers=self.publisher or (),
            languages=self.language or (),
            sections=self.section or (),
            agencies=self.agency or (),
            include_undated=self.include_undated,
        )


NOT_NARROWED: Final = Narrowing()


def narrowed(command: Callable[..., _T]) -> Callable[..., _T]:
    """*command* with the options of `Narrowing` in place of its parameter ``narrowing``; typer itself can't share options."""
    options = inspect.signature(Narrowing, eval_str=True).parameters

    @functools.wraps(command)
    def with_options(**given: Any) -> _T:
        narrowing = Narrowing(**{name: given.pop(name) for name in options})
        return command(**given, narrowing=narrowing)

    own = inspect.signature(command, eval_str=True).parameters
    parameters = [p for name in own for p in (options.values() if name == "narrowing" else [own[name]])]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # which typer reads
    return with_options


def index_path(given: Path | None) -> Path:
    """The folder that ``--index`` means, absolute."""
    return Path(given or os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX).expanduser().absolute()
