"""Why a hit is where it is: what each leg gave, and which words met which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.search.meetings import Meeting

LEAST: Final = 5e-4
"""Difference of two scores that three digits show."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What each leg gave for a hit.

    Attributes:
        dense: Cosine of the query's and the passage's vector, in [-1, 1].
        term: Score of the term leg, in [0, 1].
        dense_share: Weight of the dense leg; the term leg has the rest.
        words: Which word of the query met which of the passage, the weightiest first.
        headline: The same for those that met one of the article's headline better: each passage is indexed below it.
    """

    dense: float
    term: float
    dense_share: float
    words: tuple[Meeting, ...]
    headline: tuple[Meeting, ...] = ()


def explanation_json(explanation: Explanation, text: str, title: str) -> dict[str, Any]:
    """*explanation* of a hit on *text* below *title* in the form of ``--json``; offsets are in code points of either."""
    return {
        "dense": round(explanation.dense, 4),
        "term": round(explanation.term, 4),
        "dense_share": round(explanation.dense_share, 4),
        "words": [_meeting_json(word, "passage", text) for word in explanation.words],
        "headline": [_meeting_json(word, "headline", title) for word in explanation.headline],
    }


def _meeting_json(word: Meeting, where: str, text: str) -> dict[str, Any]:
    return {
        "query": word.query,
        "weight": round(word.weight, 4),
        where: text[word.start : word.end],
        "start": word.start,
        "end": word.end,
        "similarity": round(word.similarity, 4),
    }


def explanation_lines(explanation: Explanation, score: float, text: str, title: str) -> list[str]:
    """*explanation* of a hit on *text* below *title* for people: the sum, the words, their weight and how well they met.

    The hit's score is said where it is another than the sum, since more than the passage itself counts.
    """
    share = explanation.dense_share
    fused = explanation.dense * share + explanation.term * (1 - share)
    legs = f"dense {explanation.dense:.3f} × {share:.2f} + term {explanation.term:.3f} × {1 - share:.2f} = {fused:.3f}"
    other = "" if abs(fused - score) < LEAST else f"; score {score:.3f}"
    met = [(_met(explanation.words, text), ""), (_met(explanation.headline, title), "in the headline: ")]
    return [legs + other, *([where + words for words, where in met if words] or ["no word met another"])]


def _met(words: Sequence[Meeting], text: str) -> str:
    return " · ".join(f"{w.query} → {text[w.start : w.end]} ({w.weight:.2f} × {w.similarity:.2f})" for w in words)


def beyond(headline: Sequence[Meeting], words: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """Those of *headline* that met their word of the query better than *words* of the passage did."""
    met = {word.query: word.similarity for word in words}
    return tuple(word for word in headline if word.similarity > met.get(word.query, 0.0))
