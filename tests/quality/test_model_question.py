"""The model question over the first real input, alone and among 4,773 articles, and none of its page's noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search import Searcher

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
DUMP = SEEDS / "000_045bbd2a98748141.txt"
QUESTION = "which firms require proof AI can't do the job"
NOISE = ("Mia Goth", "Odyssey", "Ferrari", "Exor", "NHL", "Olympia", "bitcoin", "(00)", "Suchbegriff", "Kommentare")

pytestmark = pytest.mark.skipif(
    not DUMP.exists(), reason="the seed page is not part of the repository: ../shared/seeds"
)


@pytest.fixture(scope="module", params=["static", "bilingual"])
def seed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    index = tmp_path_factory.mktemp("seed") / "i"
    build(index, Settings((DUMP,), request.param), lambda *_: None)
    return Searcher.open(index)


def test_the_model_question_over_the_seed_alone(seed: Searcher) -> None:
    """The passage is first, and the sentence that stands out is the one that answers."""
    first = seed.search(QUESTION, collapse=False).hits[0]
    assert "nachgewiesen" in first.text
    assert "nachgewiesen" in first.text[slice(*first.snippet)]
    assert first.article.publisher == "InvestmentWeek"
    assert first.link.endswith("#line=47,48") or "#line=" in first.link


def test_the_model_question_among_the_archive_by_the_static_table(by_static: Searcher) -> None:
    """In the first three of 4,774 articles."""
    hits = by_static.search(QUESTION, k=3).hits
    assert any("nachgewiesen" in hit.text for hit in hits)


@pytest.mark.slow
def test_the_model_question_among_the_archive(by_encoder: Searcher) -> None:
    """First of 4,774 articles, with the passage that answers."""
    assert "nachgewiesen" in by_encoder.search(QUESTION, k=1).hits[0].text


@pytest.mark.parametrize(
    "query", ["Mia Goth Odyssey", "Ferrari Exor", "NHL-Stars Olympia", "bitcoin crypto", "Suchbegriff"]
)
def test_no_noise_of_the_page_can_be_found(seed: Searcher, query: str) -> None:
    for hit in seed.search(query, k=100, collapse=False).hits:
        assert not [word for word in NOISE if word in hit.text]
        assert hit.text == hit.article.text[hit.start : hit.end]
