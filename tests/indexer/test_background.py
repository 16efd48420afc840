from __future__ import annotations

import numpy as np
import pytest

from newsearch.indexer.background import QUESTIONS, above_background, measure_background
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.table import StaticTable

BACKGROUND = {"passages": 1000, "median": 0.4, "spread": 0.1, "per_decade": 0.05}


def test_the_background_is_what_the_questions_find():
    """Judged by all cosines at once; the questions themselves, as passages, are found with a cosine of 1."""
    embedder = load_embedder("static", StaticTable.open())
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((20_000, embedder.dimension))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    best = embedder.embed_queries(QUESTIONS) @ vectors.astype(np.float32).T
    found = measure_background(vectors, embedder)
    assert found["passages"] == 20_000
    assert found["median"] == pytest.approx(np.median(best.max(axis=1)), abs=1e-3)
    assert found["spread"] == pytest.approx(best.max(axis=1).std(), abs=1e-3)
    assert found["per_decade"] == pytest.approx(np.median(best.max(axis=1) - best[:, ::10].max(axis=1)), abs=1e-3)
    assert measure_background(embedder.embed_queries(QUESTIONS).astype(np.float16), embedder)["median"] > 0.99


def test_without_passages_there_is_no_background():
    embedder = load_embedder("static", StaticTable.open())
    assert measure_background(np.zeros((0, embedder.dimension), np.float16), embedder) == {}


def test_fewer_passages_are_asked_for_less():
    """.5 is one spread above .4; among a hundredth of the passages the level is .4 - 2 · .05 = .3, so .5 is two above."""
    cosine = np.array([0.5], np.float32)
    assert above_background(cosine, BACKGROUND, 1000).tolist() == pytest.approx([1.0], abs=1e-5)
    assert above_background(cosine, BACKGROUND, 10).tolist() == pytest.approx([2.0], abs=1e-5)


def test_questions_are_told_apart_from_each_other():
    assert len(set(QUESTIONS)) == len(QUESTIONS)
