"""An evaluation beside an earlier one of the same queries."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from newsearch.corpus.errors import UsageError
from newsearch.search.judged import told
from newsearch.search.metrics import Figure, differences

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.search.evaluation import Evaluation

Ranks = dict[str, int | None]
Compared = dict[str, tuple[int, dict[str, Figure]]]
"""By group, in the order of the evaluation: how many queries both have, and each measure's mean difference."""


def read_ranks(path: Path) -> Ranks:
    """The rank of every answerable query in an evaluation that ``--json`` printed to *path*.

    Raises:
        UsageError: The file is missing, or holds something else.
    """
    try:
        ranks = orjson.loads(path.read_bytes())["ranks"]
        return {str(qid): None if rank is None else int(rank) for qid, rank in ranks.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise UsageError(
            f"{path} is no earlier evaluation ({told(exc)}). Wanted: what newsearch evaluate QUERIES --json printed."
        ) from exc


def compare(result: Evaluation, earlier: Ranks) -> Compared:
    """How *result* differs from *earlier*, query by query, for each of its groups; groups without a common query are left out.

    Raises:
        UsageError: They have no query in common.
    """
    out: Compared = {}
    for group, outcomes in result.by_group().items():
        both = [o for o in outcomes if o.query.qid in earlier]
        if both:
            before, now = [earlier[o.query.qid] for o in both], [o.rank for o in both]
            out[group] = (len(both), differences(before, now))
    if not out:
        raise UsageError(
            "The earlier evaluation has no query in common with this one. Wanted: one of the same queries, as "
            "newsearch evaluate QUERIES --json printed it."
        )
    return out


def comparison_lines(compared: Compared) -> list[str]:
    """The differences as a table, one row a group, with their 95% intervals."""
    names = ["R@10", "MRR@10", "nDCG@10"]
    lines = ["", f"{'against the earlier':20}{'n':>5}" + "".join(f"{n + ', 95% interval':>28}" for n in names)]
    for group, (count, measures) in compared.items():
        cells = [f"{f.value:+.3f} ({f.low:+.3f} to {f.high:+.3f})" for f in (measures[n] for n in names)]
        lines.append(f"{group:20}{count:5}" + "".join(f"{c:>28}" for c in cells))
    return lines


def comparison_json(compared: Compared) -> dict[str, Any]:
    """The differences for ``--json``."""
    return {
        group: {"queries": count, **{name: asdict(figure) for name, figure in measures.items()}}
        for group, (count, measures) in compared.items()
    }
