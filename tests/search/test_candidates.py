"""The first k by fused score, with an exhaustive search as judge, where the dense leg brings in a few passages only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from newsearch.indexer.expansion import Expander
from newsearch.indexer.ragged import Ragged, starts_of
from newsearch.indexer.stores.faiss_store import FaissStore
from newsearch.indexer.table import StaticTable, quantise
from newsearch.indexer.terms import Terms, begin, reaching, scores_of, term_scores
from newsearch.search import candidates
from newsearch.search.candidates import best_passages
from newsearch.search.ranking import Owners, fused

PIECES = 80
WIDTH = 8
TOKENIZER = Tokenizer(models.WordLevel({str(piece): piece for piece in range(PIECES)}, unk_token="0"))


class Archive(NamedTuple):
    """As much of a generation as is searched."""

    store: FaissStore
    terms: Terms
    article_of: np.ndarray
    spans: Ragged
    owner_of: np.ndarray


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def drawn(seed):
    """An archive of 200 passages in 40 articles on 30 stories that lie apart, and a query: expansions and vector."""
    rng = np.random.default_rng(seed)
    table = StaticTable("", TOKENIZER, *quantise(rng.standard_normal((PIECES, 6)).astype(np.float32)))
    passages = [rng.integers(0, PIECES, rng.integers(0, 9)).tolist() for _ in range(200)]
    terms = Terms.of(Ragged.of(passages, np.uint16), PIECES)
    store = FaissStore.of(unit(rng.standard_normal((200, WIDTH))).astype(np.float16))
    expansions = Expander(table, terms.present()).expand(rng.integers(0, PIECES, rng.integers(1, 8)))
    article_of = np.sort(rng.integers(0, 40, 200))
    spans = Ragged(np.zeros((200, 2), np.int32), starts_of(np.bincount(article_of, minlength=40)))
    archive = Archive(store, terms, article_of, spans, rng.integers(0, 30, 40)[article_of])
    return archive, expansions, unit(rng.standard_normal((1, WIDTH))), rng.random(200) < rng.choice([0.05, 0.5, 1.0])


def judge(archive, expansions, vector, share, allowed, *, collapse):
    """(number, score) of all allowed passages, best first; with *collapse* one a story, of its article with the best two."""
    cosines = archive.store.vectors().astype(np.float32) @ vector[0]
    scores = fused(term_scores(archive.terms, expansions), cosines, share)
    order = [n for n in np.lexsort((np.arange(200), -scores)).tolist() if allowed[n]]
    if not collapse:
        return [(n, scores[n]) for n in order]
    of: dict[int, list[int]] = {}
    for n in order:
        of.setdefault(int(archive.article_of[n]), []).append(n)
    articles = [(ns[0], (5 * scores[ns[0]] + scores[ns[:2][-1]]) / 6) for ns in of.values()]
    first: dict[int, tuple[int, float]] = {}
    for n, score in sorted(articles, key=lambda pair: -pair[1]):
        first.setdefault(int(archive.owner_of[n]), (n, score))
    return list(first.values())


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1 / 3, 0.75, 0.1]),
    st.booleans(),
    st.sampled_from([0, 20, 1_000]),
)
def test_none_of_the_first_k_is_missing(seed, k, share, collapse, direct):
    """Also where what a filter leaves is searched for, and where it is scored one by one, in one go or on several cores."""
    archive, expansions, vector, allowed = drawn(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "CANDIDATES", 3)
        patch.setattr(candidates, "DIRECT", direct)
        patch.setattr(candidates, "SMALL", 30)
        owners = Owners(archive.owner_of, np.zeros(200, int)) if collapse else None
        found = best_passages(archive, lambda: expansions, vector, share, allowed, k, owners)
    wanted = judge(archive, expansions, vector, share, allowed, collapse=collapse)
    assert found.scores[:k] == pytest.approx([score for _, score in wanted[:k]], abs=1e-5)
    assert len(found.numbers) >= min(k, len(wanted))
    for n, (number, score) in zip(found.numbers[:k].tolist(), wanted[:k], strict=False):
        assert n == number or abs(score - dict(wanted).get(n, 9)) < 1e-5  # rounding decides between equals


def test_the_term_leg_brings_in_what_the_dense_leg_leaves_out():
    """Else the test above would hold for the dense leg alone."""
    brought = 0
    for seed in range(30):
        archive, expansions, vector, _ = drawn(seed)
        wanted = judge(archive, expansions, vector, 1 / 3, np.ones(200, bool), collapse=False)[0][0]
        brought += wanted not in archive.store.search(vector, 10)[0].numbers
    assert brought >= 5


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-0.5, 1.2), st.sampled_from([0, 5, 1_000]))
def test_what_reaches_a_score_is_found_and_scored_alike(seed, least, few):
    archive, expansions, _, allowed = drawn(seed)
    exact = term_scores(archive.terms, expansions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsearch.indexer.terms.FEW", few)
        found = reaching(begin(archive.terms, expansions), least)
        some = reaching(begin(archive.terms, expansions, allowed), least)
    assert set(np.flatnonzero((exact >= least) & (exact > 0) & allowed)) <= set(some) <= set(np.flatnonzero(allowed))
    assert set(np.flatnonzero((exact >= least) & (exact > 0))) <= set(found)
    assert np.all(np.diff(found) > 0)
    assert scores_of(archive.terms, expansions, found) == pytest.approx(exact[found], abs=1e-6)


def test_passages_without_a_piece_of_the_query_score_nothing():
    archive, expansions, _, _ = drawn(3)
    assert scores_of(archive.terms, expansions, np.zeros(0, np.int64)).tolist() == []
    assert scores_of(archive.terms, [], np.arange(5)).tolist() == [0] * 5
