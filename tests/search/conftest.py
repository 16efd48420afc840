from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from search_archive import Call, quiet, write_archive

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.search import Searcher
from newsearch.search import main as command_line

SAMPLE = Path(__file__).parents[2] / "sample" / "archive"


@pytest.fixture(scope="session")
def table():
    """The table that ships."""
    return StaticTable.open()


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The folder of the small archive; nobody changes it."""
    return write_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def index(archive, table, tmp_path_factory):
    """Its index with the static model; nobody changes it."""
    path = tmp_path_factory.mktemp("indexes") / "archive.index"
    report = build(path, Settings((archive,), "static"), quiet, table=table)
    assert (report.articles, report.reading.rejected_total) == (11, 0)
    return path


@pytest.fixture(scope="session")
def searcher(index):
    return Searcher.open(index)


@pytest.fixture(scope="session")
def sample(table, tmp_path_factory):
    """The sample archive with the static model."""
    path = tmp_path_factory.mktemp("indexes") / "sample.index"
    build(path, Settings((SAMPLE,), "static"), quiet, table=table)
    return Searcher.open(path)


@pytest.fixture
def index_copy(index, tmp_path):
    """An index to damage."""
    return shutil.copytree(index, tmp_path / "copy.index")


@pytest.fixture
def generation_copy(index_copy):
    """The folder of the generation that serves in `index_copy`."""
    return index_copy / "generations" / (index_copy / "CURRENT").read_text().strip()


@pytest.fixture
def newsearch(capsys, monkeypatch):
    """The command line, in this process."""
    monkeypatch.delenv("NEWSEARCH_INDEX", raising=False)

    def call(*arguments):
        capsys.readouterr()
        status = command_line.run(command_line.with_search([str(a) for a in arguments]))
        said = capsys.readouterr()
        return Call(status, said.out, said.err)

    return call
