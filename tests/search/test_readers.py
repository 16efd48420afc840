"""Searching while the index is rebuilt: no error, and no answer that is half old and half new."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import orjson
import pytest
from search_archive import quiet, write_lines

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer import generation, layout
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.search import Searcher

REBUILDS = 50
QUERIES = ("Boote am Kai", "ferry in the harbour", "Pegel heute")

READER = """
import sys
from pathlib import Path
import orjson
sys.path.insert(0, sys.argv[2])
from test_readers import QUERIES, answer_of
from newsearch.search import Searcher
print("ready", flush=True)
while not Path(sys.argv[3]).exists():
    searcher = Searcher.open(sys.argv[1])
    for query in QUERIES:
        sys.stdout.buffer.write(orjson.dumps(answer_of(searcher, query)) + b"\\n")
"""


def edition(turn):
    """Twelve articles, of which each turn changes some, in text and in number; each says in which turn it was written."""
    return [
        {
            "id": f"k{n}",
            "title": f"Pegel {n}",
            "text": f"Der Hafenmeister zählt {turn if n % 3 == turn % 3 else n} Boote am Kai. The ferry waits in the harbour.",
        }
        for n in range(12 + turn % 4)
    ]


def answer_of(searcher, query):
    """Query, generation, and every hit with its text: twenty are more than there are articles."""
    results = searcher.search(query, 20)
    return [query, results.index, [[h.article.external_id, h.article.title, h.text, h.score] for h in results.hits]]


def keep_reading(again, searcher_of_now, done, found, errors):
    """Open the index, ask every query *again* times, and so on until all is done."""
    try:
        while not done.is_set():
            searcher = searcher_of_now()
            for query in QUERIES * again:
                found.append(answer_of(searcher, query))
                done.wait(0.005)  # or the threads leave the writer little of the interpreter
    except Exception as exc:  # noqa: BLE001 - whatever it is, the test is to say so
        errors.append(exc)


def test_searches_all_through_50_rebuilds_answer_from_one_generation_each(tmp_path, table):
    """Three threads and a process; one thread keeps what it opened over several switches, the others open anew each time."""
    source, index, stop = tmp_path / "a.jsonl", tmp_path / "an.index", tmp_path / "stop"
    embedder = load_embedder("static", table)
    write_lines(source, *edition(0))
    build(index, Settings((source,), "static"), quiet, table=table)
    wanted, found, other, errors, done = {}, [], [], [], Event()

    def searcher_of(opened):
        return Searcher(opened, embedder, table)

    def record(opened):
        searcher = searcher_of(opened)
        wanted.update({(query, name): hits for query, name, hits in (answer_of(searcher, q) for q in QUERIES)})

    def check(_settings, _old, new, _embedder, _table):
        record(new)  # before anyone else can see it
        return ()

    record(Layout(index).open_current())
    reading = (lambda: searcher_of(Layout(index).open_current()), done, found, errors)
    threads = [Thread(target=keep_reading, args=(again, *reading)) for again in (1, 1, 20)]
    command = [sys.executable, "-c", READER, index, Path(__file__).parent, stop]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        threads.append(Thread(target=lambda: other.extend(map(orjson.loads, process.stdout))))
        for thread in threads:
            thread.start()
        try:
            for turn in range(1, REBUILDS + 1):
                write_lines(source, *edition(turn))
                assert rebuild(index, quiet, check=check, embedder=embedder, table=table).switched
        finally:
            done.set()
            stop.touch()
            for thread in threads:
                thread.join()
        said = process.stderr.read().decode()
    assert (errors, process.returncode, said) == ([], 0, "")
    assert len(wanted) == len(QUERIES) * (REBUILDS + 1)
    assert [some for some in (*found, *other) if some[2] != wanted[some[0], some[1]]] == []
    assert min(len({name for _, name, _ in some}) for some in (found, other)) > REBUILDS / 5  # they saw many of them


@pytest.mark.parametrize("gone", ["texts.jsonl", "vectors.faiss", "columns.names.json", "terms.starts.npy"])
def test_a_generation_that_is_removed_while_it_is_being_opened_is_opened_again(index_copy, gone, monkeypatch):
    """A reader that has read CURRENT and the manifest, and then two rebuilds are done before it maps the files."""
    here = Layout(index_copy)
    first = here.current_name()
    later = here.generations / f"{first}-later"

    def slow(folder):
        opened = generation.Generation(folder)
        if folder.name == first:
            shutil.copytree(folder, later)
            here.switch(later)
            (folder / gone).unlink()
        return opened

    monkeypatch.setattr(layout, "Generation", slow)
    assert here.open_current().folder == later


def test_a_generation_whose_file_is_gone_for_good_is_damaged(index_copy, generation_copy):
    opened = generation.Generation(generation_copy)
    (generation_copy / "texts.jsonl").unlink()
    with pytest.raises(DamagedIndexError, match=r"texts\.jsonl cannot be read"):
        _ = opened.contents
