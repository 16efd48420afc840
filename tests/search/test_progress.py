from __future__ import annotations

from io import StringIO

import pytest

from newsearch.search import progress
from newsearch.search.progress import Progress, describe


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stage", "done", "total", "seconds", "line"),
    [
        ("embedding", 1200, 4773, 3.0, "embedding 1,200 of 4,773 articles, 400/s, 0:08 left"),
        ("embedding", 10, 1510, 1.0, "embedding 10 of 1,510 articles, 10/s, 2:30 left"),
        ("reading", 5000, 0, 2.0, "reading 5,000 records, 2,500/s"),
        (
            "reading 7 files, 4,000 articles, 9 rejects of",
            5000,
            0,
            2.0,
            "reading 7 files, 4,000 articles, 9 rejects of 5,000 records, 2,500/s",
        ),
        ("asking", 3, 54, 1.5, "asking 3 of 54 queries, 2/s, 0:25 left"),
        ("switching", 3, 4, 1.0, "switching 3 of 4, 3/s, 0:00 left"),
        ("embedding", 0, 4773, 3.0, "embedding"),
        ("writing", 0, 0, 0.0, "writing"),
        ("reading", 500, 0, 0.0, "reading 500 records"),
    ],
)
def test_a_line_says_how_far_how_fast_and_how_long(stage, done, total, seconds, line):
    assert describe(stage, done, total, seconds) == line


def test_a_terminal_gets_one_line_that_is_written_over(monkeypatch):
    monkeypatch.setattr(progress, "TERMINAL_S", 0.0)
    stream = Terminal()
    with Progress(stream) as say:
        say("reading", 0, 0)
        say("writing", 0, 0)
    assert stream.getvalue() == "\r\x1b[Kreading\r\x1b[Kwriting\r\x1b[K"


def test_the_rate_is_that_of_the_whole_stage_whatever_is_said_of_it(monkeypatch):
    monkeypatch.setattr(progress, "LOG_S", 0.0)
    seconds = iter([0.0, 10.0, 10.0, 20.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(seconds))
    stream = StringIO()
    with Progress(stream) as say:
        say("reading 1 files of", 0, 0)
        say("reading 2 files of", 100, 0)
        say("reading 3 files of", 200, 0)
    assert stream.getvalue().splitlines()[1:] == [
        "reading 2 files of 100 records",
        "reading 3 files of 200 records, 20/s",
    ]


def test_a_log_gets_whole_lines_without_control_characters(monkeypatch):
    monkeypatch.setattr(progress, "LOG_S", 0.0)
    stream = StringIO()
    with Progress(stream) as say:
        say("reading", 0, 0)
        say("writing", 0, 0)
    assert stream.getvalue() == "reading\nwriting\n"


def test_a_short_run_leaves_nothing_in_a_log():
    stream = StringIO()
    with Progress(stream) as say:
        for done in range(1000):
            say("embedding", done, 1000)
    assert stream.getvalue() == ""


def test_a_terminal_is_left_clean_after_an_error():
    stream = Terminal()
    with pytest.raises(KeyboardInterrupt), Progress(stream):
        raise KeyboardInterrupt
    assert stream.getvalue() == "\r\x1b[K"
