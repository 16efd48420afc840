"""The query layer, its command line and its evaluation.

from newsearch.search import Searcher
results = Searcher.open("archive.index").search("which firms require proof AI can't do the job", k=5)

These names are stable; docs/api.md shows them at work. Errors are `newsearch.corpus.errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsearch.indexer.columns import Filter
    from newsearch.search.citation import cite
    from newsearch.search.explain import Explanation
    from newsearch.search.hits import Elsewhere, Hit, Order, Results, results_json
    from newsearch.search.meetings import Meeting
    from newsearch.search.narrowing import filter_of
    from newsearch.search.periods import Step
    from newsearch.search.searcher import Searcher
    from newsearch.search.timeline import Period, Timeline, timeline_json

__all__ = [
    "Elsewhere",
    "Explanation",
    "Filter",
    "Hit",
    "Meeting",
    "Order",
    "Period",
    "Results",
    "Searcher",
    "Step",
    "Timeline",
    "cite",
    "filter_of",
    "results_json",
    "timeline_json",
]

_HOMES = {
    "Explanation": "newsearch.search.explain",
    "Filter": "newsearch.indexer.columns",
    "Elsewhere": "newsearch.search.hits",
    "Hit": "newsearch.search.hits",
    "Meeting": "newsearch.search.meetings",
    "Order": "newsearch.search.hits",
    "Period": "newsearch.search.timeline",
    "Results": "newsearch.search.hits",
    "Searcher": "newsearch.search.searcher",
    "Step": "newsearch.search.periods",
    "Timeline": "newsearch.search.timeline",
    "cite": "newsearch.search.citation",
    "filter_of": "newsearch.search.narrowing",
    "results_json": "newsearch.search.hits",
    "timeline_json": "newsearch.search.timeline",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for: ``newsearch --help`` must not wait for faiss."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
