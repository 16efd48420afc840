"""``newsearch search``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsearch.search.commands.options import Index, Json, index_path

Names = list[str] | None


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A question or words, German or English.")],
    index: Index = None,
    k: Annotated[int, typer.Option("-k", help="How many hits.", min=1)] = 10,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="From this day, month or year on: 2025-06-21, 2025-06, 2025.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Up to and including this day, month or year.")
    ] = None,
    publisher: Annotated[Names, typer.Option(help="Only from this publisher; may be repeated.")] = None,
    language: Annotated[Names, typer.Option(help="Only in this language (de, en); may be repeated.")] = None,
    section: Annotated[Names, typer.Option(help="Only from this section; may be repeated.")] = None,
    agency: Annotated[Names, typer.Option(help="Only from this news agency; may be repeated.")] = None,
    include_undated: Annotated[
        bool, typer.Option("--include-undated", help="Keep articles without a date in a dated search.")
    ] = False,
    each_article: Annotated[
        bool, typer.Option("--no-fold", help="Every article that tells a story, not only the one that fits best.")
    ] = False,
    all_passages: Annotated[
        bool, typer.Option("--no-collapse", help="Every passage of every article, not only the best; folds nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Find the passages that answer a question.

    Example: newsearch search "which firms require proof AI can't do the job" --since 2025
    """
    from newsearch.corpus.errors import UsageError
    from newsearch.indexer.columns import Filter
    from newsearch.search.dates import final_day, first_day
    from newsearch.search.searcher import Searcher
    from newsearch.search.show import print_results

    wanted = Filter(
        since=None if since is None else first_day(since),
        until=None if until is None else final_day(until),
        publishers=tuple(publisher or ()),
        languages=tuple(language or ()),
        sections=tuple(section or ()),
        agencies=tuple(agency or ()),
        include_undated=include_undated,
    )
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise UsageError(f"--since {since} is after --until {until}. Wanted: the earlier date after --since.")
    results = Searcher.open(index_path(index)).search(
        query, k, wanted, collapse=not all_passages, fold=not each_article
    )
    print_results(results, as_json=json)
