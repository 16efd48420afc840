"""Parsing in other processes: the same answers in the same order, and no page ends the run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from corpus_pages import PAGE

from newsearch.corpus import worker, workers
from newsearch.corpus.formats.base import Kind, Parsed, RawRecord, RejectedError
from newsearch.corpus.reading import read_sources
from newsearch.corpus.store import ArticleStore
from newsearch.corpus.workers import Parsers

SENTENCE = "Die Fähre liegt seit neun Tagen im Dock, und auf der Insel gibt es keine frische Milch mehr zu kaufen. "
HTML = (
    f"<html><head><title>Kein Schiff</title></head><body><article><h1>Kein Schiff</h1><p>{SENTENCE * 3}</p></article>"
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WRONG = """
import ctypes, os, sys, time
from newsearch.corpus import worker
real = worker.parse
def parse(raw, now):
    if b"segfault" in raw.raw: ctypes.string_at(0)
    if b"too long" in raw.raw: time.sleep(60)
    if b"memory" in raw.raw: bytearray(1 << 40)
    if b"a bug" in raw.raw: raise KeyError("oh")
    if b"prints" in raw.raw: os.write(1, b"hello")
    return real(raw, now)
worker.parse, worker.LONGEST_S = parse, 1
worker.main()
"""


@pytest.fixture
def wrong(monkeypatch):
    """Workers that do what each page says."""
    monkeypatch.setattr(workers, "_COMMAND", (sys.executable, "-c", WRONG))


def page(text):
    return RawRecord(f"{text}.html", 0, Kind.HTML, f"{HTML}<!-- {text} -->".encode())


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("segfault", "ended with status -11"),
        ("too long", "ended with status -14: it took more than"),
        ("memory", "MemoryError"),
        ("a bug", "KeyError: 'oh'"),
    ],
)
def test_a_page_that_its_parser_does_not_survive_is_a_reject_and_the_others_are_read(wrong, text, detail):
    with Parsers(1, NOW) as parsers:
        before, bad, after = [parsers.parse(page(name)) for name in ("before", text, "after")]
        assert isinstance(before(), Parsed)
        assert isinstance(result := bad(), RejectedError)
        assert (result.reason, detail in result.detail) == (worker.CRASHED, True)
        assert after().article == before().article


def test_what_a_library_prints_is_not_taken_for_a_reply(wrong, capfd):
    with Parsers(1, NOW) as parsers:
        assert isinstance(parsers.parse(page("prints"))(), Parsed)


def test_text_is_parsed_here_until_that_takes_long(monkeypatch):
    """A process takes longer to start than most archives of text take to be parsed."""
    raw = RawRecord("a.txt", 0, Kind.DUMP, PAGE.encode())
    with Parsers(2, NOW) as parsers:
        here = parsers.parse(raw)()
        assert (parsers._workers, parsers.ahead) == ([], 0)
        monkeypatch.setattr(workers, "START_S", 0.0)
        assert parsers.parse(raw)() == here
        assert len(parsers._workers) == 1


def test_no_more_processes_than_asked_for():
    with Parsers(2, NOW) as parsers:
        results = [parsers.parse(page(str(n))) for n in range(30)]
        assert len(parsers._workers) == 2
        assert all(isinstance(result(), Parsed) for result in results)


def test_the_reading_is_the_same_however_many_processes(tmp_path, monkeypatch):
    """In the order of the sources."""
    monkeypatch.setattr(workers, "START_S", 0.0)
    monkeypatch.setattr("newsearch.corpus.reading.BATCH", 7)
    folder = tmp_path / "archive"
    folder.mkdir()
    lines = [orjson.dumps({"title": f"Nr. {n}", "text": f"Satz {n}."}) for n in range(20)]
    (folder / "a.jsonl").write_bytes(b"\n".join([*lines, b"kaputt", *lines]))
    for n in range(12):
        (folder / f"{n}.html").write_text(HTML.replace("neun", str(n)) if n % 5 else "<html>")
    found = []
    for threads in (1, 3):
        with ArticleStore.open(tmp_path / f"{threads}.sqlite") as store:
            found.append(read_sources([folder], store, threads=threads))
    assert found[0] == found[1]
    assert (found[0].report.kept, found[0].report.rejected_total) == (29, 4)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_an_interruption_leaves_no_process_behind():
    with pytest.raises(KeyboardInterrupt), Parsers(2, NOW) as parsers:  # noqa: PT012 - the fact itself
        for n in range(30):
            parsers.parse(page(str(n)))
        pids = [one._process.pid for one in parsers._workers]
        raise KeyboardInterrupt
    assert len(pids) == 2
    assert not any(map(alive, pids))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="asks /proc")
def test_a_parent_that_is_killed_takes_its_processes_with_it():
    """Their input ends with it."""
    code = """
import time
from datetime import UTC, datetime
from newsearch.corpus.formats.base import Kind, RawRecord
from newsearch.corpus.workers import Parsers
parsers = Parsers(1, datetime.now(UTC))
parsers.parse(RawRecord("a", 0, Kind.HTML, b"<html>"))()
print(parsers._workers[0]._process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    for _ in range(100):
        if not alive(pid):
            break
        time.sleep(0.05)
    assert not alive(pid)
