"""How well an index answers judged queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from newsearch.search.judged import JudgedQuery, is_right, language_pair
from newsearch.search.lookup import names_of
from newsearch.search.metrics import DEPTH, Figure, area_under_roc, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsearch.indexer.generation import Generation
    from newsearch.search.searcher import Searcher

SHOWN = 10
"""Hits whose lengths are measured: those that a person sees."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one query.

    Attributes:
        rank: Of the first right hit, from 1; None where none of the first DEPTH is right, or nothing is to be found.
        score: Of the first hit, right or not; 0 without one.
        lengths: Of the first SHOWN hits, in code points.
        found_article: Whether the index has the article that the query names.
        answered: Whether the archive seemed to answer; None where the index cannot tell.
    """

    query: JudgedQuery
    pair: str
    rank: int | None
    score: float
    lengths: tuple[int, ...]
    found_article: bool
    answered: bool | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of an index on judged queries.

    Attributes:
        groups: By group (``all``, kinds, language pairs), in this order: how many queries, and the measures.
        median_length: Of the hits shown, in code points.
        p95_length: 95th percentile of the same.
        roc: Area under the ROC curve of the best score as a sign that there is an answer; None without no_answer queries.
        refused: Shares of the answerable and of the no_answer queries of which was said that nothing answers them; None where
            the index cannot tell, or there are no no_answer queries.
        absent: Queries whose article the index does not have; they count as not found.
        outcomes: One a query.
    """

    groups: dict[str, tuple[int, dict[str, Figure]]]
    median_length: float
    p95_length: float
    roc: float | None
    refused: tuple[float, float] | None
    absent: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def by_group(self) -> dict[str, list[Outcome]]:
        """The answerable queries' outcomes by group, in the order of *groups*."""
        return grouped(self.outcomes)


def grouped(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The answerable queries' outcomes by group: ``all``, then language pairs, then kinds, each in alphabetical order."""
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in (o for o in outcomes if o.query.answerable):
        for group in ("all", outcome.query.kind, outcome.pair):
            groups[group].append(outcome)
    order = ["all", *sorted(g for g in groups if "→" in g), *sorted(g for g in groups if g != "all" and "→" not in g)]
    return {group: groups[group] for group in order}


def evaluate(
    searcher: Searcher,
    queries: Sequence[JudgedQuery],
    progress: Callable[[int], None],
    *,
    collapse: bool = True,
    fold: bool = True,
) -> Evaluation:
    """Ask every query and judge the hits.

    Args:
        searcher: The index.
        queries: At least one of them answerable.
        progress: Takes how many queries are done.
        collapse: One hit an article, or every passage.
        fold: One hit a story, or every article.

    Raises:
        ValueError: No query is answerable.
    """
    rows = _rows_by_name(searcher)
    outcomes = []
    for number, query in enumerate(queries, 1):
        outcomes.append(_ask(searcher, query, rows.get(query.article), collapse=collapse, fold=fold))
        progress(number)
    return figures(outcomes)


def _rows_by_name(searcher: Searcher) -> dict[str, int]:
    generation = searcher.generation
    return {name: row for row in range(len(generation)) for name in names_of(generation.article(row))}


def _ask(searcher: Searcher, query: JudgedQuery, row: int | None, *, collapse: bool, fold: bool) -> Outcome:
    article = None if row is None else searcher.generation.article(row)
    same_story = frozenset() if row is None else _same_story(searcher.generation, row)
    results = searcher.search(query.query, DEPTH, collapse=collapse, fold=fold)
    hits = results.hits
    rank = next((hit.rank for hit in hits if is_right(query, hit, same_story)), None) if query.answerable else None
    return Outcome(
        query,
        language_pair(query, article),
        rank,
        hits[0].score if hits else 0.0,
        tuple(hit.end - hit.start for hit in hits[:SHOWN]),
        article is not None or not query.answerable,
        results.answered,
    )


def _same_story(generation: Generation, row: int) -> frozenset[str]:
    """Ids of the articles that tell the story of the article *row* in the same words, its own included."""
    return frozenset(article_id.decode() for article_id in generation.places.ids[generation.story(row)].tolist())


def figures(outcomes: Sequence[Outcome]) -> Evaluation:
    """Put outcomes together.

    Raises:
        ValueError: No query is answerable.
    """
    answerable = [o for o in outcomes if o.query.answerable]
    lengths = [n for o in outcomes for n in o.lengths] or [0]
    return Evaluation(
        groups={name: (len(of), summarise([o.rank for o in of])) for name, of in grouped(outcomes).items()},
        median_length=float(median(lengths)),
        p95_length=float(np.percentile(lengths, 95)),
        roc=area_under_roc([o.score for o in answerable], [o.score for o in outcomes if not o.query.answerable]),
        refused=_refused(outcomes),
        absent=tuple(o.query.qid for o in outcomes if not o.found_article),
        outcomes=tuple(outcomes),
    )


def _refused(outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    """Shares of the answerable and of the no_answer queries that were refused."""
    sides = [[o.answered for o in outcomes if o.query.answerable is answerable] for answerable in (True, False)]
    if not all(sides) or any(answered is None for side in sides for answered in side):
        return None
    wrongly, rightly = (side.count(False) / len(side) for side in sides)
    return wrongly, rightly


def evaluation_lines(result: Evaluation) -> list[str]:
    """The figures as a table, one row a group."""
    names = ["R@1", "R@5", "R@10", "R@100", "MRR@10", "nDCG@10"]
    lines = [f"{'':16}{'n':>5}" + "".join(f"{n:>9}" for n in names) + "   MRR@10, 95% interval"]
    for group, (count, measures) in result.groups.items():
        mrr = measures["MRR@10"]
        row = "".join(f"{measures[n].value:9.3f}" for n in names)
        lines.append(f"{group:16}{count:5}{row}   {mrr.low:.3f} to {mrr.high:.3f}")
    lines.append(f"hits shown: median {result.median_length:.0f}, 95th percentile {result.p95_length:.0f} characters")
    if result.roc is not None:
        unanswerable = sum(not o.query.answerable for o in result.outcomes)
        lines.append(
            f"best score tells answerable from {unanswerable} no_answer queries: area under ROC {result.roc:.3f}"
        )
    if result.refused:
        wrongly, rightly = result.refused
        lines.append(
            f"not in this archive: said of {rightly:.3f} of them, and of {wrongly:.3f} of the answerable queries"
        )
    if result.absent:
        lines.append(f"not in this index, counted as not found: the articles of {', '.join(result.absent)}")
    return lines


def evaluation_json(result: Evaluation) -> dict[str, Any]:
    """The figures for ``--json``, with the rank of every query."""
    return {
        "schema": 1,
        "groups": {
            group: {"queries": count, **{name: asdict(figure) for name, figure in measures.items()}}
            for group, (count, measures) in result.groups.items()
        },
        "median_length": result.median_length,
        "p95_length": result.p95_length,
        "roc": result.roc,
        "refused": None
        if result.refused is None
        else {"answerable": result.refused[0], "no_answer": result.refused[1]},
        "absent": list(result.absent),
        "ranks": {o.query.qid: o.rank for o in result.outcomes if o.query.answerable},
    }
