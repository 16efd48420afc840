"""What a search is narrowed to, as people write it; names that the index does not have get the nearest that it has."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.errors import UsageError
from newsearch.indexer.columns import Filter
from newsearch.search.dates import final_day, first_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.indexer.columns import Coded
    from newsearch.indexer.generation import Generation

NEAR: Final = 0.6
"""Likeness of two names from which one is offered for the other, as `difflib.get_close_matches` has it by default."""

OFFERED: Final = 5
"""Names that are offered: what fits on a line or two."""

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def filter_of(
    *,
    since: str | None = None,
    until: str | None = None,
    on: str | None = None,
    publishers: Sequence[str] = (),
    languages: Sequence[str] = (),
    sections: Sequence[str] = (),
    agencies: Sequence[str] = (),
    include_undated: bool = False,
) -> Filter:
    """A filter from texts, as the command line and a web service get them.

    Args:
        since: A day, month or year; its first day is the first that counts.
        until: The same; its last day is the last that counts.
        on: A day, month or year instead of both.
        publishers: See `Filter`, as for the rest.
        languages: The same.
        sections: The same.
        agencies: The same.
        include_undated: The same.

    Returns:
        The filter.

    Raises:
        UsageError: A date is none, *on* stands beside another, or *until* lies before *since*.
    """
    if on is not None and (since is not None or until is not None):
        raise UsageError(f"--on {on} stands beside --since or --until. Wanted: one or the other.")
    since, until = (on, on) if on is not None else (since, until)
    wanted = Filter(
        since=None if since is None else first_day(since),
        until=None if until is None else final_day(until),
        publishers=tuple(publishers),
        languages=tuple(languages),
        sections=tuple(sections),
        agencies=tuple(agencies),
        include_undated=include_undated,
    )
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise UsageError(f"--since {since} is after --until {until}. Wanted: the earlier date after --since.")
    return wanted


def allowed_by(
    generation: Generation,
    wanted: Filter,
    shown: NDArray[np.bool_] | None,
    others: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
    """Which articles, shape (n_articles,), and which passages, shape (n_passages,), *wanted* lets through; all where None.

    Args:
        generation: Of the index.
        wanted: What a search is narrowed to.
        shown: The articles that may be found, shape (n_articles,); all where None.
        others: Those of them that are looked at; all where None.

    Raises:
        UsageError: None of the articles *shown* has a name that *wanted* asks for.
    """
    articles = others if shown is None else shown if others is None else shown & others
    if wanted != Filter():
        check_names(generation, wanted, shown)
        allowed = generation.allowed_articles(wanted)
        articles = allowed if articles is None else articles & allowed
    return articles, None if articles is None else generation.passages_of(articles, wanted.languages)


def check_names(generation: Generation, wanted: Filter, shown: NDArray[np.bool_] | None = None) -> None:
    """See that the index has every name that *wanted* asks for: a slip would find nothing, and look like an answer.

    Args:
        generation: Of the index.
        wanted: With the names.
        shown: Which articles may be found, shape (n_articles,); all where None.

    Raises:
        UsageError: No article has one of the names; the nearest that there are stand in the message.
    """
    columns = generation.columns
    of_articles = (
        ("publisher", columns.publisher, wanted.publishers),
        ("section", columns.section, wanted.sections),
        ("agency", columns.agency, wanted.agencies),
    )
    for kind, column, names in of_articles:
        _check(kind, column, names, shown)
    if wanted.languages:
        passages = None if shown is None else shown[generation.article_of]
        _check("language", generation.languages, wanted.languages, passages)


def _check(kind: str, column: Coded, names: Sequence[str], shown: NDArray[np.bool_] | None) -> None:
    for name in names:
        found = column.matching([name], prefix=kind == "language")
        if not (found if shown is None else found & shown).any():
            raise UsageError(_unknown(kind, name, _frequent(column, shown)))


def nearest(name: str, names: Sequence[str]) -> list[str]:
    """Those of *names* that *name* may mean: the likest first, by `difflib`, then those that hold it, OFFERED at most.

    Case, accents, punctuation and the spelling of umlauts and ß do not count: "Süddeutsche" is near "sueddeutsche.de".
    """
    wanted, folded = _fold(name), [_fold(n) for n in names]
    ratios = [difflib.SequenceMatcher(None, f, wanted).ratio() for f in folded]
    held = [len(wanted) > 1 and wanted in f for f in folded]
    order = sorted(range(len(names)), key=lambda i: -ratios[i])
    near = [i for i in order if ratios[i] >= NEAR] + [i for i in order if held[i] and ratios[i] < NEAR]
    return [names[i] for i in near[:OFFERED]]


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS)
    return re.sub(r"\W|_", "", "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)))


def _frequent(column: Coded, shown: NDArray[np.bool_] | None) -> list[str]:
    """The names of the rows *shown*, the most frequent first, ties by name; no empty one."""
    codes = column.codes if shown is None else column.codes[shown]
    counts = np.bincount(codes, minlength=len(column.names)).tolist()
    rows = sorted(zip(column.names, counts, strict=True), key=lambda row: (-row[1], row[0]))
    return [name for name, count in rows if name and count]


def _unknown(kind: str, name: str, names: Sequence[str]) -> str:
    start = f"No article of the index has the {kind} {name!r}."
    near = nearest(name, names)
    if near:
        return f"{start} Nearest: {', '.join(map(repr, near))}."
    if not names:
        return f"{start} None has any; leave it out."
    more = f" and {len(names) - OFFERED:,} others" if len(names) > OFFERED else ""
    return f"{start} The index has {', '.join(map(repr, names[:OFFERED]))}{more}."
