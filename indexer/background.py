"""How near an archive comes to questions that have nothing to do with it: what a best cosine must be compared with.

The best of many cosines rises with their number, and its level is another one for each model. So each generation is asked
questions that no news archive answers, and what they found stands in its manifest.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from newsearch.indexer.embedders.base import Embedder

QUESTIONS: Final = (
    "how to replace the bottom bracket of an old racing bicycle",
    "Why does a sourdough starter smell of acetone?",
    "proof that the square root of two is irrational",
    "What is the difference between a gerund and a present participle?",
    "tuning a twelve-string guitar to open D",
    "best way to remove wallpaper paste from plaster",
    "How do I merge two sorted linked lists recursively?",
    "which stitch to use for hemming a silk scarf",
    "How many electrons fit into the d orbitals?",
    "pruning espaliered pear trees in late winter",
    "When do you use the ablative absolute in Latin?",
    "how to fold an origami crane with moving wings",
    "setting the timing of a two-stroke moped engine",
    "What does a diminished seventh chord resolve to?",
    "why does my aquarium water turn green after a week",
    "opening principles of the game of go on a small board",
    "How do you calculate the determinant of a triangular matrix?",
    "what grit of whetstone for a carbon steel kitchen knife",
    "glazing bars of sash windows repairing with epoxy",
    "How long should a hamster's claws be?",
    "regular expression that matches balanced parentheses",
    "how to tie a bowline with one hand",
    "Which fountain pen ink is waterproof?",
    "leavening gingerbread with potash",
    "Wie bringt man eine Kombucha-Kultur über den Winter?",
    "Warum ist die Null eine gerade Zahl?",
    "Klarinettenblatt schleifen und wässern",
    "Wie entkalkt man eine Siebträgermaschine mit Zitronensäure?",
    "Unterschied zwischen Präteritum und Perfekt einfach erklärt",
    "Welche Erde brauchen fleischfressende Zimmerpflanzen?",
    "Socken mit Bumerangferse stricken",
    "Wie löst man eine quadratische Gleichung mit der Mitternachtsformel?",
    "Fahrradkette richtig ölen und auf Verschleiß messen",
    "Wie groß muss ein Terrarium für Kornnattern sein?",
    "Brotteig gehen lassen Kühlschrank über Nacht",
    "Was bedeutet der Konjunktiv II in der indirekten Rede?",
    "Sauerkraut im Gärtopf ansetzen Salzmenge",
    "Wie schärft man einen Hobel?",
    "Akkordeon Balg undicht abdichten",
    "Wie viele Seiten hat ein Ikosaeder?",
    "Tomaten ausgeizen wann und wie oft",
    "Wie funktioniert der euklidische Algorithmus?",
    "Makramee Knoten für eine Blumenampel",
    "Welche Schnur für Karpfen im Stillwasser?",
    "Aquarellpapier spannen ohne Wellen",
    "Wie baut man einen Drachen aus Papier und Leisten?",
    "Vorspannung der Feder am Plattenspieler einstellen",
    "Deklination der lateinischen Adjektive auf -er",
)
"""Crafts, pets, grammar, mathematics: half in English, half in German, none of them in the judged queries."""

ROWS: Final = 16_380
"""Passages that are multiplied at a time; of every tenth, the first is the first of them."""

TENTH: Final = 10


def measure_background(vectors: NDArray[np.float16], embedder: Embedder) -> dict[str, Any]:
    """How near passages come to QUESTIONS.

    Args:
        vectors: Unit vectors of all passages, shape (n, dimension).
        embedder: That made them.

    Returns:
        ``{"passages": n, "median": …, "spread": …, "per_decade": …}``: median and standard deviation of the questions' best
        cosines, and by how much they rise, the median question's, from every tenth passage to all; empty without passages.
        Medians, since half a million passages do answer a few of the questions: that is no background.
    """
    if not len(vectors):
        return {}
    queries = embedder.embed_queries(QUESTIONS)
    best, tenth = (np.max(of, axis=0) for of in zip(*_best(queries, vectors), strict=True))
    return {
        "passages": len(vectors),
        "median": round(float(np.median(best)), 4),
        "spread": round(float(best.std()), 4),
        "per_decade": round(float(np.median(best - tenth)), 4),
    }


def _best(
    queries: NDArray[np.float32], vectors: NDArray[np.float16]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The best cosines of each query, of all *vectors* and of every tenth, some vectors at a time, each shape (n_queries,)."""
    for start in range(0, len(vectors), ROWS):
        cosines = queries @ vectors[start : start + ROWS].astype(np.float32).T
        yield cosines.max(axis=1), cosines[:, ::TENTH].max(axis=1)


def above_background(
    cosine: NDArray[np.float32], background: Mapping[str, Any], passages: float
) -> NDArray[np.float32]:
    """How far a best of *passages* cosines is above that of QUESTIONS, in their standard deviations.

    The best of n grows with log n (the normal law's extreme values: Fisher and Tippett 1928), so with fewer passages, as under
    a filter, less is asked for.

    Args:
        cosine: Cosines, of any shape.
        background: What `measure_background` gave.
        passages: Among how many they are the best.
    """
    level = background["median"] + background["per_decade"] * math.log10(max(passages, 1) / background["passages"])
    return ((cosine - np.float32(level)) / np.float32(max(background["spread"], 1e-3))).astype(np.float32)
