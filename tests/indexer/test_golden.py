"""An index of each format that was ever written is opened, answers as it did when it was written, and can be rebuilt.

A golden index is two generations of eight toy articles (changing.py: a build of turn 0, a rebuild of turn 1), built from
/archive/a.jsonl and packed with its source; beside it what it answered. From format 3 on there is a ninth, article a3 as
another paper prints it, a tenth that ends in English, and a5 a second time. A new format gets a new one; none is ever made
again. What each answered was written anew when articles came to be ranked by their two best passages.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from changing import model_of, silent

from newsearch.indexer.builder import rebuild
from newsearch.indexer.generation import Generation
from newsearch.indexer.layout import Layout
from newsearch.indexer.manifest import FIRST_WITH_STORIES, FORMAT, READABLE
from newsearch.indexer.takedown import take_down
from newsearch.indexer.verification import verify
from newsearch.search import Filter, Searcher

GOLDEN = Path(__file__).parents[1] / "data" / "golden"


@pytest.fixture(params=READABLE)
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """Number of a format, and a folder with an index of it and its source."""
    with tarfile.open(GOLDEN / f"format-{request.param}.tar.xz") as file:
        file.extractall(tmp_path, filter="data")
    settings = tmp_path / "an.index" / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace("/archive/", f"{tmp_path}/"), "utf-8")
    return request.param, tmp_path


def answers(index: Path, queries: list[str]) -> dict[str, list[list[object]]]:
    searcher = Searcher(Layout(index).open_current(), *model_of("toy"))
    return {
        query: [
            [h.article.id, h.start, h.end, round(h.score, 5), h.article.text[h.start : h.end]]
            for h in searcher.search(query, 5).hits
        ]
        for query in queries
    }


def test_it_answers_as_it_did(golden: tuple[int, Path]) -> None:
    number, folder = golden
    wanted = json.loads((GOLDEN / f"format-{number}.json").read_text("utf-8"))
    assert Layout(folder / "an.index").open_current().manifest.format == number
    assert answers(folder / "an.index", list(wanted)) == wanted


def test_a_copy_is_one_story_with_its_article_from_format_3_on(golden: tuple[int, Path]) -> None:
    """And not yet in an older one, although the next rebuild of that would look."""
    number, folder = golden
    opened = Layout(folder / "an.index").open_current()
    names = [opened.article(row).external_id for row in range(len(opened))]
    twice = [names[row] for row, story in enumerate(opened.stories.tolist()) if story != row]
    assert twice == (["copy"] if number >= FIRST_WITH_STORIES else [])


def test_a_passage_has_its_own_language_from_format_3_on(golden: tuple[int, Path]) -> None:
    """And that of its article in an older one."""
    number, folder = golden
    opened = Layout(folder / "an.index").open_current()
    english = np.flatnonzero(opened.passages_of(opened.allowed_articles(Filter(languages=("en",))), ("en",)))
    named = [opened.article(row).external_id for row in opened.article_of[english].tolist()]
    assert named == (["quote"] if number >= FIRST_WITH_STORIES else [])
    assert len(opened.languages.codes) == len(opened.article_of)
    assert opened.columns.language.matching(("en",)).sum() == 0


def test_where_a_copy_lies_is_known_from_format_3_on(golden: tuple[int, Path]) -> None:
    number, folder = golden
    opened = Layout(folder / "an.index").open_current()
    lines = {opened.article(r).external_id: [c.source.record for c in opened.copies(r)] for r in range(len(opened))}
    found = {name: records for name, records in lines.items() if records}
    assert found == ({"a5": [12]} if number >= FIRST_WITH_STORIES else {})


def test_each_of_its_generations_is_sound(golden: tuple[int, Path]) -> None:
    layout = Layout(golden[1] / "an.index")
    assert len(layout.kept()) == 2
    for name in layout.kept():
        assert verify(Generation(layout.generations / name), *model_of("toy")) == []


def test_it_can_be_rolled_back_rebuilt_and_relieved_of_an_article(golden: tuple[int, Path]) -> None:
    """What a rebuild or a takedown writes is of the present format; nothing is embedded again that stands."""
    number, folder = golden
    layout = Layout(folder / "an.index")
    layout.rollback()
    embedder, table = model_of("toy")
    report = rebuild(layout.index, silent, embedder=embedder, table=table)
    assert (report.switched, report.embedded) == (True, 0)
    assert layout.open_current().manifest.format == FORMAT
    wanted = json.loads((GOLDEN / f"format-{number}.json").read_text("utf-8"))
    assert answers(layout.index, list(wanted)) == wanted
    take_down(layout.index, next(iter(wanted.values()))[0][0])
    assert layout.open_current().manifest.format == FORMAT


def test_there_is_a_golden_index_of_each_format() -> None:
    assert tuple(range(1, FORMAT + 1)) == READABLE
    assert {p.name.split(".")[0] for p in GOLDEN.iterdir()} == {f"format-{n}" for n in READABLE}
