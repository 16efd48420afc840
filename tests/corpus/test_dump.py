"""Whole dumps: head, body, foot."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from corpus_pages import BARE, NOISE, PAGE, PAGE_TEXT, PROSE, SHORT
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.article import DateOrigin, Precision
from newsearch.corpus.datelines import read_dateline
from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.dump import clean_dump, name_publisher, parse_dump
from newsearch.corpus.formats.head import read_authors, read_date_line
from newsearch.corpus.formats.lines import Reason

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_page_in_the_seeds_manner_becomes_its_article():
    """Every field, from a page with noise before, within and after the article."""
    article, _ = clean_dump(PAGE)
    assert article.title == "Fähre bleibt im Hafen: Insulaner proben den Aufstand"
    assert article.text.split("\n\n") == PAGE_TEXT
    assert article.lead == PAGE_TEXT[0]
    assert (article.published, article.precision) == (datetime(2024, 3, 3, 18, 15, tzinfo=BERLIN), Precision.INSTANT)
    assert (article.publisher, article.agency, article.section) == ("Küstenbote", "dpa", "Inseln")
    assert (article.language, article.url, article.id, article.source) == ("de", "", "", None)


def test_what_was_taken_out_is_reported_with_its_reason():
    """`show` tells the user why a line of the page is not found."""
    _, dropped = clean_dump(PAGE)
    reasons = {block.text: block.reason for block in dropped}
    assert reasons["Küstenbote"] == Reason.PUBLISHER
    assert reasons["Foto: Tede Brarens/dpa"] == Reason.CAPTION
    assert reasons["Tomma Harms"] == Reason.TEASER_HEADLINE
    assert reasons["Region / Inseln"] == Reason.CATEGORY
    assert [block.text for block in dropped] == [
        line for line in PAGE.split("\n") if line and line != clean_dump(PAGE)[0].title and line not in PAGE_TEXT
    ]


def test_a_page_without_noise_keeps_everything():
    """A headline and paragraphs, no more."""
    article, dropped = clean_dump(BARE)
    assert f"{article.title}\n\n{article.text}" == BARE
    assert (article.published, article.publisher, article.language, dropped) == (None, "", "en", [])


@given(st.lists(st.sampled_from([*PROSE, *SHORT, *NOISE, "", ""]), max_size=20))
def test_every_line_is_headline_text_or_reported(lines):
    """Whatever the page: nothing disappears, and the text keeps the page's order."""
    article, dropped = clean_dump("\n".join(lines))
    parts = article.text.split("\n\n") if article.text else []
    found = [*([article.title] if article.title else []), *parts, *(block.text for block in dropped)]
    assert sorted(found) == sorted(line for line in lines if line)
    rest = iter(lines)
    assert all(part in rest for part in parts)


def test_the_clean_article_cleans_to_itself():
    """A dump of a clean article, title and text, loses nothing."""
    article, _ = clean_dump(PAGE)
    again, dropped = clean_dump(f"{article.title}\n\n{article.text}")
    assert (again.title, again.text, dropped) == (article.title, article.text, [])


@pytest.mark.parametrize(
    ("line", "published", "updated", "credit", "authors"),
    [
        ("3. März 2024, 18:15 Uhr · Quelle: Küstenbote", "2024-03-03T18:15:00+01:00", None, "Küstenbote", ()),
        ("14 March 2023, 06:30 · Source: The Gazette", "2023-03-14T06:30:00+01:00", None, "The Gazette", ()),
        ("March 14, 2023 6:30 am", "2023-03-14T06:30:00+01:00", None, "", ()),
        ("2023-03-14", "2023-03-14T00:00:00+00:00", None, "", ()),
        ("Von Erika Muster · 03.03.2024 · 18:15 Uhr", "2024-03-03T18:15:00+01:00", None, "", ("Erika Muster",)),
        ("By Jane Doe, 14 March 2023, 06:30", "2023-03-14T06:30:00+01:00", None, "", ("Jane Doe",)),
        ("Veröffentlicht am 3. März 2024 | Aktualisiert am 4.3.2024, 9:00 Uhr", "2024-03-03T00:00:00+00:00",
         "2024-03-04T09:00:00+01:00", "", ()),
        ("Erstellt: 03.03.2024, 18:15 Uhr, zuletzt aktualisiert: 04.03.2024, 09:00 Uhr", "2024-03-03T18:15:00+01:00",
         "2024-03-04T09:00:00+01:00", "", ()),
        ("03.03.2024, 18:15 Uhr, aktualisiert um 19:05 Uhr", "2024-03-03T18:15:00+01:00", "2024-03-03T19:05:00+01:00", "", ()),
        ("3. März 2024 | Stand: 04.03.2024, 09:00 Uhr", "2024-03-03T00:00:00+00:00", "2024-03-04T09:00:00+01:00", "", ()),
        ("Zürich, 3. März 2024", "2024-03-03T00:00:00+00:00", None, "", ()),
        ("Publiziert: 03.03.2024, 18.15 Uhr", "2024-03-03T18:15:00+01:00", None, "", ()),
        ("First published on Sun 3 Mar 2024 12.15 EST", "2024-03-03T12:15:00-05:00", None, "", ()),
        ("Stand: 03.03.2024, 18:15 Uhr · Lesezeit: 3 Minuten", "2024-03-03T18:15:00+01:00", None, "", ()),
    ],
)  # fmt: skip
def test_date_lines(line, published, updated, credit, authors):
    """The forms that pages use below their headline."""
    found = read_date_line(line)
    assert found is not None
    assert found.published is not None
    assert found.published.moment.isoformat() == published
    assert (found.updated.moment.isoformat() if found.updated else None) == updated
    assert (found.credit, found.authors) == (credit, authors)


@pytest.mark.parametrize(
    "line",
    ["Am 3. März 2024 begann es", "Quelle: Küstenbote", "3. März 2024 · Wie alles begann", "Region · Inseln", ""],
)
def test_a_line_that_also_says_something_else_is_no_date_line(line):
    """A line is taken out of the text only where all of it is understood."""
    assert read_date_line(line) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Von Erika Muster und Max von der Heide", ("Erika Muster", "Max von der Heide")),
        ("By Jane Doe, John Roe and Mary O'Neil", ("Jane Doe", "John Roe", "Mary O'Neil")),
        ("By Dana Whitlow, Staff Writer", ("Dana Whitlow",)),
        ("Ein Gastbeitrag von Erika Muster", ("Erika Muster",)),
        ("Von der Insel", ()),
        ("Von Erika Muster ist nichts zu hören.", ()),
    ],
)
def test_author_lines(line, names):
    """Names stand in capitals and nothing follows them."""
    assert read_authors(line) == names


@pytest.mark.parametrize(
    ("head", "title", "publisher"),
    [
        (
            "Küstenbote\n\nInsulaner proben den Aufstand im Hafen\n\n",
            "Insulaner proben den Aufstand im Hafen",
            "Küstenbote",
        ),
        ("Insulaner proben den Aufstand im Hafen\n\n", "Insulaner proben den Aufstand im Hafen", ""),
        ("Küstenbote\n\nKommentar\n\nInsulaner proben den Aufstand\n\n", "Insulaner proben den Aufstand", "Küstenbote"),
        (
            "Insulaner proben den Aufstand im Hafen\n\nDie Fähre fährt nicht\n\n",
            "Insulaner proben den Aufstand im Hafen",
            "",
        ),
        ("", "Kein Schiff wird kommen", ""),
    ],
)
def test_the_headline_above_a_date_line(head, title, publisher):
    """With and without a publisher's line, a kicker, a sub-headline; below the date line where none stands above."""
    below = "" if head else "Kein Schiff wird kommen\n\n"
    article, _ = clean_dump(f"{head}3. März 2024\n\n{below}{PROSE[0]}\n\n{PROSE[1]}")
    assert (article.title, article.publisher) == (title, publisher)
    assert article.text.endswith(f"{PROSE[0]}\n\n{PROSE[1]}")


@pytest.mark.parametrize("above", ["", "Elbkurier\n\n", "Elbkurier\n\nStartseite | Politik | Sport\n\nMedien\n\n"])
@pytest.mark.parametrize(
    "headline",
    [
        "Newsletter-Dienst Substack sammelt 100 Millionen Dollar ein",
        "Copyright-Klage gegen OpenAI: Verlage fordern Milliarden",
        "Bild: Springer streicht Stellen in der Redaktion",
        "Newsletter: Wie Substack den Verlagen die Autoren nimmt",
        "Cookie-Banner: Einstellungen bleiben Pflicht",
        "Kommentar: Der Minister irrt",
        "Anzeige gegen Minister: Staatsanwalt prüft",
        "Werbung im Kinderfernsehen: Verbot rückt näher",
        "Teilen macht reich",
        "Suche nach Vermissten geht weiter",
        "Lesen lernen mit acht",
    ],
)
def test_a_headline_that_reads_like_noise_is_the_headline(above, headline):
    """Above the date line, below publisher and navigation; and again when the clean article is cleaned."""
    page = f"{above}{headline}\n\n21. Juni 2025, 08:00 Uhr · Quelle: Elbkurier\n{PROSE[0]}\n\n{PROSE[2]}"
    article, _ = clean_dump(page)
    assert (article.title, article.lead, article.text) == (headline, PROSE[0], f"{PROSE[0]}\n\n{PROSE[2]}")
    again, dropped = clean_dump(f"{article.title}\n\n{article.text}")
    assert (again.title, again.text, dropped) == (article.title, article.text, [])


@pytest.mark.parametrize(
    "line",
    [
        "Newsletter abonnieren",
        "Lesen Sie auch: Was der Deich noch aushält",
        "Suchbegriff",
        "Wir verwenden Cookies, um Ihnen alles zu zeigen.",
        "Teilen Drucken WhatsApp",
        "Foto: Jana Berg/npa",
        "Bild: Jana Berg/npa",
        "[12 Kommentare]",
    ],
)
def test_noise_above_the_date_line_is_no_headline(line):
    """Even where no headline stands."""
    article, dropped = clean_dump(f"{line}\n\n3. März 2024\n\n{PROSE[0]}\n\n{PROSE[2]}")
    assert article.title == ""
    assert dropped[0].text == line


def test_a_caption_beside_a_headline_is_a_caption():
    """Above and below it, and above a date line that has the headline below it."""
    caption = "Bild: Blick auf den Hafen von Grönoog"
    for head in (
        f"Kein Schiff\n\n{caption}\n\n3. März 2024\n\n",
        f"{caption}\n\nKein Schiff\n\n3. März 2024\n\n",
        f"{caption}\n\n3. März 2024\n\nKein Schiff\n\n",
        f"{caption}\n\nKein Schiff\n\n",
    ):
        article, dropped = clean_dump(f"{head}{PROSE[0]}\n\n{PROSE[2]}")
        assert article.title == "Kein Schiff"
        assert caption in [block.text for block in dropped]


def test_a_sub_headline_above_the_date_line_stays_text():
    """It belongs to the article; only what stands above the headline is page."""
    article, _ = clean_dump(
        f"Insulaner proben den Aufstand im Hafen\n\nFähre fährt nicht\n\n3. März 2024\n\n{PROSE[0]}"
    )
    assert article.text == f"Fähre fährt nicht\n\n{PROSE[0]}"


def test_a_lead_between_headline_and_date_line_is_the_lead():
    """Where pages set the date below the lead."""
    article, _ = clean_dump(f"Insulaner proben den Aufstand\n\n{PROSE[0]}\n\n3. März 2024\n\n{PROSE[1]}")
    assert (article.title, article.lead) == ("Insulaner proben den Aufstand", PROSE[0])
    assert article.text == f"{PROSE[0]}\n\n{PROSE[1]}"


def test_a_date_within_the_text_stays_there():
    """A chronicle has days as sub-headlines."""
    text = f"{PROSE[0]}\n\n{PROSE[1]}\n\n3. März 2024\n\n{PROSE[2]}"
    article, dropped = clean_dump(f"Chronik eines Streits\n\n{text}")
    assert (article.text, article.published, dropped) == (text, None, [])


def test_without_a_date_line_the_mark_below_tells_the_date():
    """Some pages have it only there."""
    page = f"Kein Schiff\n\n{PROSE[0]}\n\n{PROSE[1]}\n\nRegion / Inseln\n[Küstenbote] · 03.03.2024\n[2 Kommentare]"
    article, _ = clean_dump(page)
    assert (article.published, article.publisher) == (datetime(2024, 3, 3, tzinfo=ZoneInfo("UTC")), "Küstenbote")


def test_a_repeated_headline_is_one():
    """Pages with a breadcrumb repeat it."""
    article, _ = clean_dump(f"Kein Schiff\n\n3. März 2024\n\nKein Schiff\n\n{PROSE[0]}")
    assert (article.title, article.text) == ("Kein Schiff", PROSE[0])


@pytest.mark.parametrize(
    ("credit", "first", "mark", "publisher", "agency"),
    [
        ("InselWoche", "Inselwoche", "InselWoche", "InselWoche", ""),
        ("InselWoche", "Inselwoche", "", "InselWoche", ""),
        ("dpa/Küstenbote", "Küstenbote", "", "Küstenbote", "dpa"),
        ("dpa", "Küstenbote", "", "Küstenbote", "dpa"),
        ("dpa", "", "Küstenbote", "Küstenbote", "dpa"),
        ("", "Küstenbote", "", "Küstenbote", ""),
        ("", "", "", "", ""),
    ],
)
def test_the_publisher_is_no_agency(credit, first, mark, publisher, agency):
    """A filter on the paper finds what it took from the wire."""
    assert name_publisher(credit, first, mark) == (publisher, agency)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Berlin (dpa) - Der Rat tagt.", "dpa"),
        ("Hamburg/Kiel (dpa/lno) – Der Rat tagt.", "dpa"),
        ("LONDON (Reuters) - The council meets.", "Reuters"),
        ("(BANG) - Sie singt.", "BANG"),
        ("Der Rat (Vorsitz: Meier) - er tagt.", ""),
        ("Die Partei (CDU) tagt.", ""),
    ],
)
def test_datelines_name_the_agency(line, agency):
    """And stay in the text."""
    assert read_dateline([line]).agency == agency


@pytest.mark.parametrize(
    ("raw", "reason", "match"),
    [
        (b" \n ", "empty file", "It holds nothing"),
        (b"GIF89a\x00\x01", "binary file", r"NUL bytes.*text dumps of news pages \(\.txt"),
        (
            b"Nur eine Zeile",
            "no article",
            r"Found a headline \('Nur eine Zeile'\); an article has .*Leave the file out",
        ),
        (b"Suchbegriff\n\nTeilen Drucken", "no article", "neither headline nor paragraph and 2 lines of page noise"),
    ],
)
def test_a_file_without_an_article_says_what_it_has(raw, reason, match):
    """What was found, what was wanted, what to do."""
    with pytest.raises(RejectedError, match=match) as caught:
        parse_dump(raw)
    assert caught.value.reason == reason


def test_a_page_in_windows_1252_with_a_broken_byte_is_read_and_noted():
    """The article is kept; the report has a note."""
    parsed = parse_dump(PAGE.replace("Turku", "Tur\x81ku").encode("cp1252", "ignore").replace(b"Turku", b"Tur\x81ku"))
    assert "Turku" in parsed.article.text
    assert parsed.dropped[0].reason == "bytes that are no characters"
    assert parsed.dropped[0].text == "1 bytes, read as windows-1252"


def test_dates_say_where_they_were_found_and_whether_they_lie_ahead():
    """A date line is what its reader sees; an embargo or a slip of the pen is flagged."""
    page = f"Kein Schiff\n\n3. März 2034\n\nAktualisiert am 4. März 2034\n\n{PROSE[0]}"
    article, _ = clean_dump(page, datetime(2026, 11, 28, tzinfo=BERLIN))
    assert (article.date_origin, article.date_ahead) == (DateOrigin.DATELINE, True)
    assert article.updated == datetime(2034, 3, 4, tzinfo=UTC)
    assert not clean_dump(page)[0].date_ahead
    assert clean_dump(BARE)[0].date_confidence is None
