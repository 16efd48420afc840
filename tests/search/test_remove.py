"""remove from the command line, and searches meanwhile."""

from __future__ import annotations

import io
import json
import shutil

import pytest
from search_archive import ARTICLES, FERRY_DUMP, PROOF, quiet, write_lines

from newsearch.indexer import takedown
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.indexer.tombstones import Tombstones
from newsearch.search import Filter, Searcher

URL = ARTICLES[0]["url"]
ID = "355e183c36e3d6e6"
QUESTION = "which firms require proof AI can't do the job"


@pytest.fixture
def own(archive, index, tmp_path, table):
    """An index with a source that may change."""
    shutil.copytree(archive, tmp_path / "source")
    build(tmp_path / "own.index", Settings((tmp_path / "source",), "static"), quiet, table=table)
    return tmp_path / "own.index"


class Terminal(io.StringIO):
    """Somebody who types at a terminal."""

    def isatty(self):
        return True


def names(results):
    return [hit.article.external_id for hit in results.hits]


def test_remove_takes_an_article_down_and_says_what_was_done(newsearch, own):
    before = Layout(own).current_name()
    call = newsearch("remove", URL, "--reason", "Urteil", "--yes", "--index", own)
    lines = call.out.splitlines()
    assert (call.status, call.err) == (0, "")
    assert lines[0] == f"taken down  {ID} · https://kuestenbote.example/wirtschaft/kollege-computer?id=1"
    assert lines[1] == "reason      Urteil"
    assert lines[2] == f"generation  {Layout(own).current_name()} serves, without it: 1 passages removed"
    assert lines[3] == "deleted     1 other generations, 1 versions in the article store, 1 entries of the cache"
    assert lines[4].startswith("note        Source files are not touched")
    assert not (own / "generations" / before).exists()
    assert PROOF not in newsearch("search", QUESTION, "--index", own).out


REMOVAL_TYPES = {
    "schema": int,
    "index": str,
    "article_id": str,
    "url": str,
    "reason": str,
    "taken_down": str,
    "already": bool,
    "generation": str,
    "articles": int,
    "passages": int,
    "generations": list,
    "versions": int,
    "entries": int,
    "notes": list,
}


def test_remove_in_json(newsearch, own):
    before = Layout(own).current_name()
    call = newsearch("remove", "kb-1", "--yes", "--json", "--index", own)
    assert (call.status, {name: type(value) for name, value in call.json.items()}) == (0, REMOVAL_TYPES)
    assert (call.json["article_id"], call.json["already"], call.json["reason"]) == (ID, False, "")
    assert (call.json["generation"], call.json["generations"]) == (Layout(own).current_name(), [before])
    assert (call.json["articles"], call.json["passages"], call.json["versions"]) == (1, 1, 1)
    again = newsearch("remove", ID, "--json", "--index", own).json
    assert {name: type(value) for name, value in again.items()} == REMOVAL_TYPES
    assert (again["already"], again["articles"], again["taken_down"]) == (True, 0, call.json["taken_down"])


@pytest.mark.parametrize("name", [ID, URL, "http://www.kuestenbote.example/wirtschaft/kollege-computer?id=1"])
def test_what_is_taken_down_already_is_said_and_is_no_error(newsearch, own, name):
    newsearch("remove", ID, "--reason", "Urteil", "--yes", "--index", own)
    serves = Layout(own).current_name()
    call = newsearch("remove", name, "--index", own)
    assert (call.status, call.err) == (0, "")
    day = Tombstones.read(own / "tombstones").stones[0].day
    assert call.out.splitlines()[0].endswith(f", on {day} already")
    assert Layout(own).current_name() == serves


def test_remove_again_finishes_what_was_cut_off(newsearch, own, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(takedown, "_purge_store", die)
    assert newsearch("remove", ID, "--yes", "--index", own).status == 130
    monkeypatch.undo()
    said = newsearch("verify", "--index", own)
    assert (said.status, said.out.count("NOT GONE")) == (4, 3)
    assert "1 of them not finished: run newsearch rebuild" in newsearch("info", "--index", own).out
    call = newsearch("remove", ID, "--index", own)
    assert (call.status, "1 versions in the article store" in call.out) == (0, True)
    assert newsearch("verify", "--index", own).status == 0


@pytest.mark.parametrize(("answer", "taken"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_remove_asks_and_names_the_article(newsearch, own, monkeypatch, answer, taken):
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    call = newsearch("remove", ID, "--index", own)
    asked = "Take down “Kollege Computer: Reederei stellt nur noch mit Nachweis ein”, Küstenbote, 22 June 2025, "
    assert call.err.startswith(f"{asked}{ID}? This cannot be undone. [y/N]: ")
    assert (call.status, "taken down" in call.out, (own / "tombstones").exists()) == (0, taken, taken)
    assert ("nothing was taken down" in call.err) is not taken


def test_without_a_terminal_remove_wants_yes(newsearch, own, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    call = newsearch("remove", ID, "--index", own)
    assert (call.status, call.out) == (2, "")
    assert "there is no terminal to ask at. If it is the right article, give --yes." in call.err
    assert not (own / "tombstones").exists()


def test_an_article_that_is_not_there_is_the_error_that_show_gives(newsearch, own):
    removed, shown = (newsearch(command, "kb-99", "--index", own) for command in ("remove", "show"))
    assert (removed.status, removed.err) == (2, shown.err)
    assert removed.err.startswith("newsearch: No article 'kb-99' in ")
    assert newsearch("remove", "http://[::1", "--yes", "--index", own).status == 2
    assert newsearch("remove", ID, "--yes", "--index", own.parent / "none").status == 3


def test_show_says_that_an_article_was_taken_down(newsearch, own):
    newsearch("remove", ID, "--reason", "Urteil", "--yes", "--index", own)
    for name in (ID, URL):
        call = newsearch("show", name, "--index", own)
        assert (call.status, call.out) == (2, "")
        assert "was taken down on 20" in call.err
        assert "(Urteil). It does not come back." in call.err


def test_a_page_is_named_by_its_path(newsearch, own):
    assert newsearch("remove", "dumps/faehre.txt", "--yes", "--index", own).status == 0
    (own.parent / "source" / "dumps" / "faehre.txt").write_text(FERRY_DUMP.replace("neun Tagen", "zehn Tagen"), "utf-8")
    call = newsearch("rebuild", "--index", own)
    assert (call.status, call.out.splitlines()[0]) == (
        0,
        "read      11 files and records: 10 kept, 0 duplicates, 0 rejected, 1 taken down",
    )
    assert newsearch("rebuild", "--index", own, "--json").json["taken_down"] == 1


def test_info_counts_the_takedowns(newsearch, own):
    assert newsearch("info", "--index", own, "--json").json["takedowns"] == []
    newsearch("remove", ID, "--reason", "Urteil", "--yes", "--index", own)
    assert "taken down  1 articles" in newsearch("info", "--index", own).out.splitlines()
    (stone,) = newsearch("info", "--index", own, "--json").json["takedowns"]
    assert (stone["article_id"], stone["reason"], stone["finished"]) == (ID, "Urteil", True)


def test_rollback_past_a_takedown_is_refused(newsearch, own):
    write_lines(own.parent / "source" / "neu.jsonl", {"title": "Neu", "text": "Ein Satz über Käse."})
    newsearch("rebuild", "--index", own)
    newsearch("remove", ID, "--reason", "Urteil", "--yes", "--index", own)
    call = newsearch("rollback", "--index", own)
    assert call.status == 2
    assert f"held the article {ID}, which was taken down on " in call.err
    assert ": Urteil" in call.err


def test_verify_names_a_store_that_still_holds_it(newsearch, own, tmp_path):
    shutil.copy(own / "articles.sqlite", tmp_path / "backup")
    newsearch("remove", ID, "--yes", "--index", own)
    assert newsearch("verify", "--index", own, "--json").json["takedowns"] == []
    shutil.copy(tmp_path / "backup", own / "articles.sqlite")
    call = newsearch("verify", "--index", own)
    assert (call.status, "NOT GONE    articles.sqlite holds the version " in call.out) == (4, True)
    assert newsearch("rebuild", "--index", own).status == 0
    assert newsearch("verify", "--index", own).status == 0


# --- searches meanwhile -----------------------------------------------------------------------------------------------


def test_an_open_searcher_stops_finding_it_at_once_and_still_fills_its_hits(own):
    """Before anything is opened again, and although its own generation holds the article and is deleted."""
    searcher = Searcher.open(own)
    before = searcher.search(QUESTION, 5)
    assert (names(before)[0], len(before.hits)) == ("kb-1", 5)
    takedown.take_down(own, ID)
    after = searcher.search(QUESTION, 5)
    assert (len(after.hits), "kb-1" in names(after)) == (5, False)
    assert names(after)[:4] == names(before)[1:]
    assert after.index == before.index
    everything = searcher.search(QUESTION, 100, collapse=False)
    assert "kb-1" not in names(everything)
    assert searcher.article(ID) is searcher.article(URL) is searcher.article("kb-1") is None
    assert searcher.article("kb-2").title == "Kegelrobbe blockiert Bäckerei"


def test_it_falls_out_as_soon_as_the_tombstone_is_written(own, monkeypatch):
    """However long the rest takes, and if it never comes."""
    searcher = Searcher.open(own)

    def look(*_):
        assert "kb-1" not in names(searcher.search(QUESTION, 11))
        assert "kb-1" not in names(Searcher.open(own).search(QUESTION, 11))
        raise KeyboardInterrupt

    monkeypatch.setattr(takedown, "purge", look)
    with pytest.raises(KeyboardInterrupt):
        takedown.take_down(own, ID)


def test_filters_and_counts_leave_it_out_too(own, monkeypatch):
    """hg-2 has no date; a dated search says how many such articles it left out."""
    searcher = Searcher.open(own)
    gazette = Filter(publishers=("Harbour Gazette",))
    dated = Filter(since=searcher.article("kb-1").published.date())
    assert "hg-2" in names(searcher.search("fish soup", 10, gazette))
    assert searcher.search("fish soup", 10, dated).undated_excluded == 1
    takedown.take_down(own, searcher.article("hg-2").id)
    assert sorted(names(searcher.search("fish soup", 10, gazette))) == ["hg-1", "hg-3", "hg-4"]
    assert searcher.search("fish soup", 10, dated).undated_excluded == 0


def test_the_answers_are_those_of_an_index_that_never_had_it(own, tmp_path, table):
    """Same hits, same scores, same order; also after a rebuild with the source file as it was."""
    source = tmp_path / "without"
    shutil.copytree(own.parent / "source", source)
    write_lines(source / "articles.jsonl", *ARTICLES[1:])
    build(tmp_path / "fresh.index", Settings((source,), "static"), quiet, table=table)
    takedown.take_down(own, ID)
    fresh = Searcher.open(tmp_path / "fresh.index")
    for _ in range(2):
        searcher = Searcher.open(own)
        for question in (QUESTION, "Käse", "bridge cracks"):
            hits = [searcher.search(question, 20, collapse=False).hits, fresh.search(question, 20, collapse=False).hits]
            here, there = ([(h.article.id, h.start, h.score) for h in of] for of in hits)
            assert here == there
        assert rebuild(own, quiet, table=table).switched is False


def test_the_last_article_leaves_an_index_without_answers(newsearch, tmp_path):
    write_lines(tmp_path / "eins.jsonl", ARTICLES[0])
    index = tmp_path / "eins.index"
    newsearch("build", tmp_path / "eins.jsonl", "--index", index, "--model", "static")
    assert newsearch("remove", ID, "--yes", "--index", index).status == 0
    call = newsearch("search", QUESTION, "--index", index)
    assert (call.status, call.out) == (0, "")
    assert newsearch("rebuild", "--index", index).status == 0
    assert newsearch("verify", "--index", index).status == 0
    assert newsearch("info", "--index", index).status == 0
    assert json.loads(newsearch("search", QUESTION, "--index", index, "--json").out)["hits"] == []
