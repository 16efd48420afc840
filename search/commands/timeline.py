"""``newsearch timeline``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsearch.search.commands.options import NOT_NARROWED, Index, Json, Narrowing, Query, index_path, narrowed
from newsearch.search.periods import Step


@narrowed
def timeline(
    query: Query,
    index: Index = None,
    by: Annotated[Step, typer.Option(help="How long a period is.")] = Step.MONTH,
    narrowing: Narrowing = NOT_NARROWED,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture too, .png or .svg (needs newsearch[plot]).")
    ] = None,
    json: Json = False,
) -> None:
    """Count the articles that answer a question by time.

    Example: newsearch timeline "ferry out of service" --by month --since 2024
    """
    from newsearch.search.bars import print_timeline
    from newsearch.search.plot import check_plot, plot_timeline
    from newsearch.search.searcher import Searcher
    from newsearch.search.show import print_json
    from newsearch.search.timeline import timeline_json

    wanted = narrowing.filter()
    if plot:
        check_plot(plot)
    searcher = Searcher.open(index_path(index))
    counted = searcher.timeline(query, by, wanted)
    if plot:
        plot_timeline(counted, plot)
    if json:
        print_json(timeline_json(counted))
    else:
        print_timeline(counted, answered=searcher.search(query, 1, wanted).answered)
