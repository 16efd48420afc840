from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date

import pytest
from search_archive import COMMAND, quiet, write_lines

from newsearch.corpus.errors import UsageError
from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search import Filter, Searcher
from newsearch.search.bars import bar_lines, notes, print_timeline
from newsearch.search.periods import Step
from newsearch.search.plot import check_plot, plot_timeline
from newsearch.search.timeline import SHARE, Period, Timeline, timeline_json

FERRY = "Die Fähre nach Grönoog liegt mit Ruderschaden im Dock."
DAYS = ["2025-01-31", "2025-02-01", "2025-02-02", "2025-05", "2025-05-06", "2026", None, "2025-06-22T23:30:00+00:00"]


@pytest.fixture(scope="module")
def ferries(tmp_path_factory, table):
    """Eight articles on the ferry, the last of them just after midnight in Berlin, and twelve on other things."""
    folder = tmp_path_factory.mktemp("ferries")
    ferry = [
        {"title": f"Nr. {n}", "url": f"https://a.example/{n}", "text": FERRY, "published": day, "section": "Inseln"}
        for n, day in enumerate(DAYS)
    ]
    ferry[1]["text"] = f"{FERRY}\n\nDas Wetter war gut. {'Man trank Tee und sah den Möwen zu. ' * 14}\n\n{FERRY}"
    cheese = [
        {
            "title": f"Käse {n}",
            "url": f"https://b.example/{n}",
            "text": "Quantenphysik, Lateinunterricht und Aktienkurse.",
            "published": "2025-03-03",
        }
        for n in range(12)
    ]
    write_lines(folder / "a.jsonl", *ferry, *cheese)
    build(folder / "index", Settings((folder / "a.jsonl",), "static"), quiet, table=table)
    return Searcher.open(folder / "index")


def counts(found):
    return [(p.start.isoformat(), p.articles, p.passages) for p in found.periods]


def test_answering_articles_are_counted_by_month_and_empty_months_too(ferries):
    """Two passages of the article of 1 February answer. That of "2026" has no month, one has no date at all."""
    found = ferries.timeline("Ruderschaden der Fähre nach Grönoog")
    assert counts(found) == [
        ("2025-01-01", 1, 1),
        ("2025-02-01", 2, 3),
        ("2025-03-01", 0, 0),
        ("2025-04-01", 0, 0),
        ("2025-05-01", 2, 2),
        ("2025-06-01", 1, 1),
    ]
    assert (found.undated, found.rough, found.articles, found.complete) == (1, 1, 8, True)


def test_by_week_a_date_that_is_known_to_the_month_fits_nowhere(ferries):
    found = ferries.timeline("Ruderschaden der Fähre nach Grönoog", Step.WEEK)
    assert [c for c in counts(found) if c[1]] == [
        ("2025-01-27", 3, 4),
        ("2025-05-05", 1, 1),
        ("2025-06-23", 1, 1),
    ]
    assert found.rough == 2


def test_by_year_a_date_that_is_known_to_the_year_fits(ferries):
    found = ferries.timeline("Ruderschaden der Fähre nach Grönoog", Step.YEAR)
    assert counts(found) == [("2025-01-01", 6, 7), ("2026-01-01", 1, 1)]


def test_a_filter_narrows_what_is_counted(ferries):
    found = ferries.timeline("Fähre nach Grönoog", Step.DAY, Filter(since=date(2025, 6, 23), until=date(2025, 6, 23)))
    assert counts(found) == [("2025-06-23", 1, 1)]
    assert ferries.timeline("Fähre", Step.DAY, Filter(until=date(1999, 1, 1))).periods == ()


def test_a_byte_that_is_no_character_is_said_as_a_question_mark(ferries):
    """As it comes from a command line in Latin-1; JSON could not hold it."""
    found = ferries.timeline("F\udce4hre Ruderschaden")
    assert found.query == "F?hre Ruderschaden" == timeline_json(found)["query"]


@pytest.mark.parametrize("query", ["Fähre", "Käse aus dem Stollen", "bridge"])
def test_what_counts_is_what_reaches_a_share_of_the_best(query, searcher):
    """As by an exhaustive search, whose passages are looked at one by one."""
    hits = searcher.search(query, 100, collapse=False).hits
    reached = {hit.article.id for hit in hits if hit.score >= SHARE * hits[0].score}
    assert searcher.timeline(query, Step.YEAR).articles == len(reached)


def test_more_periods_than_anyone_reads_are_refused(ferries, monkeypatch):
    monkeypatch.setattr("newsearch.search.timeline.MOST_PERIODS", 100)
    with pytest.raises(
        UsageError, match=r"^From 2025-01-31 to 2025-06-23 there are more than 100 days\. Wanted: longer"
    ):
        ferries.timeline("Fähre nach Grönoog", Step.DAY)


def test_more_passages_are_ranked_until_one_does_not_count(ferries, monkeypatch):
    expected = ferries.timeline("Fähre nach Grönoog")
    monkeypatch.setattr("newsearch.search.timeline.FIRST", 1)
    assert counts(ferries.timeline("Fähre nach Grönoog")) == counts(expected)
    monkeypatch.setattr("newsearch.search.timeline.MOST", 4)
    cut = ferries.timeline("Fähre nach Grönoog")
    assert (cut.complete, sum(p.passages for p in cut.periods) + cut.undated + cut.rough) == (False, 4)


MONTHS = Timeline(
    query="$x$",
    by=Step.MONTH,
    periods=tuple(Period(date(2025, 1 + n, 1), n % 3 * 5, n) for n in range(3)),
    undated=1,
    rough=2_000,
    filter=Filter(),
    complete=False,
    took_ms=1.0,
    index="",
    model="",
)


def test_the_longest_bar_fills_the_line():
    assert bar_lines(MONTHS, width=31, mark="#") == [
        "2025-01  0",
        "2025-02  ########## 5",
        "2025-03  ################### 10",
    ]
    assert max(map(len, bar_lines(MONTHS, width=31, mark="#"))) == 31


def test_a_year_without_a_word_is_one_line():
    periods = tuple(Period(date(2020 + n // 12, n % 12 + 1, 1), int(n in {0, 14}), 1) for n in range(15))
    assert bar_lines(replace(MONTHS, periods=periods), width=40, mark="=") == [
        f"2020-01  {'=' * 29} 1",
        "2020-02  … 13 months without, to 2021-02",
        f"2021-03  {'=' * 29} 1",
    ]


def test_what_no_bar_shows_is_said():
    assert notes(MONTHS) == [
        "1 article without a date not shown",
        "2,000 articles dated less exactly than by the month not shown",
        "there is more than was looked at: the counts are of the best passages only",
    ]
    assert notes(replace(MONTHS, periods=(), undated=0, rough=0, complete=True)) == [
        "no passage fits, with what was asked for"
    ]


@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG"), ("a.SVG", b"<?xml")])
@pytest.mark.parametrize("periods", [MONTHS.periods, ()])
def test_a_picture_is_written_whole(name, begins, periods, tmp_path):
    (tmp_path / name).write_text("old")
    plot_timeline(replace(MONTHS, periods=periods), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_an_ending_that_is_no_picture_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"a\.gif has no ending that says what to write\. Wanted: \.png or \.svg\.$"):
        check_plot(tmp_path / "a.gif")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    """Not the temporary file, after all was counted."""
    with pytest.raises(UsageError, match=r"a\.png: there is no folder .*gone\. Make it, or name another\.$"):
        check_plot(tmp_path / "gone" / "a.png")


def test_bars_of_what_only_comes_nearest_are_not_taken_for_an_answer(capsys):
    print_timeline(MONTHS, answered=False)
    assert capsys.readouterr().err.startswith(
        "newsearch: nothing in this archive seems to answer this; what comes nearest"
    )
    print_timeline(MONTHS, answered=True)
    assert "seems to answer" not in capsys.readouterr().err


def test_without_matplotlib_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("newsearch.search.plot.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"install it with: pip install 'newsearch\[plot\]'$"):
        check_plot(tmp_path / "a.png")


def test_the_command_prints_bars_json_and_a_picture(newsearch, index, tmp_path):
    call = newsearch("timeline", "Fähre", "--index", index, "--by", "year", "--plot", tmp_path / "a.svg")
    assert call.status == 0
    assert call.out.startswith("2024  █")
    assert (tmp_path / "a.svg").exists()
    found = newsearch("timeline", "Fähre", "--index", index, "--by", "year", "--json").json
    assert found["periods"] == [
        {"period": "2024", "start": "2024-01-01", "articles": 1, "passages": found["periods"][0]["passages"]}
    ]
    assert (found["schema"], found["by"], found["undated"], found["complete"]) == (1, "year", 0, True)


def test_bars_go_to_a_terminal_that_knows_no_blocks(index):
    done = subprocess.run(
        [*COMMAND, "timeline", "Fähre", "--index", str(index)],
        env={"PYTHONIOENCODING": "ascii", "COLUMNS": "40"},
        capture_output=True,
        check=True,
    )
    lines = done.stdout.decode("ascii").splitlines()
    assert lines[0] == f"2024-03  {'#' * 29} 1"
    assert max(map(len, lines)) <= 40
