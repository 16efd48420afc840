from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import orjson
import pytest
from search_archive import ARTICLES, COMMAND, ENGINE, PROOF, quiet, write_archive, write_lines

from newsearch.indexer.builder import build
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.layout import Layout
from newsearch.indexer.manifest import FORMAT
from newsearch.indexer.settings import Settings

QUESTION = "which firms require proof AI can't do the job"
COMMANDS = [
    "build",
    "add",
    "search",
    "related",
    "timeline",
    "rebuild",
    "info",
    "show",
    "verify",
    "rollback",
    "remove",
    "evaluate",
    "serve",
]

REPORT_TYPES = {
    "schema": int,
    "index": str,
    "generation": str,
    "switched": bool,
    "read": int,
    "kept": int,
    "duplicates": int,
    "rejected": dict,
    "skipped": dict,
    "taken_down": int,
    "examples": list,
    "dropped": dict,
    "new": int,
    "changed": int,
    "gone": int,
    "unchanged": int,
    "articles": int,
    "passages": int,
    "stories": int,
    "embedded": int,
    "notes": list,
    "seconds": float,
}


def types_of(form):
    return {name: type(value) for name, value in form.items()}


def subprocess_of(*arguments, **options):
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


# --- search -----------------------------------------------------------------------------------------------------------


def test_search_json_is_the_documented_object(newsearch, index, searcher):
    """DESIGN section 5: programs rely on these names and types."""
    call = newsearch("search", QUESTION, "--index", index, "-k", 3, "--since", "2024-11", "--language", "de", "--json")
    form = call.json
    assert (call.status, call.err) == (0, "")
    assert types_of(form) == {
        "schema": int,
        "query": str,
        "filter": dict,
        "model": str,
        "answered": bool,
        "took_ms": float,
        "index": str,
        "undated_excluded": int,
        "hits": list,
    }
    assert (form["schema"], form["query"], form["model"]) == (1, QUESTION, "static")
    assert form["filter"] == {"since": "2024-11-01", "languages": ["de"]}
    assert form["index"] == (index / "CURRENT").read_text().strip()
    assert [hit["rank"] for hit in form["hits"]] == [1, 2, 3]
    for hit in form["hits"]:
        assert types_of(hit) == {
            "rank": int,
            "score": float,
            "text": str,
            "snippet": str,
            "title": str,
            "publisher": str,
            "published": str,
            "language": str,
            "url": str,
            "link": str,
            "article_id": str,
            "start": int,
            "end": int,
            "also_in": list,
            "highlights": list,
        }
        assert searcher.article(hit["article_id"]).text[hit["start"] : hit["end"]] == hit["text"]
        assert hit["snippet"] in hit["text"]


def test_the_first_hit_in_json(newsearch, index):
    record = ARTICLES[0]
    hit = newsearch("search", QUESTION, "--index", index, "-k", 1, "--json").json["hits"][0]
    assert 0 < hit.pop("score") < 1.5
    assert hit == {
        "rank": 1,
        "text": record["text"],
        "snippet": PROOF,
        "title": record["title"],
        "publisher": "Küstenbote",
        "published": "2025-06-22T01:30:00+02:00",
        "language": "de",
        "url": "https://kuestenbote.example/wirtschaft/kollege-computer?id=1#kommentare",
        "link": "https://kuestenbote.example/wirtschaft/kollege-computer?id=1#kommentare:~:text="
        "Die%20K%C3%BCstenreederei%20hat%20ihre%20Regeln,widersprach%3A%20Niemand%20verliere%20seinen%20Platz.",
        "article_id": "355e183c36e3d6e6",
        "start": 0,
        "end": len(record["text"]),
        "also_in": [],
        "highlights": [[112, 121]],
    }


def test_an_undated_hit_is_dated_null(newsearch, index):
    form = newsearch("search", "fish soup", "--index", index, "-k", 1, "--json").json
    assert (form["hits"][0]["title"], form["hits"][0]["published"]) == (
        "Recipe: a fish soup that waits for nobody",
        None,
    )
    assert form["filter"] == {}


def test_the_hits_as_text(newsearch, index, archive):
    call = newsearch("search", "Wer holte Medikamente mit dem Boot?", "-i", index, "-k", 1)
    passage, source = call.out.splitlines()
    assert (call.status, call.err) == (0, "")
    assert passage.startswith("1   ")
    assert ENGINE in passage
    assert source == (
        "    Küstenbote, 3 March 2024 · “Fähre bleibt im Hafen: Insulaner proben den Aufstand” · "
        f"{archive / 'dumps' / 'faehre.txt'}:12"
    )


def test_several_words_are_a_search_by_themselves(newsearch, index):
    asked = newsearch("bridge cracks", "--index", index, "-k", 2)
    assert (asked.status, asked.err) == (0, "")
    assert asked.out == newsearch("search", "bridge cracks", "--index", index, "-k", 2).out
    assert "Harbour bridge shut after cracks are found" in asked.out.splitlines()[1]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("serch", "Did you mean: search, serve?"),
        ("rebild", "Did you mean: rebuild, build, related?"),
        ("Fähre", f"Commands: {', '.join(COMMANDS)}."),
        ("", f"Commands: {', '.join(COMMANDS)}."),
    ],
)
def test_one_word_is_never_a_search(word, hint, newsearch, index, monkeypatch):
    """`newsearch rebild` in a nightly job must fail, not find something about rebuilding."""
    monkeypatch.setenv("NEWSEARCH_INDEX", str(index))
    call = newsearch(word)
    assert (call.status, call.out) == (2, "")
    assert (
        call.err
        == f'newsearch: There is no command {word!r}. {hint} A question of one word: newsearch search "{word}"\n'
    )


def test_a_question_without_quotation_marks_is_told_where_they_go(newsearch, index):
    """The shell hands over its words one by one, and the first is no command."""
    call = newsearch("which", "firms", "require", "proof", "--index", index)
    assert call.status == 2
    assert call.err.endswith('. A question stands in quotation marks: newsearch "which firms require proof"\n')


def test_one_word_is_searched_for_with_the_command(newsearch, index):
    assert "Fähre bleibt im Hafen" in newsearch("search", "Fähre", "--index", index, "-k", 1).out


def test_filters_of_the_command_line_narrow_the_search(newsearch, index):
    def found(*options):
        hits = newsearch("search", "Käse", "--index", index, "--json", *options).json["hits"]
        return sorted(hit["url"].rpartition("/")[2] for hit in hits)

    assert found("--publisher", "Bergblick") == ["gletscher", "kaese"]
    assert found("--publisher", "Bergblick", "--until", "2021") == ["gletscher"]
    assert found("--section", "Food", "--section", "Science") == ["fish-soup", "vapour"]
    assert found("--agency", "reuters", "--since", "2024") == ["bridge-shut"]
    assert found("--language", "de-AT", "--no-collapse") == ["gletscher", *["kaese"] * 4]
    assert found("--on", "2025-03") == ["bridge-shut", "night-buses"]
    assert found("--until", "2021-06", "--include-undated") == ["fish-soup", "gletscher"]


def test_sorted_by_date_each_hit_keeps_its_rank(newsearch, index):
    hits = newsearch("search", "Käse", "--index", index, "--json", "-k", 3, "--sort", "date").json["hits"]
    assert sorted(hit["rank"] for hit in hits) == [1, 2, 3]
    days = [hit["published"] or "" for hit in hits]
    assert days == sorted(days, reverse=True)


def test_no_hits_are_status_0_and_said_on_stderr(newsearch, index):
    call = newsearch("search", "Käse", "--index", index, "--until", "1999")
    assert (call.status, call.out) == (0, "")
    assert call.err.startswith("newsearch: no passage fits, with what the search was narrowed to\n")
    assert newsearch("search", "Käse", "--index", index, "--until", "1999", "--json").json["hits"] == []


def test_a_publisher_that_is_not_there_is_wrong_usage(newsearch, index):
    call = newsearch("search", "Käse", "--index", index, "--publisher", "Bergblik")
    assert (call.status, call.out) == (2, "")
    assert call.err == "newsearch: No article of the index has the publisher 'Bergblik'. Nearest: 'Bergblick'.\n"


def test_undated_articles_that_fall_out_are_counted_on_stderr(newsearch, index):
    call = newsearch("search", "soup", "--index", index, "--since", "2025", "-k", 1)
    assert call.err == "newsearch: 1 article without a date left out; --include-undated keeps them\n"
    assert call.out.startswith("Nothing in this archive seems to answer this; the nearest passages:\n1   ")
    assert call.out.count("\n") == 3


# --- wrong usage: status 2 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search"], "Missing argument 'QUERY'"),
        (["search", "Käse", "-k", "0"], "Invalid value for '-k'"),
        (["search", "Käse", "--bogus"], "No such option: --bogus"),
        (["search", " "], "newsearch: The query is empty. Wanted: a question or some words.\n"),
        (
            ["search", "Käse", "--since", "gestern"],
            "newsearch: 'gestern' is no date (it is written in another way). Wanted: a day, month or year such as 2025-06-21",
        ),
        (
            ["search", "Käse", "--until", "2025-02-30"],
            "newsearch: '2025-02-30' is no date (day is out of range for month)",
        ),
        (["show", "kb-99"], "newsearch: No article 'kb-99' in "),
        (["show", "http://[::1"], "newsearch: No article 'http://[::1' in "),
        (
            ["evaluate", "fehlt.jsonl"],
            "newsearch: fehlt.jsonl cannot be read (No such file or directory). Wanted: a JSON lines",
        ),
    ],
)
def test_wrong_usage_is_status_2_and_nothing_on_stdout(arguments, said, newsearch, index):
    call = newsearch(*arguments, "--index", index)
    assert (call.status, call.out) == (2, "")
    assert said in call.err
    assert "Traceback" not in call.err


def test_build_refuses_a_folder_that_holds_an_index(newsearch, index, archive):
    before = sorted(index.rglob("*"))
    call = newsearch("build", archive, "--index", index)
    assert (call.status, call.out) == (2, "")
    assert call.err.startswith(
        f"newsearch: {index} holds an index already. Bring it up to date with: newsearch rebuild --index"
    )
    assert sorted(index.rglob("*")) == before


def test_build_leaves_a_foreign_folder_untouched(newsearch, archive, tmp_path):
    (tmp_path / "urlaub").mkdir()
    (tmp_path / "urlaub" / "bild.jpg").write_bytes(b"\xff\xd8")
    call = newsearch("build", archive, "--index", tmp_path / "urlaub")
    assert (call.status, call.out) == (2, "")
    assert call.err.startswith(
        f"newsearch: {tmp_path / 'urlaub'} is not empty and holds no index. Wanted: a folder that does not"
    )
    assert [p.name for p in (tmp_path / "urlaub").iterdir()] == ["bild.jpg"]


def test_build_refuses_a_file_in_the_indexs_place(newsearch, archive, tmp_path):
    (tmp_path / "datei").write_text("wichtig")
    call = newsearch("build", archive, "--index", tmp_path / "datei")
    assert (call.status, call.out) == (2, "")
    assert "datei is a file. Wanted: a folder for the index that does not exist yet, or is empty." in call.err
    assert (tmp_path / "datei").read_text() == "wichtig"


def test_a_place_where_no_folder_can_be_is_named_in_one_line(newsearch, archive, tmp_path):
    (tmp_path / "datei").write_text("wichtig")
    call = newsearch("build", archive, "--index", tmp_path / "datei" / "index")
    assert (call.status, call.out) == (1, "")
    assert call.err == (
        f"newsearch: {tmp_path / 'datei' / 'index' / 'generations'} cannot be used (Not a directory). "
        "Check the path, its permissions and its disk.\n"
    )


# --- other statuses ---------------------------------------------------------------------------------------------------

ASKING = [["search", "two words"], ["info"], ["show", "kb-1"], ["rebuild"]]


@pytest.mark.parametrize("arguments", ASKING)
def test_no_index_is_status_3(arguments, newsearch, tmp_path):
    call = newsearch(*arguments, "--index", tmp_path / "nichts")
    assert (call.status, call.out) == (3, "")
    assert call.err == (
        f"newsearch: There is no index at {tmp_path / 'nichts'}: no such folder. "
        f"Build one with: newsearch build SOURCE --index {tmp_path / 'nichts'}\n"
    )
    assert not (tmp_path / "nichts").exists()


@pytest.mark.parametrize("arguments", ASKING)
def test_a_folder_that_is_no_index_is_status_3(arguments, newsearch, tmp_path):
    (tmp_path / "bild.jpg").touch()
    call = newsearch(*arguments, "--index", tmp_path)
    assert (call.status, call.out) == (3, "")
    assert call.err.startswith(
        f"newsearch: {tmp_path} is not an index: found no CURRENT in it, wanted a folder that newsearch"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["bild.jpg"]


def truncate_vectors(generation):
    path = generation / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:-100])
    return r"vectors\.faiss has \d+ bytes, the manifest promises \d+ bytes\. Run newsearch rebuild"


def remove_terms(generation):
    (generation / "terms.postings.npy").unlink()
    return r"terms\.postings\.npy is missing, the manifest promises \d+ bytes\. Run newsearch rebuild"


def edit_manifest(generation):
    path = generation / "manifest.json"
    path.write_text(path.read_text().replace('"articles": 11', '"articles": 12'))
    return r"manifest\.json was changed after it was written: its own hash does not fit\. Run newsearch rebuild"


def tear_manifest(generation):
    path = generation / "manifest.json"
    path.write_text(path.read_text()[:200])
    return r"manifest\.json cannot be read \(.*\)\. Run newsearch rebuild"


def raise_format(generation):
    path = generation / "manifest.json"
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', '"format": 99'))
    return (
        rf"was written in format 99, this newsearch reads formats 1 to {FORMAT}\. Install the newsearch that wrote it"
    )


def garble_vectors(generation):
    path = generation / "vectors.faiss"
    path.write_bytes(b"\0" * path.stat().st_size)
    return r"vectors\.faiss is no FAISS index that this newsearch reads \(.*\)\. Build the index again with: newsearch rebuild"


def lose_generation(generation):
    generation.rename(generation.with_name("anderswo"))
    return r"manifest\.json cannot be read \(.*No such file.*\)\. Run newsearch rebuild"


def garble_current(generation):
    (generation.parent.parent / "CURRENT").write_text("../../etc\n")
    return r"CURRENT holds '\.\./\.\./etc' and not a generation's name\. Run: newsearch rebuild"


@pytest.mark.parametrize(
    "damage",
    [
        truncate_vectors,
        remove_terms,
        edit_manifest,
        tear_manifest,
        raise_format,
        garble_vectors,
        lose_generation,
        garble_current,
    ],
)
def test_a_damaged_index_is_status_4_and_a_rebuild_mends_it(damage, newsearch, index_copy, generation_copy):
    """The message says what to do, and doing it works."""
    message = damage(generation_copy)
    call = newsearch("search", "Schachklub Keller", "--index", index_copy)
    assert (call.status, call.out) == (4, "")
    assert re.search(message, call.err)
    assert call.err.count("\n") == 1
    assert newsearch("rebuild", "--index", index_copy).status == 0
    assert "Schachklub sucht Keller" in newsearch("search", "Schachklub Keller", "-i", index_copy, "-k", 1).out


HOLD = """
import sys
from pathlib import Path
from newsearch.indexer.layout import Layout
with Layout(Path(sys.argv[1])).writer():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_writer_is_status_5_and_searching_goes_on(newsearch, index_copy):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index_copy)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        call = newsearch("rebuild", "--index", index_copy)
        assert (call.status, call.out) == (5, "")
        who = rf"is being written \(process {holder.pid} since \d{{4}}-.*\); one writer at a time\. Searching goes on mean"
        assert re.search(who, call.err)
        assert newsearch("search", "Schachklub Keller", "--index", index_copy).status == 0
        holder.communicate("")
    assert newsearch("rebuild", "--index", index_copy).status == 0


def test_an_index_of_another_model_is_status_9(newsearch, archive, tmp_path):
    path = tmp_path / "toy.index"
    build(path, Settings((archive,), "toy"), quiet, embedder=ToyEmbedder(salt="a"))
    call = newsearch("search", "Käse und Brot", "--index", path)
    assert (call.status, call.out) == (9, "")
    built, here = (ToyEmbedder(salt=salt).fingerprint[:12] for salt in ("a", ""))
    assert call.err == (
        f"newsearch: The index was built with another toy (fingerprint {built}) than the one that is here ({here}), and "
        "their vectors do not fit each other. Bring the old model back, or run: newsearch rebuild\n"
    )
    assert newsearch("rebuild", "--index", path).status == 0
    assert newsearch("search", "Käse und Brot", "--index", path).status == 0


# --- build, add, rebuild, info, show, evaluate ------------------------------------------------------------------------


def test_build_add_and_rebuild_in_json(newsearch, archive, tmp_path):
    path = tmp_path / "an.index"
    call = newsearch("build", archive / "dumps", "--index", path, "--json")
    first = call.json
    assert (call.status, call.err) == (0, "")
    assert types_of(first) == REPORT_TYPES
    counts = ("read", "kept", "new", "changed", "gone", "unchanged", "articles", "passages", "embedded")
    assert [first[name] for name in counts] == [1, 1, 1, 0, 0, 0, 1, 2, 2]
    assert (first["schema"], first["index"], first["switched"]) == (1, str(path), True)
    assert first["dropped"]["navigation"] == 1
    assert first["generation"] == (path / "CURRENT").read_text().strip()

    added = newsearch("add", archive / "articles.jsonl", "--index", path, "--json").json
    assert types_of(added) == REPORT_TYPES
    assert [added[name] for name in counts] == [11, 11, 10, 0, 0, 1, 11, 15, 13]

    again = newsearch("rebuild", "--index", path, "--json").json
    assert types_of(again) == REPORT_TYPES
    assert [again[name] for name in counts] == [11, 11, 0, 0, 0, 11, 11, 15, 0]
    assert (again["switched"], again["generation"]) == (False, added["generation"])


def test_a_report_for_people(newsearch, tmp_path):
    source = write_archive(tmp_path / "quelle")
    path = tmp_path / "an.index"
    call = newsearch("build", source, "--index", path)
    lines = call.out.splitlines()
    assert (call.status, call.err) == (0, "")
    assert lines[0] == "read      11 files and records: 11 kept, 0 duplicates, 0 rejected"
    assert lines[1].startswith("cleaned   left out of the articles: ")
    assert lines[2:4] == [
        "articles  11 new, 0 changed, 0 gone, 0 unchanged",
        f"index     {path}: 11 articles, 15 passages, 15 embedded anew",
    ]
    assert re.fullmatch(
        rf"done      in \d+\.\d s, generation {(path / 'CURRENT').read_text().strip()} serves", lines[4]
    )

    (source / "dumps" / "faehre.txt").unlink()
    write_lines(source / "articles.jsonl", *ARTICLES[:8], {**ARTICLES[8], "title": "Water on a distant world"})
    dry = newsearch("rebuild", "--index", path, "--dry-run").out.splitlines()
    assert dry[-2:] == [
        "articles  0 new, 1 changed, 2 gone, 8 unchanged",
        f"index     {path}: nothing written, as asked; generation {(path / 'CURRENT').read_text().strip()} serves",
    ]
    assert (
        newsearch("rebuild", "--index", path)
        .out.splitlines()[-2]
        .endswith(": 9 articles, 12 passages, 1 embedded anew")
    )
    assert (
        newsearch("rebuild", "--index", path)
        .out.splitlines()[-1]
        .endswith(f": nothing had changed; generation {(path / 'CURRENT').read_text().strip()} serves")
    )


def test_rejects_are_status_7_and_the_rest_is_indexed(newsearch, tmp_path):
    write_lines(tmp_path / "q" / "a.jsonl", ARTICLES[0], {"title": "Leer"}, [1], b"{", b"{", b"{", b"{")
    call = newsearch("build", tmp_path / "q", "--index", tmp_path / "an.index")
    assert (call.status, call.err) == (7, "")
    lines = call.out.splitlines()
    assert lines[0] == "read      7 files and records: 1 kept, 0 duplicates, 6 rejected"
    assert "          4 × broken JSON" in lines
    assert (
        sum(line.startswith("            a.jsonl:") for line in lines) == 5
    )  # three of the broken ones, one of each other
    assert newsearch("rebuild", "--index", tmp_path / "an.index").status == 7
    form = newsearch("rebuild", "--index", tmp_path / "an.index", "--json").json
    assert form["rejected"] == {"no text": 1, "not an object": 1, "broken JSON": 4}
    assert [(e["place"], e["reason"]) for e in form["examples"][:2]] == [
        ("a.jsonl:2", "no text"),
        ("a.jsonl:3", "not an object"),
    ]
    assert list(form["examples"][0]) == ["place", "reason", "detail"]


def test_nothing_readable_is_status_6_and_another_source_may_follow(newsearch, archive, tmp_path):
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "bild.jpg").write_bytes(b"\xff\xd8\x00")
    call = newsearch("build", tmp_path / "q", "--index", tmp_path / "an.index")
    assert (call.status, call.out) == (6, "")
    assert call.err.startswith(f"newsearch: Found no article in {tmp_path / 'q'} (1 files and records looked at).\n")
    assert "1 × not a known format, for example bild.jpg: Found a .jpg file. What is read: text dumps" in call.err
    assert newsearch("search", "two words", "--index", tmp_path / "an.index").status == 3
    assert newsearch("build", archive, "--index", tmp_path / "an.index").status == 0


def test_sources_that_became_empty_leave_the_index_as_it_is(newsearch, tmp_path):
    """An unmounted disk must not empty the index."""
    source = write_archive(tmp_path / "quelle")
    assert newsearch("build", source, "--index", tmp_path / "an.index").status == 0
    for path in (source / "articles.jsonl", source / "dumps" / "faehre.txt"):
        path.unlink()
    assert newsearch("rebuild", "--index", tmp_path / "an.index").status == 6
    assert "Schachklub" in newsearch("search", "Schachklub Keller", "--index", tmp_path / "an.index", "-k", 1).out


def test_relative_sources_are_found_from_anywhere(newsearch, tmp_path, monkeypatch):
    write_archive(tmp_path / "quelle")
    monkeypatch.chdir(tmp_path)
    assert newsearch("build", "quelle", "--index", "an.index").status == 0
    monkeypatch.chdir("/")
    assert newsearch("rebuild", "--index", tmp_path / "an.index").status == 0
    assert newsearch("info", "--index", tmp_path / "an.index", "--json").json["sources"] == [str(tmp_path / "quelle")]


def test_info_in_json(newsearch, index, archive):
    call = newsearch("info", "--index", index, "--json")
    form = call.json
    assert (call.status, call.err) == (0, "")
    assert types_of(form) == {
        "schema": int,
        "index": str,
        "sources": list,
        "id": str,
        "created": str,
        "model": str,
        "fingerprint": str,
        "dimension": int,
        "table": str,
        "settings": dict,
        "counts": dict,
        "files": dict,
        "versions": dict,
        "measured": dict,
        "format": int,
        "takedowns": list,
        "rejects": list,
    }
    assert (form["schema"], form["index"], form["sources"]) == (1, str(index), [str(archive)])
    assert (form["model"], form["id"]) == ("static", (index / "CURRENT").read_text().strip())
    assert (form["counts"]["articles"], form["counts"]["passages"]) == (11, 15)
    assert (
        form["files"]["vectors.faiss"]["bytes"]
        == (Layout(index).generations / form["id"] / "vectors.faiss").stat().st_size
    )


def test_info_for_people(newsearch, index, archive):
    lines = newsearch("info", "--index", index).out.splitlines()
    assert lines[0] == f"index       {index}"
    assert lines[1].startswith(f"generation  {(index / 'CURRENT').read_text().strip()}, written 20")
    assert lines[2].startswith("holds       11 articles, 15 passages, ")
    assert lines[3] == "stories     11, near-duplicates counted as one"
    assert lines[4].startswith("model       static (256 wide, fingerprint ")
    assert lines[5:] == [f"sources     {archive}"]


def test_show_for_people(newsearch, index, archive):
    call = newsearch("show", "dumps/faehre.txt", "--index", index, "--dropped")
    lines = call.out.splitlines()
    assert (call.status, call.err) == (0, "")
    assert lines[:3] == [
        "Fähre bleibt im Hafen: Insulaner proben den Aufstand",
        "Küstenbote · 3 March 2024 · Inseln · Grönoog · dpa",
        f"dfeba2905c841d65 · {archive / 'dumps' / 'faehre.txt'}:8",
    ]
    assert ENGINE in lines
    assert lines[-1] == "dropped (search box): Suchbegriff"
    assert "dropped" not in newsearch("show", "dumps/faehre.txt", "--index", index).out


def test_show_in_json_gives_the_offsets_of_search_their_text(newsearch, index):
    form = newsearch("show", "kb-1", "--index", index, "--json").json
    assert (form["schema"], form["external_id"], form["precision"]) == (1, "kb-1", "instant")
    assert (form["text"], form["authors"]) == (ARTICLES[0]["text"], ["Tede Brarens", "Wiebke Onnen"])
    assert (form["record"], form["dropped"]) == (1, [])
    hit = newsearch("search", QUESTION, "--index", index, "-k", 1, "--json").json["hits"][0]
    assert form["text"][hit["start"] : hit["end"]] == hit["text"]


def test_evaluate_measures_judged_queries(newsearch, index, tmp_path):
    queries = write_lines(
        tmp_path / "queries.jsonl",
        {
            "qid": "s-1",
            "query": QUESTION,
            "query_language": "en",
            "kind": "question",
            "article_id": "kb-1",
            "gold": [PROOF],
        },
        {"qid": "s-2", "query": "asdkjh qwe", "query_language": "en", "kind": "no_answer"},
    )
    call = newsearch("evaluate", queries, "--index", index)
    assert (call.status, call.err) == (0, "")
    assert call.out.splitlines()[1].split() == ["all", "1", *["1.000"] * 6, "1.000", "to", "1.000"]
    form = newsearch("evaluate", queries, "--index", index, "--json", "--no-collapse").json
    assert (form["ranks"], form["roc"], form["absent"]) == ({"s-1": 1}, 1.0, [])
    (tmp_path / "run.json").write_text(json.dumps(form), "utf-8")
    compared = newsearch("evaluate", queries, "--index", index, "--compare", tmp_path / "run.json", "--json").json[
        "compared"
    ]
    assert compared["en→de"]["MRR@10"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert (
        "against the earlier"
        in newsearch("evaluate", queries, "--index", index, "--compare", tmp_path / "run.json").out
    )


def test_evaluate_wants_an_answerable_query(newsearch, index, tmp_path):
    queries = write_lines(tmp_path / "queries.jsonl", {"qid": "s-2", "query": "asdkjh", "kind": "no_answer"})
    call = newsearch("evaluate", queries, "--index", index)
    assert (call.status, call.out) == (2, "")
    assert "queries.jsonl holds no answerable query (1 queries). Wanted: at least one with gold passages." in call.err


# --- where the index is, streams, help --------------------------------------------------------------------------------


def test_the_variable_names_the_index_and_the_option_goes_before_it(newsearch, index, tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSEARCH_INDEX", str(index))
    assert newsearch("info").out.startswith(f"index       {index}\n")
    assert newsearch("info", "--index", tmp_path).status == 3
    monkeypatch.setenv("NEWSEARCH_INDEX", "")
    monkeypatch.chdir(tmp_path)
    assert f"{tmp_path / 'newsearch.index'}: no such folder" in newsearch("info").err


@pytest.mark.parametrize("command", COMMANDS)
def test_each_commands_help_has_an_example(command, newsearch):
    call = newsearch(command, "--help")
    assert (call.status, call.err) == (0, "")
    assert re.search(rf"Example: newsearch {command} ", call.out)
    assert "--index" in call.out
    assert ("--json" in call.out) == (command != "serve")


def test_help_names_every_command(newsearch):
    call = newsearch("--help")
    assert (call.status, call.err) == (0, "")
    assert re.findall(r"^  ([a-z]+) {2,}\S", call.out, re.MULTILINE) == COMMANDS
    assert 'Also just: newsearch "a question of several words"' in call.out


def test_results_on_stdout_and_the_rest_on_stderr(index):
    with subprocess_of("bridge cracks", "--index", index, "--since", "2025", "-k", 1) as process:
        out, err = process.communicate()
    assert process.returncode == 0
    assert out.splitlines()[1] == (
        "    Harbour Gazette, 4 March 2025 · “Harbour bridge shut after cracks are found” · https://harbour-gazette.example/"
        "city/bridge-shut#:~:text=The%20old%20harbour%20bridge%20was,looking%20for%20a%20lost%20anchor."
    )
    assert err == "newsearch: 1 article without a date left out; --include-undated keeps them\n"


@pytest.mark.parametrize("arguments", [["search", "two words"], ["search", "two words", "--json"], ["show", "bb-1"]])
def test_a_closed_pipe_is_no_error(arguments, index):
    """`newsearch … | head -1`: the reader has seen enough."""
    process = subprocess_of(*arguments, "--index", index)
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait() == 0


def test_a_terminal_without_the_characters_gets_question_marks_and_json_is_utf_8(index):
    """A German Latin-1 locale, a Windows console: no traceback; programs read JSON as UTF-8 everywhere."""
    asked = [*COMMAND, "search", "Käse im Stollen", "--index", str(index), "-k", "1"]
    latin = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(asked, capture_output=True, env=latin, check=True)
    assert "Bergblick, November 2024 · ?Der Käse aus dem Stollen? · ".encode("latin-1") in done.stdout
    done = subprocess.run([*asked, "--json"], capture_output=True, env=latin, check=True)
    assert orjson.loads(done.stdout)["hits"][0]["title"] == "Der Käse aus dem Stollen"


def test_piped_into_head_it_ends_well(index):
    line = " ".join(f"'{a}'" for a in [*COMMAND, "show", "bb-1", "--index", str(index)])
    done = subprocess.run(
        ["bash", "-c", f"{line} | head -1; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Der Käse aus dem Stollen\n", "")


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_an_interrupted_build_goes_on_where_it_was(tmp_path):
    """Twice interrupted, once by the keyboard, once by the system; then the same command again completes."""
    filler = [
        {"title": f"Meldung {n}", "text": f"{ARTICLES[7]['text']} Pegel {n}.", "url": f"https://a.example/{n}"}
        for n in range(6000)
    ]
    write_lines(tmp_path / "a.jsonl", *filler, ARTICLES[9])
    path = tmp_path / "an.index"
    build = ("build", tmp_path / "a.jsonl", "--index", path, "--model", "static")
    for number, status, said in [
        (signal.SIGINT, 130, "newsearch: interrupted; run the same command again to go on\n"),
        (signal.SIGTERM, 143, "newsearch: terminated; run the same command again to go on\n"),
    ]:
        with subprocess_of(*build) as process:
            wait_for_writer(path, process)
            process.send_signal(number)
            out, err = process.communicate(timeout=300)
        assert (process.returncode, out, without_progress(err)) == (status, "", said)
        assert not (path / "CURRENT").exists()
    with subprocess_of(*build, "--json") as process:
        out, err = process.communicate(timeout=300)
    assert (process.returncode, without_progress(err)) == (0, "")
    assert orjson.loads(out)["articles"] == 6001
    with subprocess_of("search", "Schachklub Keller", "--index", path, "-k", 1) as process:
        assert "Schachklub sucht Keller" in process.communicate()[0]
    assert process.returncode == 0
    assert [p.name for p in (path / "generations").iterdir()] == [(path / "CURRENT").read_text().strip()]


def without_progress(said):
    """What was *said* on stderr but for the line a minute that tells how far a build is, where the machine is busy."""
    lines = said.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("reading", "embedding", "writing", "verifying")))


def wait_for_writer(index, process, seconds=300):
    """Until *process* is the writer and reads."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        writer = index / "writer"
        if (
            writer.exists()
            and writer.read_text().startswith(f"process {process.pid} ")
            and (index / "articles.sqlite").exists()
        ):
            time.sleep(0.05)
            return
        time.sleep(0.01)
    raise TimeoutError(f"no writer after {seconds} s; exit status {process.returncode}")


def test_version_is_said(newsearch):
    call = newsearch("--version")
    assert (call.status, call.out.split()[0]) == (0, "newsearch")


def test_queries_for_another_archive_are_refused_and_not_scored_zero(newsearch, index, tmp_path):
    line = {"qid": "x", "query": "wer", "kind": "question_de_de", "article_id": "gnad-1", "gold": ["Ein Satz."]}
    (tmp_path / "q.jsonl").write_text(json.dumps(line), "utf-8")
    call = newsearch("evaluate", tmp_path / "q.jsonl", "--index", index)
    assert (call.status, call.out) == (2, "")
    assert "None of the articles that" in call.err
    assert "Wanted: the index of the archive that the queries were written for" in call.err


def test_what_steers_a_terminal_does_not_get_there_by_way_of_an_error(newsearch, tmp_path):
    """A file's name is named in the error, and it may hold an escape sequence."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "\x1b]0;pwn\x07.pdf").write_bytes(b"x")
    call = newsearch("build", tmp_path / "a", "--index", tmp_path / "i")
    assert call.status == 6
    assert "pwn" in call.err
    assert "\x1b" not in call.err
    assert "\x07" not in call.err


def test_show_says_when_an_article_had_another_text(newsearch, tmp_path):
    """A correction keeps the version before with its time."""
    archive, index = tmp_path / "a.jsonl", tmp_path / "an.index"
    record = {"url": "https://kuestenbote.example/1", "title": "Kein Schiff", "text": "Die Fähre liegt im Dock."}
    write_lines(archive, record)
    newsearch("build", archive, "--model", "static", "--index", index)
    assert newsearch("show", record["url"], "--index", index, "--json").json["earlier"] == []
    write_lines(archive, record | {"text": "Die Fähre liegt nicht im Dock."})
    newsearch("rebuild", "--index", index)
    call = newsearch("show", record["url"], "--index", index)
    (line,) = [line for line in call.out.splitlines() if line.startswith("corrected since")]
    assert line.startswith("corrected since: another text was read on ")
    (earlier,) = newsearch("show", record["url"], "--index", index, "--json").json["earlier"]
    assert earlier["first_read"].startswith("20")
    assert newsearch("remove", record["url"], "--yes", "--index", index).status == 0
    assert b"im Dock" not in (index / "articles.sqlite").read_bytes()
