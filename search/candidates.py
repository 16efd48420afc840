"""The passages with the highest fused scores, without scoring every passage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.stores.base import Neighbours, best_first
from newsearch.indexer.terms import ROUNDING, begin, reaching, scores_of
from newsearch.indexer.threads import cores, pool
from newsearch.search.ranking import Owners, best_per_owner, by_article, fuse, fused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from newsearch.indexer.expansion import Expansion
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.terms import Begun

CANDIDATES: Final = 500
"""Passages that the dense leg brings in at first. The more, the lower the cosine of those it leaves out, and the fewer the term
leg can still bring in."""

BLOCK: Final = 16_384
"""Passages scored at a time, 20 MB of pieces and vectors: nearly all there are meet a query of stop words only."""

SMALL: Final = 1_000
"""Passages that are not shared out among the cores: a millisecond's work."""

DIRECT: Final = 4_000
"""Passages that are sooner scored one by one than searched for, where a filter leaves so many: of 1,004,622, 10,255 take
14 ms the one way and 15 the other."""


def best_passages(
    generation: Generation,
    expand: Callable[[], list[Expansion]],
    vector: NDArray[np.float32],
    share: float,
    allowed: NDArray[np.bool_] | None,
    k: int,
    owners: Owners | None,
) -> Neighbours:
    """The allowed passages by fused score, exactly: of the first *k* none is missing.

    The dense leg's best passages are scored first. What it leaves out has at most the cosine of its last one, so it is among
    the first *k* only with a term score above a bound that follows: the threshold algorithm (Fagin, Lotem, Naor, Optimal
    aggregation algorithms for middleware, 2003, section 4), with the term leg skipping what stays below.

    Args:
        generation: What is searched.
        expand: Gives the query for the term leg; called in another thread while the dense leg is searched.
        vector: The query for the dense leg, shape (1, dimension), float32.
        share: Weight of the dense leg.
        allowed: Which passages may be found, shape (n_passages,); all where None.
        k: How many are wanted.
        owners: Whose the passages are: of each owner the best one of its best article, which two passages decide (see
            `by_article`); all passages where None.

    Returns:
        At least *k* passages where there are so many (owners), best first, ties by number.
    """
    if allowed is not None and np.count_nonzero(allowed) <= DIRECT:
        return _owned(_all_fused(generation, expand(), vector, share, np.flatnonzero(allowed)), generation, owners)
    wanted = max(CANDIDATES, 10 * k)
    expanded = pool().submit(expand)  # FAISS and numpy both leave the interpreter alone
    begun = pool().submit(lambda: begin(generation.terms, expanded.result(), allowed))
    while True:
        dense = generation.store.search(vector, wanted, allowed)[0]
        expansions = expanded.result()
        ranked = fuse(scores_of(generation.terms, expansions, dense.numbers), dense, share)
        if len(dense.numbers) < wanted:
            return _owned(ranked, generation, owners)
        best = best_per_owner(ranked, owners) if owners else ranked
        if len(best.numbers) >= k:
            break
        wanted *= 10  # one article, a year's live ticker, has filled the candidates
    score = partial(_all_fused, generation, expansions, vector, share)
    whole = partial(_siblings, generation, allowed)
    bar = _lowest(score(whole(best.numbers[:k])), generation) if owners else float(best.scores[k - 1])
    least = (bar - share * float(dense.scores[-1])) / (1 - share) - ROUNDING
    term = begun.result()
    more = reaching(term, least)
    _, new = _known(more, ranked.numbers, len(generation.terms))
    reach = partial(_reaching, generation, expansions, vector, share, term, bar)
    ranked = _merged([ranked, *_in_parts(reach, more[new])])
    if not owners:
        return ranked
    members = whole(ranked.numbers[ranked.scores >= bar])
    old, new = _known(members, ranked.numbers, len(generation.terms))
    scored = Neighbours(ranked.numbers[old], ranked.scores[old])
    return _owned(_merged([scored, score(members[new])]), generation, owners)


def _known(
    wanted: NDArray[np.int64], known: NDArray[np.int64], passages: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of *known* are *wanted*, and which of *wanted* are not *known*, as masks; all are below *passages*."""
    left = np.zeros(passages, bool)
    left[wanted] = True
    both = left[known]
    left[known] = False
    return both, left[wanted]


def _reaching(
    generation: Generation,
    expansions: list[Expansion],
    vector: NDArray[np.float32],
    share: float,
    term: Begun,
    bar: float,
    numbers: NDArray[np.int64],
) -> Neighbours:
    """Those of the passages *numbers*, ascending, whose fused score may be *bar* or more, by fused score.

    The bound by which the term leg found them takes each to be as near as the last of the dense leg's candidates; few are, and
    a cosine takes less than the term score of what the term leg has not looked at.
    """
    cosines = generation.store.cosines(vector[0], numbers)
    may = fused(term.scores[numbers] + np.float32(term.left), cosines, share) >= bar - ROUNDING
    return fuse(scores_of(generation.terms, expansions, numbers[may]), Neighbours(numbers[may], cosines[may]), share)


def _owned(ranked: Neighbours, generation: Generation, owners: Owners | None) -> Neighbours:
    """Of each owner the best passage of its best article; *ranked* has all passages of the articles."""
    return best_per_owner(by_article(ranked, generation.article_of), owners) if owners else ranked


def _lowest(ranked: Neighbours, generation: Generation) -> float:
    """The lowest score of the articles whose passages are *ranked*.

    An article's score is at most its best passage's, so one whose passages all stay below does not come before these.
    """
    return float(by_article(ranked, generation.article_of).scores[-1]) - ROUNDING


def _siblings(
    generation: Generation, allowed: NDArray[np.bool_] | None, numbers: NDArray[np.int64]
) -> NDArray[np.int64]:
    """All allowed passages of the articles that the passages *numbers* are of, ascending."""
    siblings = generation.spans.items_of(np.unique(generation.article_of[numbers]))
    return siblings if allowed is None else siblings[allowed[siblings]]


def _all_fused(
    generation: Generation,
    expansions: list[Expansion],
    vector: NDArray[np.float32],
    share: float,
    numbers: NDArray[np.int64],
) -> Neighbours:
    """The passages *numbers*, ascending, by fused score."""
    return _merged(_in_parts(lambda part: _fused(generation, expansions, vector, share, part), numbers))


def _in_parts(work: Callable[[NDArray[np.int64]], Neighbours], numbers: NDArray[np.int64]) -> list[Neighbours]:
    """What *work* gives for each part of *numbers*, in their order; on all cores where that is worth while."""
    parts = np.array_split(numbers, max(len(numbers) // BLOCK + 1, min(cores(), len(numbers) // SMALL + 1)))
    return [work(parts[0])] if len(parts) == 1 else list(pool().map(work, parts))


def legs_of(
    generation: Generation, expansions: list[Expansion], vector: NDArray[np.float32], numbers: NDArray[np.int64]
) -> Iterator[tuple[float, float]]:
    """Cosine and term score of each of the passages *numbers*, for a query's *vector*, shape (dimension,)."""
    cosines = generation.store.cosines(vector, numbers)
    return zip(cosines.tolist(), scores_of(generation.terms, expansions, numbers).tolist(), strict=True)


def _fused(
    generation: Generation,
    expansions: list[Expansion],
    vector: NDArray[np.float32],
    share: float,
    numbers: NDArray[np.int64],
) -> Neighbours:
    """The passages *numbers*, ascending, by fused score."""
    cosines = generation.store.cosines(vector[0], numbers)
    return fuse(scores_of(generation.terms, expansions, numbers), Neighbours(numbers, cosines), share)


def _merged(parts: list[Neighbours]) -> Neighbours:
    return best_first(np.concatenate([p.numbers for p in parts]), np.concatenate([p.scores for p in parts]))
