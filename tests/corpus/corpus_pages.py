"""Pages of our own writing, and lines to make others of."""

from __future__ import annotations

PAGE = """Küstenbote

Startseite | Politik | Wirtschaft | Sport

Fähre bleibt im Hafen: Insulaner proben den Aufstand

3. März 2024, 18:15 Uhr · Quelle: dpa/Küstenbote
Seit neun Tagen fährt kein Schiff nach Grönoog. Jetzt sollen Fischkutter die Post bringen.

Grönoog (dpa/lno) - Wer auf die Insel will, braucht Geduld: Die einzige Fähre liegt mit Ruderschaden im Dock.

Foto: Tede Brarens/dpa

Der Bürgermeister rudert selbst

Bürgermeister Onno Folkerts holte am Samstag Medikamente mit dem eigenen Boot. „Das ist kein Zustand“, sagte er.

Lesen Sie auch: Was der Deich noch aushält

Die Reederei hofft auf ein Ersatzteil aus Turku. Bis dahin gilt der Notfahrplan.

Region / Inseln
[Küstenbote] · 03.03.2024 · 18:15 Uhr
[12 Kommentare]
Teilen Drucken WhatsApp
Kegelrobbe blockiert Bäckerei
Das Tier hatte es sich vor dem Ofen bequem gemacht, bis die Feuerwehr […] (00)
vor 46 Minuten
Tomma Harms
Die Sängerin sagt, ihr neues Album sei am Strand […] (00)
vor 2 Stunden
Insel, Insel, Urlaub, Ferienwohnung, Ferienwohnung, Fähre, Fähre buchen, Strandkorb, Nordsee
Newsletter abonnieren
Suchbegriff"""

PAGE_TEXT = [
    "Seit neun Tagen fährt kein Schiff nach Grönoog. Jetzt sollen Fischkutter die Post bringen.",
    "Grönoog (dpa/lno) - Wer auf die Insel will, braucht Geduld: Die einzige Fähre liegt mit Ruderschaden im Dock.",
    "Der Bürgermeister rudert selbst",
    "Bürgermeister Onno Folkerts holte am Samstag Medikamente mit dem eigenen Boot. „Das ist kein Zustand“, sagte er.",
    "Die Reederei hofft auf ein Ersatzteil aus Turku. Bis dahin gilt der Notfahrplan.",
]

BARE = """Ferry stays in port as islanders revolt

The only ferry to the island has been in dry dock for nine days, and nobody can say when it will be back.

What the shipping company says

A spare part is on its way from Finland. Until it arrives, fishing boats will carry the mail and the medicine."""

PROSE = [
    "Der Gemeinderat hat am Dienstag beschlossen, die alte Mühle zu kaufen und dort ein Archiv einzurichten.",
    "The council voted on Tuesday to buy the old mill and to house the town's archive in it from next spring.",
    "„Wir haben lange darüber gestritten“, sagte die Vorsitzende nach der Sitzung. „Jetzt wird gebaut.“",
    "Kritiker nennen den Plan teuer. Sie verweisen auf leere Kassen und auf das Hallenbad, das seit Jahren zu ist.",
]
SHORT = ["Streit um das Hallenbad", "What comes next", "Die Mühle", "Wer bezahlt das alles?", "Mia Sommer", "Ja.", "…"]
NOISE = [
    "Quelle: Stadtarchiv",
    "Foto: Ole Petersen/dpa",
    "© Küstenbote 2024",
    "Symbolbild: Mühle im Nebel",
    "[0 Kommentare]",
    "vor 46 Minuten",
    "2 hours ago",
    "Ein Teaser, der mitten im Satz […] (00)",
    "Finanzen / Unternehmen",
    "[Küstenbote] · 03.03.2024 · 18:15 Uhr",
    "Startseite | Politik | Sport",
    "Teilen Facebook WhatsApp",
    "Lesen Sie auch: Das Hallenbad",
    "Das könnte Sie auch interessieren",
    "Newsletter abonnieren",
    "Wir verwenden Cookies, um Ihnen alles zu zeigen.",
    "mühle, mühle, geld, geld, kredit, kredit, bad, bad, strom",
    "Suchbegriff",
    "Jahr | Besucher | Kosten",
    "2023 | 12.400 | 51.000",
    "E-Mail-Adresse",
    "Jetzt anmelden",
    "Über die Autorin",
    "Merken",
    "Teilen",
    "- Das Hallenbad bleibt zu",
    "Weiterlesen mit K+",
    "Seite 1 von 2",
    "3. März 2024, 18:15 Uhr · Quelle: Küstenbote",
    "Von Onno Folkerts",
    "Küstenbote",
]
