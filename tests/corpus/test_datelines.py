"""Datelines and credits name place and agency."""

from __future__ import annotations

import pytest
from corpus_pages import PROSE

from newsearch.corpus.datelines import Dateline, read_dateline
from newsearch.corpus.formats.dump import clean_dump
from newsearch.corpus.formats.html import parse_html


@pytest.mark.parametrize(
    ("line", "place", "agency"),
    [
        ("Berlin (dpa) - Der Rat tagt.", "Berlin", "dpa"),
        ("BERLIN, 3. Juni (Reuters) - Der Rat tagt.", "Berlin", "Reuters"),
        ("KATHMANDU, April 25 (Reuters) - The council meets.", "Kathmandu", "Reuters"),
        ("(Reuters) - The council meets.", "", "Reuters"),
        ("(sda) Der Rat tagt.", "", "sda"),
        ("Wien (APA) – Der Rat tagt.", "Wien", "APA"),
        ("Wien (APA/dpa) – Der Rat tagt.", "Wien", "APA"),
        ("LONDON (AP) — The council meets.", "London", "AP"),
        ("AUSTIN, Texas (AP) — The council meets.", "Austin", "AP"),
        ("BEIRUT/THE HAGUE, March 7 (Reuters) - The council meets.", "Beirut/The Hague", "Reuters"),
        ("Hamburg/Kiel (dpa/lno) - Der Rat tagt.", "Hamburg/Kiel", "dpa"),
        ("FRANKFURT AM MAIN (epd). Der Rat tagt.", "Frankfurt am Main", "epd"),
        ("St. Gallen (awp/sda) - Der Rat tagt.", "St. Gallen", "awp"),
        ("NEW YORK (dpa-AFX) - Der Rat tagt.", "New York", "dpa-AFX"),
    ],
)
def test_datelines(line, place, agency):
    """German, Austrian, Swiss and English ones, with a date or two agencies, with any dash."""
    assert read_dateline([PROSE[0], line, PROSE[1]]) == Dateline(place, agency)


@pytest.mark.parametrize(
    "credit", ["(dpa)", "(APA, 11.9.2015)", "(APA; 15.8.2015)", "(Mit Material von dpa)", "(red, dpa)"]
)
def test_a_credit_at_the_end_names_the_agency(credit):
    """Austrian papers print it there; it tells no place."""
    assert read_dateline([PROSE[0], f"{PROSE[1]} {credit}"]) == Dateline(
        "", credit.strip("()").split()[-1] if "dpa" in credit else "APA"
    )


@pytest.mark.parametrize(
    "line",
    [
        "Olaf Scholz (SPD) - der Kanzler - schwieg.",
        "Der Rat (Vorsitz: Meier) - er tagt.",
        "Die Agentur Reuters (Reuters) Das sagte sie.",
        "Der Spieler (verletzt) - er fehlt.",
        "Das teilte die Agentur mit (dpa) - und schwieg.",
        "Wie die Associated Press (AP).",
        "Referee: P O'Brien (New Zealand)",
    ],
)
def test_what_else_stands_in_brackets_is_no_agency(line):
    """Parties, nationalities, and agencies that are spoken of."""
    assert read_dateline([line]) == Dateline()


def test_every_reader_names_place_and_agency_and_leaves_the_text_as_printed():
    """A quotation of the passage begins with the dateline; JSON records are tested with their other fields."""
    text = f"Grönoog (dpa/lno) - {PROSE[0]}"
    dump, _ = clean_dump(f"Kein Schiff\n\n{text}\n\n{PROSE[1]}")
    page = parse_html(f"<html><body><article><p>{text}</p><p>{PROSE[1]}</p></article></body></html>".encode()).article
    for article in (dump, page):
        assert (article.place, article.agency) == ("Grönoog", "dpa")
        assert article.text == f"{text}\n\n{PROSE[1]}"
