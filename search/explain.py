"""Why a hit is where it is: what each leg gave, and which words met which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsearch.search.meetings import Meeting


@dataclass(frozen=True, slots=True)
class Explanation:
    """What each leg gave for a hit.

    Attributes:
        dense: Cosine of the query's and the passage's vector, in [-1, 1].
        term: Score of the term leg, in [0, 1].
        dense_share: Weight of the dense leg; the term leg has the rest.
        words: Which word of the query met which of the passage, the weightiest first.
    """

    dense: float
    term: float
    dense_share: float
    words: tuple[Meeting, ...]


def explanation_json(explanation: Explanation, text: str) -> dict[str, Any]:
    """*explanation* of a hit on the passage *text* in the form of ``--json``; offsets are in code points of the passage."""
    return {
        "dense": round(explanation.dense, 4),
        "term": round(explanation.term, 4),
        "dense_share": round(explanation.dense_share, 4),
        "words": [
            {
                "query": word.query,
                "weight": round(word.weight, 4),
                "passage": text[word.start : word.end],
                "start": word.start,
                "end": word.end,
                "similarity": round(word.similarity, 4),
            }
            for word in explanation.words
        ],
    }


def explanation_lines(explanation: Explanation, score: float, text: str) -> list[str]:
    """*explanation* of a hit on *text* for people: the sum, and the words with their weight and how well they met."""
    share = explanation.dense_share
    words = (f"{w.query} → {text[w.start : w.end]} ({w.weight:.2f} × {w.similarity:.2f})" for w in explanation.words)
    return [
        f"score {score:.3f} = dense {explanation.dense:.3f} × {share:.2f} + term {explanation.term:.3f} × {1 - share:.2f}",
        " · ".join(words) or "no word met another",
    ]
