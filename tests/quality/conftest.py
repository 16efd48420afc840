"""Indexes of the evaluation data, built once."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search import Searcher

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def archive_with_seed(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """The evaluation archive, 4,773 articles, and the seed page."""
    packed = SHARED / "eval" / "articles.jsonl.xz"
    if not packed.exists():
        pytest.skip("the evaluation archive is not part of the repository: ../shared/eval")
    folder = tmp_path_factory.mktemp("archive")
    (folder / "articles.jsonl").write_bytes(lzma.decompress(packed.read_bytes()))
    index = folder / "i"
    build(index, Settings((folder / "articles.jsonl", SHARED / "seeds"), "static"), lambda *_: None)
    return Searcher.open(index)
