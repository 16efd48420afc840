"""docs/api.md is true: its examples are run over the sample archive."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import newsearch.search

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_examples_do_what_they_show(sample, tmp_path, monkeypatch):
    (tmp_path / "sample.index").symlink_to(sample.generation.folder.parents[1])
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 20) == (0, True)


def test_every_public_name_is_explained():
    page = PAGE.read_text("utf-8")
    assert [name for name in newsearch.search.__all__ if not re.search(rf"\b{name}\b", page)] == []
