"""The query layer, its command line and its evaluation.

from newsearch.search import Searcher
results = Searcher.open("archive.index").search("which firms require proof AI can't do the job", k=5)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsearch.indexer.columns import Filter
    from newsearch.search.hits import Hit, Order, Results
    from newsearch.search.narrowing import filter_of
    from newsearch.search.searcher import Searcher

__all__ = ["Filter", "Hit", "Order", "Results", "Searcher", "filter_of"]

_HOMES = {
    "Filter": "newsearch.indexer.columns",
    "Hit": "newsearch.search.hits",
    "Order": "newsearch.search.hits",
    "Results": "newsearch.search.hits",
    "Searcher": "newsearch.search.searcher",
    "filter_of": "newsearch.search.narrowing",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for: ``newsearch --help`` must not wait for faiss."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
