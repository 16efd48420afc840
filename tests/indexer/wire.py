"""Reports of our own writing: one of an agency as several papers print it, and a template that is filled in anew each day."""

from __future__ import annotations

import random
from typing import Final

_PRINTED: Final = """
Grönoog (dpa) - Die Fähre „Möwe III“ liegt seit neun Tagen mit einem Schaden am Ruder im Hafen von Norddeich. Die
Reederei hofft auf ein Ersatzteil aus dem finnischen Turku, das am 14. März eintreffen soll.

Bis dahin bringen zwei Fischkutter die Post und Lebensmittel auf die Insel. Wer zum Arzt muss, wird von der
Seenotrettung geholt. „Wir leben hier gerade wie 1950“, sagte Bürgermeister Onno Folkerts am Montag dem Inselrat.

Der Landkreis prüft, ob er die Kosten übernimmt. Nach Angaben eines Sprechers geht es um 48.000 Euro in der Woche. Die
Opposition im Kreistag wirft der Verwaltung vor, das Schiff zu spät in die Werft geschickt zu haben.

Schon im Winter war die Verbindung nach Grönoog zweimal ausgefallen, damals wegen Eis. Die 310 Bewohner fordern seit
Jahren ein zweites Schiff, das auch bei niedrigem Wasser fahren kann. Ein Gutachten soll im Herbst vorliegen.

In den Gasthäusern der Insel sind unterdessen die Kartoffeln knapp geworden. Eine Wirtin berichtet, sie habe die Karte
auf drei Gerichte gekürzt, und keines davon brauche Sahne. Die Gäste nähmen es mit Humor.
"""

PARAGRAPHS: Final = [" ".join(paragraph.split()) for paragraph in _PRINTED.split("\n\n")]

REPORT: Final = "\n\n".join(PARAGRAPHS)
"""177 words."""

SHORTENED: Final = "\n\n".join(PARAGRAPHS[:3])
"""The first 109 words of REPORT."""

RESTYLED: Final = REPORT.replace("„", '"').replace("“", '"').replace("Grönoog (dpa) - Die", "Die").replace("\n\n", "\n")
"""REPORT as a paper without the agency's line and with other quotation marks has it."""

UPDATED: Final = (
    REPORT.replace("neun Tagen", "zehn Tagen").replace("am Montag", "am Dienstag")
    + "\n\n"
    + (
        "Am Dienstagabend teilte die Werft mit, dass das Ruder nicht mehr zu retten sei und ein neues gegossen werden müsse."
    )
)

OTHER: Final = (
    "Die Kegelrobbe, die am Sonntag den Eingang einer Bäckerei in Norddeich versperrt hatte, ist wieder im Meer. Helfer der "
    "Station brachten das Tier in der Nacht an den Strand. Die Bäckerin hat die Brötchen vom Sonntag verschenkt und will "
    "künftig ein Brett vor die Tür stellen. Fachleute raten, Abstand zu halten und keinen Fisch zu werfen, auch wenn die "
    "Tiere noch so hungrig aussehen. Im vergangenen Jahr wurden an der Küste 37 junge Robben gefunden."
)

_SKIES: Final = ("heiter", "wolkig", "bedeckt", "regnerisch")
_WINDS: Final = ("Nord", "Ost", "Süd", "West")


def weather(day: int) -> str:
    """The weather report of a day: 107 words, twelve of them the day's own."""
    rng = random.Random(day)
    number = rng.randint
    return (
        f"Das Wetter an der Küste am {number(1, 28)}. {rng.choice(('Mai', 'Juni', 'Juli'))}: Am Vormittag ist es "
        f"{rng.choice(_SKIES)} bei {number(5, 25)} Grad. Der Wind weht mit {number(3, 60)} Kilometern in der Stunde aus "
        f"{rng.choice(_WINDS)}. Am Nachmittag steigen die Werte auf bis zu {number(10, 33)} Grad, die Wahrscheinlichkeit für "
        f"Regen liegt bei {number(0, 100)} Prozent. In der Nacht kühlt es ab auf {number(0, 15)} Grad. In den Tagen danach "
        f"bleibt es bei Höchstwerten um {number(8, 30)} Grad. Der Wetterdienst weist darauf hin, dass die Vorhersage aus den "
        "Messwerten der Stationen von selbst erstellt wird und dass sich die Lage kurzfristig ändern kann. Warnungen "
        "stehen jederzeit auf der Seite des Dienstes, wo auch die Wasserstände der Häfen zu finden sind."
    )
