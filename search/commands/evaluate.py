"""``newsearch evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsearch.search.commands.options import Index, Json, index_path


def evaluate(
    queries: Annotated[list[Path], typer.Argument(metavar="QUERIES...", help="JSON lines of judged queries.")],
    index: Index = None,
    each_article: Annotated[
        bool, typer.Option("--no-fold", help="Rank every article that tells a story, not only the one that fits best.")
    ] = False,
    all_passages: Annotated[
        bool, typer.Option("--no-collapse", help="Rank every passage, not only each article's best; folds nothing.")
    ] = False,
    earlier: Annotated[
        Path | None,
        typer.Option("--compare", metavar="RUN", help="What --json printed of an earlier run; differences are shown."),
    ] = None,
    json: Json = False,
) -> None:
    """Measure how well an index answers judged queries.

    Example: newsearch evaluate queries.jsonl --index archive.index --compare yesterday.json
    """
    from newsearch.corpus.errors import UsageError
    from newsearch.search.comparison import compare, comparison_json, comparison_lines, read_ranks
    from newsearch.search.evaluation import evaluate as measure
    from newsearch.search.evaluation import evaluation_json, evaluation_lines
    from newsearch.search.judged import read_queries
    from newsearch.search.progress import Progress
    from newsearch.search.searcher import Searcher
    from newsearch.search.show import print_json, print_line

    judged = [query for path in queries for query in read_queries(path)]
    names = ", ".join(map(str, queries))
    before = None if earlier is None else read_ranks(earlier)
    if not any(q.answerable for q in judged):
        raise UsageError(
            f"{names} holds no answerable query ({len(judged)} queries). Wanted: at least one with gold passages."
        )
    searcher = Searcher.open(index_path(index))
    with Progress() as progress:
        how = {"collapse": not all_passages, "fold": not each_article}
        result = measure(searcher, judged, lambda n: progress("asking", n, len(judged)), **how)
    if len(result.absent) == sum(q.answerable for q in judged):
        raise UsageError(
            f"None of the articles that {names} names is in the index at {index_path(index)}. Wanted: the index of the "
            "archive that the queries were written for."
        )
    compared = None if before is None else compare(result, before)
    if json:
        print_json(evaluation_json(result) | ({"compared": comparison_json(compared)} if compared else {}))
        return
    for line in [*evaluation_lines(result), *(comparison_lines(compared) if compared else ())]:
        print_line(line)
