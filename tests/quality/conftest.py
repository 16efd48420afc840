"""Indexes of the evaluation data, each built once."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search import Searcher

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def evaluation_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evaluation archive, 4,773 articles, unpacked."""
    packed = SHARED / "eval" / "articles.jsonl.xz"
    if not packed.exists():
        pytest.skip("the evaluation archive is not part of the repository: ../shared/eval")
    path = tmp_path_factory.mktemp("archive") / "articles.jsonl"
    path.write_bytes(lzma.decompress(packed.read_bytes()))
    return path


@pytest.fixture(scope="session")
def by_static(evaluation_data: Path) -> Searcher:
    """The evaluation archive and the seed page, by the static table: seconds."""
    return built(evaluation_data, "static")


@pytest.fixture(scope="session")
def by_encoder(evaluation_data: Path) -> Searcher:
    """The same by the bilingual encoder: minutes, for slow tests only."""
    return built(evaluation_data, "bilingual")


def built(articles: Path, model: str) -> Searcher:
    index = articles.with_name(model)
    build(index, Settings((articles, SHARED / "seeds"), model), lambda *_: None)
    return Searcher.open(index)
