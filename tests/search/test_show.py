from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_archive import make_article, make_hit

from newsearch.corpus.article import Precision, Source
from newsearch.corpus.report import Dropped
from newsearch.indexer.columns import Filter
from newsearch.search.citation import date_text
from newsearch.search.hits import Elsewhere, Results, published_json
from newsearch.search.show import (
    ALSO,
    also_line,
    article_json,
    hit_lines,
    nothing_line,
    plain,
    print_article,
    print_results,
)

TEXT = "Es regnet. Die Fähre bleibt im Hafen. Niemand fährt."
BEST = (11, 37)
EVIL = "a\x1b[31mb\x07c\x9b1md\u202ee\u2066f\u200bg\x00h\x7fi\r\x1b]8;;http://x\x1b\\j"
"""Colours, a bell, bidirectional overrides, a hidden link: what a headline could do to a terminal."""
OURS = re.compile(r"\x1b\[(?:1|22|2|0)m|\x1b\]8;;([^\x1b]*)\x1b\\")
"""The sequences that newsearch itself writes."""


class Terminal(StringIO):
    def isatty(self):
        return True


def when(precision, *moment):
    return make_article(published=datetime(*moment, tzinfo=UTC), precision=precision)


def test_a_hit_is_its_passage_then_where_it_is_from():
    article = make_article(TEXT, title="Fähre", publisher="Küstenbote", url="https://a.example/x")
    article = replace(article, published=datetime(2025, 6, 21, tzinfo=UTC), precision=Precision.DAY)
    hit = make_hit(TEXT, rank=7, article=article, link="https://a.example/x#:~:text=Es")
    assert hit_lines(hit, width=0, styled=False) == [
        "7   Es regnet. Die Fähre bleibt im Hafen. Niemand fährt.",
        "    Küstenbote, 21 June 2025 · “Fähre” · https://a.example/x#:~:text=Es",
    ]


def elsewhere(name, link="", published=None, precision=None, title="Titel"):
    return Elsewhere("0" * 16, title, name, published, precision, "", link)


def test_where_else_a_story_is_told_stands_below_its_hit():
    others = (
        elsewhere("Elbkurier", "https://e.example/x", datetime(2025, 6, 3, tzinfo=UTC), Precision.DAY),
        elsewhere("", "https://t.example/"),
    )
    hit = replace(make_hit(), also_in=others)
    line = "also in: Elbkurier (3 June 2025) https://e.example/x, Titel https://t.example/"
    assert hit_lines(hit, width=0, styled=False)[-1] == f"    {line}"
    links = [
        f"\x1b]8;;{o.link}\x1b\\{name}\x1b]8;;\x1b\\"
        for o, name in zip(others, ("Elbkurier (3 June 2025)", "Titel"), strict=True)
    ]
    assert also_line(others, styled=True) == f"\x1b[2malso in: {', '.join(links)}\x1b[0m"


def test_of_many_papers_the_first_are_named_and_the_others_counted():
    others = [elsewhere(f"Blatt {n}") for n in range(ALSO + 1200)]
    assert also_line(others[:ALSO], styled=False) == "also in: Blatt 0, Blatt 1, Blatt 2, Blatt 3, Blatt 4"
    assert also_line(others, styled=False).endswith("Blatt 4 and 1,200 more")


def test_the_name_of_another_paper_cannot_steer_a_terminal():
    assert "\x1b" not in also_line([elsewhere(EVIL, f"https://a.example/{EVIL}")], styled=False)


def test_what_an_article_lacks_leaves_no_gap():
    article = make_article(title="", url="https://a.example/")
    assert hit_lines(make_hit(article=article), width=0, styled=False)[-1] == "    https://a.example/"


def test_a_file_is_shown_as_path_and_line_and_linked_as_url(tmp_path):
    article = make_article(title="", source=Source(str(tmp_path), "a.jsonl", 3))
    hit = make_hit(article=article, link=f"{(tmp_path / 'a.jsonl').as_uri()}#line=2,3")
    assert hit_lines(hit, width=0, styled=False)[-1] == f"    {tmp_path / 'a.jsonl'}:3"
    assert f"\x1b]8;;{hit.link}\x1b\\{tmp_path / 'a.jsonl'}:3\x1b]8;;\x1b\\" in hit_lines(hit, width=0, styled=True)[-1]


@given(st.integers(24, 100), st.booleans())
def test_no_line_of_a_passage_is_wider_than_the_terminal(width, styled):
    text = TEXT * 5
    *passage, _ = hit_lines(make_hit(text, snippet=BEST), width=width, styled=styled)
    shown = [OURS.sub("", line) for line in passage]
    assert max(map(len, shown)) <= width
    assert " ".join(line[4:] for line in shown) == text
    assert [line[:4] for line in shown] == ["1   ", *["    "] * (len(shown) - 1)]


def test_a_word_that_is_too_long_for_a_line_stays_whole():
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    assert hit_lines(make_hit(f"Der {word} geht."), width=24, styled=False)[1] == f"    {word}"


def test_only_the_best_sentence_stands_out():
    line, _ = hit_lines(make_hit(TEXT, snippet=BEST), width=0, styled=True)
    assert line == "1   Es regnet. \x1b[1mDie Fähre bleibt im Hafen.\x1b[22m Niemand fährt."


def test_the_best_sentence_stands_out_on_each_of_its_lines():
    lines = hit_lines(make_hit(TEXT, snippet=BEST), width=24, styled=True)
    assert lines[:3] == [
        "1   Es regnet. \x1b[1mDie Fähre\x1b[22m",
        "    \x1b[1mbleibt im Hafen.\x1b[22m",
        "    Niemand fährt.",
    ]


def test_a_passage_that_is_all_best_sentence_stands_plain():
    assert hit_lines(make_hit(TEXT), width=0, styled=True)[0] == f"1   {TEXT}"


def test_without_style_there_are_no_control_characters():
    assert "\x1b" not in "".join(hit_lines(make_hit(TEXT, snippet=BEST), width=40, styled=False))


def test_with_style_the_link_can_be_clicked():
    line = hit_lines(make_hit(link="https://a.example/#:~:text=Ein"), width=0, styled=True)[-1]
    link = "https://a.example/#:~:text=Ein"
    assert line.endswith(f"\x1b]8;;{link}\x1b\\{link}\x1b]8;;\x1b\\\x1b[0m")
    assert [m for m in OURS.findall(line) if m] == [link]


@pytest.mark.parametrize("styled", [True, False])
def test_nothing_of_an_article_steers_the_terminal(styled):
    """Headline, publisher, passage and link are other people's text."""
    article = make_article(EVIL, title=EVIL, publisher=EVIL, url=f"https://a.example/{EVIL}")
    hit = make_hit(EVIL, article=article, snippet=(0, 3), link=f"https://a.example/{EVIL}")
    for line in hit_lines(hit, width=80, styled=styled):
        assert OURS.sub("", line).isprintable()
    assert {m for line in hit_lines(hit, width=80, styled=styled) for m in OURS.findall(line)} <= {
        "",
        f"https://a.example/{plain(EVIL)}",
    }


def test_plain_text_keeps_letters_and_turns_line_ends_into_spaces():
    assert plain("Grün,\tß – „ja“\n\nc\u0327 \u00a0日本") == "Grün, ß – „ja“  c\u0327  日本"
    assert plain(EVIL) == "a[31mbc1mdefghi ]8;;http://x\\j"


@given(st.text())
def test_plain_text_is_printable_and_stays_as_it_is(text):
    assert plain(text).isprintable()
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("article", "text", "in_json"),
    [
        (when(Precision.INSTANT, 2025, 6, 1, 9, 30), "1 June 2025", "2025-06-01T09:30:00+00:00"),
        (when(None, 2025, 6, 1, 9, 30), "1 June 2025", "2025-06-01T09:30:00+00:00"),
        (when(Precision.DAY, 2025, 6, 21), "21 June 2025", "2025-06-21"),
        (when(Precision.MONTH, 2025, 6, 1), "June 2025", "2025-06"),
        (when(Precision.YEAR, 2025, 1, 1), "2025", "2025"),
        (make_article(), "", None),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(article, text, in_json):
    """A month that is shown as its first day would be an invention."""
    assert (date_text(article), published_json(article)) == (text, in_json)


def test_an_article_in_json_has_all_that_is_known_of_it(tmp_path):
    article = make_article(
        "Text.",
        title="Titel",
        lead="Vorspann",
        url="https://a.example/x",
        external_id="kb-1",
        published=datetime(2025, 6, 1, tzinfo=UTC),
        precision=Precision.MONTH,
        updated=datetime(2025, 7, 1, 8, tzinfo=UTC),
        language="de",
        publisher="Küstenbote",
        agency="dpa",
        authors=("A", "B"),
        section="Politik",
        id="ab12",
        source=Source(str(tmp_path), "a.jsonl", 3),
    )
    form = article_json(article, [Dropped("navigation", "Start")])
    assert orjson.loads(orjson.dumps(form)) == {
        "schema": 1,
        "article_id": "ab12",
        "external_id": "kb-1",
        "url": "https://a.example/x",
        "title": "Titel",
        "lead": "Vorspann",
        "text": "Text.",
        "publisher": "Küstenbote",
        "published": "2025-06",
        "precision": "month",
        "updated": "2025-07-01T08:00:00+00:00",
        "language": "de",
        "section": "Politik",
        "agency": "dpa",
        "place": "",
        "authors": ["A", "B"],
        "file": str(tmp_path / "a.jsonl"),
        "record": 3,
        "dropped": [{"reason": "navigation", "text": "Start"}],
        "earlier": [],
    }


def test_an_article_on_the_terminal_is_clean(capsys):
    article = make_article(f"Eins.\n\n{EVIL}", title=EVIL, publisher="Küstenbote", section=EVIL, id="ab12")
    print_article(article, [Dropped("navigation", EVIL)], as_json=False)
    out = capsys.readouterr().out
    clean = plain(EVIL)
    assert out == f"{clean}\nKüstenbote · {clean}\nab12 · \n\nEins.\n\n{clean}\n\ndropped (navigation): {clean}\n"


@pytest.mark.parametrize(
    ("undated", "said"),
    [
        (0, ""),
        (1, "newsearch: 1 article without a date left out; --include-undated keeps them\n"),
        (1200, "newsearch: 1,200 articles without a date left out; --include-undated keeps them\n"),
    ],
)
def test_what_is_to_be_said_of_the_hits_is_on_stderr(undated, said, capsys):
    print_results(Results("q", (make_hit(),), Filter(), 1.0, "i", "m", undated), as_json=False)
    out, err = capsys.readouterr()
    assert out == "1   Ein Satz.\n    Küstenbote · “Titel” · https://a.example/\n"
    assert err == said


@pytest.mark.parametrize(("no_color", "styled"), [("", True), ("1", False)])
def test_a_terminal_gets_style_unless_it_wants_none(no_color, styled, monkeypatch):
    """https://no-color.org: set and not empty."""
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("COLUMNS", "30")
    hit = make_hit(TEXT, snippet=BEST)
    print_results(Results("q", (hit,), Filter(), 1.0, "i", "m"), as_json=False)
    assert screen.getvalue().splitlines() == hit_lines(hit, width=30, styled=styled)
    assert ("\x1b" in screen.getvalue()) is styled


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("Hafen", "no passage fits, with what the search was narrowed to"),
        (
            'Karlsruhe "630 Sitze"',
            "no passage fits, with “630 Sitze” word for word (headlines do not count), with what the search was narrowed to",
        ),
        ("Hafen -Streik", "no passage fits, without “Streik”, with what the search was narrowed to"),
    ],
)
def test_what_left_all_passages_out_is_said(query, line):
    """Any passage is near to some degree: who asked for a phrase wonders whether it was searched for at all."""
    assert nothing_line(query) == line


def test_no_hits_are_said_on_stderr(capsys):
    print_results(Results("q", (), Filter(), 1.0, "i", "m"), as_json=False)
    assert capsys.readouterr() == ("", "newsearch: no passage fits, with what the search was narrowed to\n")


def test_a_headline_has_no_phrases(capsys):
    """What is related to an article is asked for with its headline, of which no word must be there."""
    headline = "„Wir schaffen das“ -heute"
    print_results(Results(headline, (), Filter(), 1.0, "i", "m"), as_json=False)
    assert capsys.readouterr().err == "newsearch: no passage fits, with what the search was narrowed to\n"
    print_results(Results(headline, (), Filter(), 1.0, "i", "m"), as_json=False, typed=headline)
    assert "with “Wir schaffen das” word for word (headlines do not count), without “heute”" in capsys.readouterr().err
