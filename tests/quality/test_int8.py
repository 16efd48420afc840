"""The int8 encoder that ships against its own weights in float32, run by sentence-transformers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.xquad import measure as measure_xquad
from newsearch.corpus.reading import read_articles
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.embedders.base import Inputs
from newsearch.indexer.embedders.bilingual import SHIPPED, BilingualEmbedder
from newsearch.indexer.sentences import sentence_spans
from newsearch.indexer.table import StaticTable

ROOT = Path(__file__).resolve().parents[2]
MASTER = ROOT / "training" / "checkpoint"
XQUAD = ROOT.parent / "shared" / "eval" / "xquad.de.json"
WANTED = 200


def sample_sentences() -> list[str]:
    """100 English and 100 German sentences of the archive that ships."""
    found: dict[str, list[str]] = {"en": [], "de": []}
    for read in read_articles(ROOT / "sample" / "archive"):
        if isinstance(read, tuple):
            article = read[1].article
            spans = sentence_spans(article.text, 0, len(article.text))
            found[article.language[:2]] += [article.text[a:b] for a, b in spans if b - a > 30]
    return found["en"][: WANTED // 2] + found["de"][: WANTED // 2]


def test_int8_is_near_float32() -> None:
    """Cosine at least .985 for each of 200 sentences in both languages."""
    table = StaticTable.open()
    texts = sample_sentences()
    assert len(texts) == WANTED
    ours = BilingualEmbedder.open(table).embed_passages(Inputs(texts, table.pieces_of(texts)))
    exact = load_embedder(str(MASTER), table).embed_passages(Inputs(texts, table.pieces_of(texts)))
    assert (ours * exact).sum(axis=1).min() >= 0.985


def test_the_files_belong_together() -> None:
    """The vocabulary that ships with the encoder is the table's, by which its pieces are cut."""
    facts = json.loads((SHIPPED / "model.json").read_text("utf-8"))
    table = StaticTable.open()
    assert facts["vocabulary"] == len(table.scales)
    shipped = json.loads((SHIPPED / "tokenizer.json").read_text("utf-8"))
    assert shipped["model"]["vocab"] == json.loads(table.tokenizer.to_str())["model"]["vocab"]


@pytest.mark.slow
def test_int8_finds_what_float32_finds() -> None:
    """XQuAD's nDCG@10 by the dense leg alone, within .005."""
    if not XQUAD.exists():
        pytest.skip("XQuAD is not part of the repository: ../shared/eval")
    table = StaticTable.open()
    ours = measure_xquad(table, load_embedder("bilingual", table))["dense"]
    exact = measure_xquad(table, load_embedder(str(MASTER), table))["dense"]
    for pair, values in ours.items():
        assert np.isclose(values.mean(), exact[pair].mean(), atol=0.005), pair
