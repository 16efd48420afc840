"""verify, rollback and the metrics of a rebuild, from the command line."""

from __future__ import annotations

import json
import re

import pytest
from search_archive import quiet, write_archive

from newsearch.indexer.builder import build
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings


@pytest.fixture
def own(tmp_path, table):
    """An archive that a test may change, and its index."""
    (tmp_path / "archive").mkdir()
    archive, index = write_archive(tmp_path / "archive"), tmp_path / "own.index"
    build(index, Settings((archive,), "static"), quiet, table=table)
    return archive, index


def add_article(archive, name="neu"):
    (archive / f"{name}.txt").write_text(
        f"Neues vom {name}\n\nDer Hafenmeister zählt am Abend die Boote am Kai.\n", "utf-8"
    )


def test_verify_says_that_an_index_is_sound(newsearch, index):
    call = newsearch("verify", "--index", index)
    assert (call.status, call.out) == (0, f"sound     {Layout(index).current_name()} (serves)\n")


def test_verify_names_what_is_damaged_in_each_generation(newsearch, own):
    archive, index = own
    add_article(archive)
    newsearch("rebuild", "--index", index)
    layout = Layout(index)
    older, current = layout.kept()
    path = layout.generations / older / "texts.jsonl"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    call = newsearch("verify", "--index", index)
    assert call.status == 4
    damaged, finding, sound = call.out.splitlines()
    assert (damaged, sound) == (f"DAMAGED   {older}", f"sound     {current} (serves)")
    assert finding.strip().startswith(f"{path} was changed after it was written")
    assert "It does not serve, and goes when a rebuild next changes anything" in finding
    assert "Run newsearch rebuild" not in finding, "which would find nothing to do"
    call = newsearch("verify", "--index", index, "--json")
    found = json.loads(call.out)
    assert [(g["id"], g["serves"], g["sound"], len(g["findings"])) for g in found["generations"]] == [
        (older, False, False, 1),
        (current, True, True, 0),
    ]
    assert newsearch("rollback", "--index", index).status == 4
    assert layout.current_name() == current
    add_article(archive, "später")
    newsearch("rebuild", "--index", index)
    assert newsearch("verify", "--index", index).status == 0


def test_rollback_brings_the_old_answers_back(newsearch, own):
    archive, index = own
    add_article(archive)
    question = ("search", "Hafenmeister zählt Boote", "--index", index, "-k", 1)
    assert newsearch("rollback", "--index", index).status == 2  # there is nothing older yet
    newsearch("rebuild", "--index", index)
    assert "Hafenmeister zählt" in newsearch(*question).out
    older, current = Layout(index).kept()
    call = newsearch("rollback", "--index", index)
    assert (call.status, call.out) == (0, f"generation {older} serves again, {current} no more\n")
    assert "Hafenmeister zählt" not in newsearch(*question).out
    newsearch("rebuild", "--index", index)
    assert "Hafenmeister zählt" in newsearch(*question).out


def test_a_hit_shows_the_text_of_its_own_generation_before_and_after_a_correction(newsearch, own, monkeypatch):
    """An article is corrected; the rebuild ends between writing the new generation and the switch, as a kill leaves it."""
    archive, index = own
    question = ("search", "Hafenmeister zählt am Abend", "--index", index, "-k", 1)

    def shown():
        return [word for word in ("Boote am Kai", "Segler am Kai") if word in newsearch(*question).out]

    add_article(archive)
    newsearch("rebuild", "--index", index)
    page = archive / "neu.txt"
    page.write_text(page.read_text("utf-8").replace("Boote", "Segler"), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(Layout, "switch", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert newsearch("rebuild", "--index", index).status == 130
    assert len(Layout(index).kept()) == 3
    assert shown() == ["Boote am Kai"]
    assert newsearch("rebuild", "--index", index).status == 0
    assert shown() == ["Segler am Kai"]
    assert newsearch("rollback", "--index", index).status == 0
    assert shown() == ["Boote am Kai"]


@pytest.mark.parametrize("command", ["verify", "rollback"])
def test_without_an_index_there_is_nothing_to_look_at(newsearch, tmp_path, command):
    call = newsearch(command, "--index", tmp_path / "none")
    assert (call.status, "There is no index at" in call.err) == (3, True)


def metrics(path):
    """Of a metrics file: the value of each series, without the label of the index."""
    lines = [line.rsplit(" ", 1) for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {re.sub(r',?index="[^"]*"', "", name).replace("{}", ""): float(value) for name, value in lines}


def test_a_rebuild_writes_its_metrics(newsearch, own, tmp_path):
    archive, index = own
    add_article(archive)
    (archive / "leer.txt").write_text("", "utf-8")
    assert newsearch("rebuild", "--index", index, "--metrics", tmp_path / "n.prom").status == 7
    found = metrics(tmp_path / "n.prom")
    assert found["newsearch_last_run_exit_status"] == 7
    assert found["newsearch_articles"] == 12
    assert found["newsearch_passages"] == Layout(index).open_current().manifest.counts["passages"]
    changes = {name: value for name, value in found.items() if name.startswith("newsearch_last_run_articles")}
    assert [name.split('"')[1] for name, value in changes.items() if value == 1] == ["new"]
    assert sorted(changes.values()) == [0, 0, 1, 11]
    assert sum(value for name, value in found.items() if name.startswith("newsearch_last_run_rejected")) == 1
    age = found["newsearch_last_run_timestamp_seconds"] - found["newsearch_generation_timestamp_seconds"]
    assert 0 <= age < 600
    assert f'index="{index}"' in (tmp_path / "n.prom").read_text("utf-8")


def test_a_run_that_was_refused_has_metrics_too(newsearch, own, tmp_path):
    archive, index = own
    for path in [p for p in archive.rglob("*") if p.is_file()]:
        path.unlink()
    assert newsearch("rebuild", "--index", index, "--metrics", tmp_path / "n.prom").status == 6
    found = metrics(tmp_path / "n.prom")
    assert (found["newsearch_last_run_exit_status"], found["newsearch_articles"]) == (6, 11)
    assert not [name for name in found if "last_run_articles" in name]


def test_metrics_go_nowhere_but_into_a_folder_that_is_there(newsearch, own, tmp_path):
    _, index = own
    call = newsearch("rebuild", "--index", index, "--metrics", tmp_path / "none" / "n.prom")
    assert (call.status, "there is no folder" in call.err) == (2, True)
