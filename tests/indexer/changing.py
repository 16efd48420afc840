"""An archive that changes, turn by turn, and the models of its index."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import TYPE_CHECKING, Final

from tiny_table import HARBOUR, table_of

from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.table import StaticTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from newsearch.indexer.embedders.base import Embedder


QUERIES: Final = {
    "toy": ("Kai 3 im Wind", "Boot und Schiff in Ausgabe 2", "Lotse"),
    "static": ("Gewerkschaft fordert mehr Lohn", "football champions league", "Wahl in Österreich"),
}


def silent(stage: str, done: int, total: int) -> None:
    pass


@cache
def model_of(name: str) -> tuple[Embedder, StaticTable]:
    """The toy embedder with a table of five words, or the static model with the table that ships."""
    table = table_of(HARBOUR) if name == "toy" else StaticTable.open()
    return load_embedder(name, table), table


def article(number: int, edition: int = 0) -> dict[str, str]:
    """A small article of two passages; another *edition* has other words in its middle."""
    rng = random.Random(1000 * number + edition)
    words = [*HARBOUR, "nacht", "wind", "markt", "lotse"]
    sentences = [
        f"{rng.choice(words).title()} {number} und {rng.choice(words)} am Tag {day} in Ausgabe {edition if day > 6 else 0}."
        for day in range(18)
    ]
    publisher = f"Blatt {number % 3}"
    return {"id": f"a{number}", "publisher": publisher, "title": f"Am Hafen {number}", "text": " ".join(sentences)}


def state(turn: int, size: int = 24, article: Callable[[int, int], dict[str, str]] = article) -> list[dict[str, str]]:
    """The articles in turn *turn*: of *size*, an eighth is gone, a sixth has changed, and two came new, each turn others."""
    stay = [n for n in range(size) if (n + turn) % 8]
    new = [size + 2 * turn, size + 2 * turn + 1]
    return [article(n, turn if (5 * n + turn) % 6 == 0 else 0) for n in stay] + [article(n, 0) for n in new]


def write_source(source: Path, articles: Sequence[dict[str, str]]) -> None:
    """The archive as one file, moved into place."""
    lines = "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles)
    (source.parent / "aside").write_text(lines, "utf-8")
    (source.parent / "aside").replace(source)
