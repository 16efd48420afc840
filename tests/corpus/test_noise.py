"""Single lines: what is page noise, and above all what is not."""

from __future__ import annotations

import pytest
from corpus_pages import PROSE

from newsearch.corpus.formats.lines import Reason, category, end_mark, is_prose
from newsearch.corpus.formats.noise import noise


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Quelle: Stadtarchiv", Reason.CAPTION),
        ("Quelle: Statistikamt, Tabelle 4", Reason.CAPTION),
        ("Foto: Ole Petersen/dpa", Reason.CAPTION),
        ("(Foto: Ole Petersen/dpa)", Reason.CAPTION),
        ("Foto: dpa.", Reason.CAPTION),
        ("Photo: Jane Doe / Ledger", Reason.CAPTION),
        ("Infrarotaufnahme: Werkstatt Brandt", Reason.CAPTION),
        ("Die Mühle im Nebel. (Foto: Petersen/dpa)", Reason.CAPTION),
        ("Die Mühle am Morgen. Foto: Ole Petersen/dpa", Reason.CAPTION),
        ("Symbolbild", Reason.CAPTION),
        ("© Küstenbote", Reason.CAPTION),
        ("Der Rat hat gestern […] (00)", Reason.TEASER),
        ("The council has [...] (12)", Reason.TEASER),
        ("vor 1 Stunde", Reason.TEASER_TIME),
        ("vor einem Tag", Reason.TEASER_TIME),
        ("3 days ago", Reason.TEASER_TIME),
        ("an hour ago", Reason.TEASER_TIME),
        ("[0 Kommentare]", Reason.COMMENTS),
        ("[1,204 comments]", Reason.COMMENTS),
        ("Kommentare (3)", Reason.COMMENTS),
        ("Lesen Sie auch: Das Bad bleibt zu", Reason.RELATED),
        ("Read more: Pool stays shut", Reason.RELATED),
        ("Das könnte Sie auch interessieren:", Reason.RELATED),
        ("Most read", Reason.RELATED),
        ("Startseite | Politik | Wirtschaft | Vereine", Reason.NAVIGATION),
        ("Home · News · Sports · Obituaries", Reason.NAVIGATION),
        ("Teilen Drucken Merken", Reason.SHARING),
        ("Share this article on Facebook", Reason.SHARING),
        ("Newsletter abonnieren", Reason.NEWSLETTER),
        ("Newsletter abonnieren: Der Tag im Tal, täglich um 18 Uhr", Reason.NEWSLETTER),
        ("Jetzt unseren kostenlosen Newsletter bestellen!", Reason.NEWSLETTER),
        ("Newsletter-Anmeldung", Reason.NEWSLETTER),
        ("Sign up to our morning newsletter", Reason.NEWSLETTER),
        ("Wir verwenden Cookies, um Inhalte zu personalisieren.", Reason.COOKIES),
        ("We use cookies to improve your visit.", Reason.COOKIES),
        ("Cookie-Einstellungen", Reason.COOKIES),
        ("Cookie-Einstellungen Abo kündigen AGB Impressum", Reason.COOKIES),
        ("Alle Cookies akzeptieren", Reason.COOKIES),
        ("Suchbegriff", Reason.SEARCH_BOX),
        ("- Anzeige -", Reason.ADVERTISEMENT),
        ("Lesezeit: 4 Minuten", Reason.READING_TIME),
        ("Alle Rechte vorbehalten.", Reason.COPYRIGHT),
        ("Copyright Küstenbote", Reason.COPYRIGHT),
        ("Copyright 2024 Küstenbote GmbH", Reason.COPYRIGHT),
        ("Copyright © Küstenbote", Reason.COPYRIGHT),
        ("gold, gold, geld, geld, kredit, aktien, börse, zinsen, zinsen", Reason.KEYWORDS),
    ],
)
def test_a_line_of_noise_is_known_by_itself(line, reason):
    """The first inputs' noise and its English kin."""
    assert noise(line) is reason


@pytest.mark.parametrize(
    "line",
    [
        *PROSE,
        "Quelle: Der Minister wollte sich dazu nicht äußern und verwies auf seinen Sprecher in der Landeshauptstadt.",
        "Bild: Herr Folkerts, wann fährt die Fähre wieder?",
        "Foto: Der Streit um das Bild eines Affen beschäftigt die Gerichte.",
        "Kommentare der Parteien gab es zunächst nicht",
        "Vor 46 Minuten begann die Sitzung.",
        "„Er sagte […], dass er gehe.“",
        "Er habe „nichts […] gewusst",
        "»Das ist kein Zustand«, sagte Folkerts.",
        "Bayern | Dortmund | Leipzig | Bremen",
        "Deutschland, Frankreich, Italien, Spanien, Polen, Ungarn, Malta, Zypern und Irland",
        "G Thomas; K Morgan, T Shanklin, G Henson, S Williams; S Jones, D Peel; G Jenkins, M Davies, A Jones",
        "Newsletter-Anbieter verlieren Leser, weil das Gesetz die Einwilligung verlangt und viele schweigen.",
        "Cookies backen mit Oma",
        "Newsletter-Dienst Substack sammelt 100 Millionen Dollar ein",
        "Newsletter verlieren Leser",
        "Warum so viele Deutsche Newsletter abonnieren",
        "Cookie-Banner: Einstellungen bleiben Pflicht",
        "Cookie-Hinweise nerven die meisten Nutzer",
        "Copyright-Klage gegen OpenAI: Verlage fordern Milliarden",
        "Copyright reform divides the Lords",
        "Lesezeit: Bücher für den Sommer",
        "Kommentar: Der Rat irrt",
        "Werbung im Kinderfernsehen: Minister will Verbot",
        "Lesen lernen mit acht",
        "Anzeige gegen den Bürgermeister",
        "Teilen macht reich",
        "Suche nach Vermissten geht weiter",
        "Startseite",
        "Mia Sommer",
        "2024",
    ],
)
def test_text_that_looks_like_noise_is_kept(line):
    """Losing a line of an article is worse than keeping a doubtful one."""
    assert noise(line) is None


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Finanzen / Unternehmen", ("Finanzen", "Unternehmen")),
        ("News | High School", ("News", "High School")),
        ("Sport / Fußball / 2. Liga", ()),
        ("Er ging / und kam", ()),
        ("Politik", ()),
    ],
)
def test_category_lines(line, parts):
    """The last part is the article's section."""
    assert category(line) == parts


def test_the_mark_below_an_article_names_publisher_and_date():
    """In the seed's form, in its English forms, and nothing else in brackets."""
    for line in ("[Küstenbote] · 03.03.2024 · 18:15 Uhr", "[Küstenbote] · March 3, 2024 6:15 pm"):
        found = end_mark(line)
        assert found is not None
        assert (found[0], found[1].moment.isoformat()) == ("Küstenbote", "2024-03-03T18:15:00+01:00")
    assert end_mark("[Küstenbote] · nächste Woche mehr") is None
    assert end_mark("[…] · 03.03.2024 fehlt") is None


def test_prose_is_sentences_and_not_a_headline_that_asks():
    """What is prose decides where a head ends and whether an end mark ends anything."""
    assert all(is_prose(line) for line in PROSE)
    assert not is_prose("Wer bezahlt eigentlich das neue Archiv in der alten Mühle am Rand der Stadt?")
    assert not is_prose("Kurz. Und knapp.")
