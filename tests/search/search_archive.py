"""A small archive of our own writing, and what the tests make of it by hand."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import orjson

from newsearch.corpus.article import Article, Source
from newsearch.search.hits import Hit

COMMAND = [sys.executable, "-c", "from newsearch.search.main import main; main()"]

PROOF = "Neue Stellen gibt es nur noch, wenn die Abteilung nachweist, dass künstliche Intelligenz die Aufgabe nicht lösen kann."
ENGINE = (
    "Bürgermeister Onno Folkerts holte am Samstag Medikamente mit dem eigenen Boot. „Das ist kein Zustand“, sagte er."
)

FERRY_DUMP = f"""Küstenbote

Startseite | Politik | Wirtschaft | Sport

Fähre bleibt im Hafen: Insulaner proben den Aufstand

3. März 2024, 18:15 Uhr · Quelle: dpa/Küstenbote
Seit neun Tagen fährt kein Schiff nach Grönoog. Jetzt sollen Fischkutter die Post bringen.

Grönoog (dpa/lno) - Wer auf die Insel will, braucht Geduld: Die einzige Fähre liegt mit Ruderschaden im Dock.

{ENGINE}

Die Reederei hofft auf ein Ersatzteil aus Turku. Bis dahin gilt der Notfahrplan.

Region / Inseln
[Küstenbote] · 03.03.2024 · 18:15 Uhr
[12 Kommentare]
Teilen Drucken WhatsApp
Suchbegriff"""

CHEESE = """
Seit Ostern reift im Stollen der Sennerei Alpstein ein Bergkäse, den es so noch nicht gab: Die Laibe liegen auf
Brettern aus Fichte, die ein Tischler im Tal eigens gehobelt hat, und werden jeden zweiten Tag mit Molke
gewaschen. Sennerin Vroni Zangerl sagt, der Käse schmecke nach Heu und ein wenig nach Haselnuss.

Der Stollen war einmal Teil eines Bergwerks. Bis 1961 holten dort achtzig Männer Blei aus dem Fels, dann lohnte
es sich nicht mehr. Die Gemeinde mauerte den Eingang zu, und nur die Fledermäuse blieben. Erst vor vier Jahren
kam jemand auf den Gedanken, dass zehn Grad und feuchte Luft genau das sind, was ein Käse zum Reifen braucht.

Verkauft wird der Bergkäse ab November auf dem Markt in Imst und im Hofladen. Ein Kilogramm soll 28 Euro kosten.
Die ersten sechzig Laibe sind vorbestellt, die meisten von Gasthäusern. Wer den Bergkäse vorher kosten will,
kann sich für eine Führung durch den Stollen anmelden, bei der am Ende ein Brett mit Käse und Brot steht.

Gewachsen ist der Betrieb langsam. Zangerl hat mit elf Kühen angefangen, heute sind es dreißig, und die Milch
von vier Nachbarn kommt dazu. Einen Kredit habe sie nie gewollt, sagt sie. Lieber sei sie jeden Morgen um vier
aufgestanden.
"""
LONG = [" ".join(paragraph.split()) for paragraph in CHEESE.split("\n\n")]
"""An article of four passages."""

SPEECH = (
    "The cheese has been maturing in our tunnel since Easter, and I would not sell it to anybody who does not come here to "
    "taste it. My grandmother washed every wheel with whey twice a week, and she said that the cellar would do the rest. "
    "We have thirty cows and no debts, and that is how it is going to stay as long as I get up at four in the morning."
)
"""A passage in English, for an article in German."""

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "kb-1",
        "title": "Kollege Computer: Reederei stellt nur noch mit Nachweis ein",
        "text": f"Die Küstenreederei hat ihre Regeln für neue Stellen geändert. {PROOF} Das steht in einem "
        "Rundschreiben an alle Abteilungen.\n\nDer Betriebsrat spricht von einem Einstellungsstopp durch die "
        "Hintertür. Ein Sprecher der Reederei widersprach: Niemand verliere seinen Platz.",
        "url": "https://kuestenbote.example/wirtschaft/kollege-computer?id=1#kommentare",
        "published": "2025-06-21T23:30:00+00:00",
        "language": "de",
        "publisher": "Küstenbote",
        "section": "Wirtschaft",
        "agency": "dpa",
        "authors": ["Tede Brarens", "Wiebke Onnen"],
    },
    {
        "id": "hg-1",
        "title": "Harbour bridge shut after cracks are found",
        "text": "The old harbour bridge was closed to all traffic on Tuesday after engineers found cracks in "
        "two of its steel hangers. Buses are sent through the tunnel.\n\nRepairs will take until autumn, the "
        "city said. A diver had noticed the cracks by chance while looking for a lost anchor.",
        "url": "https://harbour-gazette.example/city/bridge-shut",
        "published": "2025-03-04",
        "language": "en",
        "publisher": "Harbour Gazette",
        "section": "City",
        "agency": "Reuters",
    },
    {
        "id": "bb-1",
        "title": "Der Käse aus dem Stollen",
        "text": "\n\n".join(LONG),
        "url": "https://bergblick.example/kaese",
        "published": "2024-11",
        "language": "de-AT",
        "publisher": "Bergblick",
        "section": "Genuss",
    },
    {
        "id": "bb-2",
        "title": "Als der Gletscher noch bis zur Hütte reichte",
        "text": "Ein Foto von 1898 zeigt Männer mit Pickeln vor einer Wand aus Eis. Wo sie stehen, wachsen "
        "heute Lärchen. Der Gletscher hat sich um zwei Kilometer zurückgezogen.\n\nForscher aus Innsbruck "
        "messen ihn jeden September mit Stangen, die sie ins Eis bohren.",
        "url": "https://bergblick.example/gletscher",
        "published": "2021",
        "language": "de-AT",
        "publisher": "Bergblick",
        "section": "Wissen",
    },
    {
        "id": "hg-2",
        "title": "Recipe: a fish soup that waits for nobody",
        "text": "Fry the onions slowly, add saffron and the heads of three haddocks, and let it all simmer. "
        "The soup must be eaten at once, or the potatoes turn to glue. Serve it with bread that is a day old.",
        "url": "https://harbour-gazette.example/food/fish-soup",
        "language": "en",
        "publisher": "Harbour Gazette",
        "section": "Food",
    },
    {
        "id": "hg-3",
        "title": "Council votes to keep the night buses",
        "text": "Night buses will run for two more years, the council decided on Thursday by a majority of "
        "one vote. Nurses and bakers had collected nine thousand signatures.",
        "url": "https://harbour-gazette.example/city/night-buses",
        "published": "2025-03-06T20:15:00+00:00",
        "language": "en",
        "publisher": "Harbour Gazette",
        "section": "City",
    },
    {
        "id": "kb-2",
        "title": "Kegelrobbe blockiert Bäckerei",
        "text": "Eine junge Kegelrobbe hat am Sonntag den Eingang einer Bäckerei in Norddeich versperrt. Die "
        "Feuerwehr trug das Tier in einer nassen Decke zum Strand.\n\nDie Bäckerin verschenkte die Brötchen, "
        "die bis zum Mittag keiner holen konnte.",
        "url": "https://kuestenbote.example/vermischtes/kegelrobbe",
        "published": "2025-06-01",
        "language": "de",
        "publisher": "Küstenbote",
        "section": "Vermischtes",
        "agency": "dpa",
    },
    {
        "id": "kb-3",
        "title": "Deich hält: Sturmflut läuft glimpflich ab",
        "text": "Die Sturmflut in der Nacht zum Freitag hat an der Küste kaum Schaden angerichtet. Der neue "
        "Deich hielt dem Wasser stand, das 2,8 Meter über normal auflief.",
        "url": "https://kuestenbote.example/politik/deich",
        "published": "2025-01-31",
        "language": "de",
        "publisher": "Küstenbote",
        "section": "Politik",
    },
    {
        "id": "hg-4",
        "title": "Telescope spots water vapour on a distant world",
        "text": "Astronomers have found water vapour in the air of a planet that is 120 light years away. "
        "The telescope watched the planet pass in front of its star eleven times.\n\nWhether it rains there, "
        "nobody can say, the team wrote.",
        "url": "https://harbour-gazette.example/science/vapour",
        "published": "2023-12",
        "language": "en",
        "publisher": "Harbour Gazette",
        "section": "Science",
        "agency": "Reuters",
    },
    {
        "id": "kb-4",
        "title": "Schachklub sucht Keller",
        "text": "Der Schachklub Turm 07 muss aus seinem Keller ausziehen, weil das Haus verkauft wird. "
        "Gespielt wird vorerst im Wartesaal des Bahnhofs.",
        "published": "2025-02-11",
        "language": "de",
        "publisher": "Küstenbote",
        "section": "Sport",
    },
]
"""Ten records; with FERRY_DUMP eleven articles. kb-4 has no url, hg-2 no date."""


@dataclass(frozen=True)
class Call:
    """What a command did: its exit status, stdout and stderr."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return orjson.loads(self.out)


def write_lines(path, *records):
    """Records as JSON lines; bytes stay as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [record if isinstance(record, bytes) else orjson.dumps(record) for record in records]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def write_archive(folder):
    """The archive in *folder*: records and a dump."""
    write_lines(folder / "articles.jsonl", *ARTICLES)
    (folder / "dumps").mkdir()
    (folder / "dumps" / "faehre.txt").write_text(FERRY_DUMP, "utf-8")
    return folder


def make_article(text="Ein Satz.", **fields):
    """An article with only what a test is about."""
    return Article(**{"title": "Titel", "text": text, **fields})


def make_hit(text="Ein Satz.", *, snippet=None, rank=1, link="https://a.example/", article=None, start=0):
    """A hit on the passage *text*."""
    article = article or make_article(text, publisher="Küstenbote", url="https://a.example/", id="0" * 16)
    return Hit(rank, 1.5, text, article, start, start + len(text), snippet or (0, len(text)), link)


def file_source(path, record=0):
    """The place of an article in the file *path*."""
    return Source(str(path.parent), path.name, record)


def quiet(*_progress):
    """Takes progress and says nothing."""
