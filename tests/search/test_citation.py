from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from search_archive import file_source, make_article

from newsearch.corpus.article import Precision
from newsearch.search.citation import cite

TODAY = date(2026, 3, 1)
FIRST = datetime(2025, 6, 1, tzinfo=UTC)


def test_a_german_article_is_cited_in_german():
    article = make_article(
        title="Fähre bleibt im Hafen",
        publisher="Küstenbote",
        published=datetime(2024, 3, 3, 18, 15, tzinfo=UTC),
        precision=Precision.INSTANT,
        url="https://kuestenbote.example/faehre",
        language="de-AT",
        authors=("Tede Brarens", "Wiebke Onnen"),
    )
    assert cite(article, TODAY) == (
        "Tede Brarens, Wiebke Onnen: „Fähre bleibt im Hafen“, Küstenbote, 3. März 2024, https://kuestenbote.example/faehre "
        "(abgerufen am 1. März 2026)."
    )


@pytest.mark.parametrize(
    ("precision", "english", "german"),
    [
        (Precision.DAY, "1 June 2025", "1. Juni 2025"),
        (Precision.MONTH, "June 2025", "Juni 2025"),
        (Precision.YEAR, "2025", "2025"),
    ],
)
def test_the_date_is_as_exact_as_it_is_known(precision, english, german):
    article = {"publisher": "P", "published": FIRST, "precision": precision, "url": "https://a.example/"}
    assert cite(make_article(**article, language="en"), TODAY) == (
        f"“Titel”, P, {english}, https://a.example/ (accessed 1 March 2026)."
    )
    assert f", {german}, " in cite(make_article(**article, language="de"), TODAY)


def test_what_is_not_known_is_left_out_and_a_missing_date_said(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text("Ein Satz.")
    assert cite(make_article(title="", source=file_source(page)), TODAY) == f"n.d., {page}:1 (accessed 1 March 2026)."
    assert cite(make_article(title="", authors=("A",), language="de", url="https://a.example/"), TODAY) == (
        "A, o. D., https://a.example/ (abgerufen am 1. März 2026)."
    )


def test_the_commands_cite(newsearch, index):
    line = newsearch("show", "bb-1", "--index", index, "--cite").out
    assert line.startswith(
        "„Der Käse aus dem Stollen“, Bergblick, November 2024, https://bergblick.example/kaese (abgerufen am "
    )
    assert newsearch("show", "bb-1", "--index", index, "--cite", "--json").json["citation"] == line.strip()
    call = newsearch("search", "Käse aus dem Stollen", "--index", index, "--cite", "-k", 2)
    assert call.out.splitlines()[2] == f"    {line.strip()}"
    assert call.out.count("abgerufen") + call.out.count("accessed") == 2
    hits = newsearch("search", "Käse aus dem Stollen", "--index", index, "--cite", "-k", 1, "--json").json["hits"]
    assert hits[0]["citation"] == line.strip()
