"""Near-duplicates: how long 120,000 articles take to be signed and grouped, and how many of the pairs that are there are found.

    python -m benchmarks.duplicates             # a minute and a half, some 600 MB
    python -m benchmarks.duplicates 20000

The baseline of signing is datasketch with as many slots, given the same shingles as numbers. The pairs are those of the
evaluation's 4,773 articles, against the exact share of shingles in common.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from benchmarks.common import show
from benchmarks.grown import all_articles, real_articles
from newsearch.indexer.contents import SIGNED
from newsearch.indexer.duplicates import LEAST, LEAST_OF_SHORT, LEAST_OF_SHORTER, SHORT, stories_of
from newsearch.indexer.signatures import SHINGLE, SLOTS, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

ARTICLES = 120_000
TEMPLATES = 6_000
CHANGED = 100
"""Every such article is another one in a rebuild."""

SAMPLE = 500
"""Articles that datasketch signs."""

Answer = TypeVar("Answer")

WORD = re.compile(r"[^\W_]+")


def main() -> None:
    """Measure, and print."""
    count = int(sys.argv[1]) if sys.argv[1:] else ARTICLES
    texts = [json.loads(line)["text"] for line in islice(all_articles(), count)]
    before = peak_mb()
    signatures, signing = timed(lambda: signed(texts))
    stories, grouping = timed(lambda: stories_of(signatures))
    used = peak_mb() - before
    few = texts[::CHANGED]
    _, again = timed(lambda: (signed(few), stories_of(signatures)))
    hashes = [np.array([hash(s) & 0xFFFFFFFF for s in shingles(text)], np.uint64) for text in texts[:SAMPLE]]
    _, baseline = timed(lambda: by_datasketch(hashes))
    reports = signed([template(number) for number in range(TEMPLATES)])
    sizes, templates = timed(lambda: Counter(stories_of(reports).tolist()))
    show(
        {
            "articles": len(texts),
            "signing, CPU s": round(signing, 2),
            "articles signed/s": round(len(texts) / signing),
            "articles signed/s by datasketch, from hashed shingles": round(SAMPLE / baseline),
            "grouping, CPU s": round(grouping, 2),
            "both with 1% changed, CPU s": round(again, 2),
            "bytes an article": signatures.itemsize,
            "memory of both beside the texts, MB": round(used),
            "stories": len(np.unique(stories)),
            f"{TEMPLATES:,} reports of one template, grouping, CPU s": round(templates, 2),
            "their largest story": max(sizes.values()),
            **pairs_found(),
        }
    )


def signed(texts: Sequence[str]) -> NDArray[Any]:
    """Their signatures, made in batches as a build does."""
    return np.concatenate([sign(texts[n : n + SIGNED]) for n in range(0, len(texts), SIGNED)])


def timed(run: Callable[[], Answer]) -> tuple[Answer, float]:
    """What *run* gives, and the seconds of CPU that it took."""
    began = time.process_time()
    return run(), time.process_time() - began


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def by_datasketch(articles: Sequence[NDArray[np.uint64]]) -> None:
    """Sign articles, each a set of hashed shingles, with datasketch."""
    from datasketch import MinHash

    for hashes in articles:
        MinHash(SLOTS, hashfunc=int).update_batch(hashes)


def shingles(text: str) -> set[tuple[str, ...]]:
    """Each word with those behind it, SHINGLE of them or as many as there are."""
    words = WORD.findall(text.lower())
    return {tuple(words[n : n + SHINGLE]) for n in range(len(words))}


def template(number: int) -> str:
    """A stock market report of a day: a hundred words, of them eight numbers that are its own."""
    value = random.Random(number).randint
    return (
        f"Der Deutsche Aktienindex hat am Dienstag {value(1, 99) / 10} Prozent gewonnen und den Handel mit "
        f"{value(9000, 19000)} Punkten beendet. Der Index der mittelgroßen Werte stieg auf {value(20000, 29000)} Zähler. "
        f"Der Euro kostete am Abend {value(100, 130) / 100} Dollar, ein Fass der Nordseesorte {value(40, 90)} Dollar. An der "
        f"Spitze standen Aktien der Autobauer mit einem Plus von {value(1, 99) / 10} Prozent, am Ende die der Versorger mit "
        f"einem Minus von {value(1, 99) / 10} Prozent. Die Umlaufrendite lag bei {value(0, 300) / 100} Prozent. Händler "
        "verwiesen auf die Vorgaben aus Übersee und auf die Sitzung der Notenbank, von der sich der Markt Hinweise auf den "
        "weiteren Weg der Zinsen verspricht. Der Umsatz blieb unter dem Durchschnitt der vergangenen Wochen."
    )


def pairs_found() -> dict[str, object]:
    """How the stories of the evaluation's articles compare with the exact shares of shingles in common."""
    texts = [json.loads(line)["text"] for line in real_articles()]
    stories, sets = stories_of(signed(texts)), [shingles(text) for text in texts]
    having: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, own in enumerate(sets):
        for shingle in own:
            having[shingle].append(number)
    common = Counter(pair for numbers in having.values() for pair in combinations(numbers, 2))
    wanted = [(a, b) for (a, b), n in common.items() if is_alike(n, len(sets[a]), len(sets[b]))]
    told = {(a, b) for rows in members(stories) for a, b in combinations(rows, 2)}
    return {
        "real pairs that are alike by exact shares": len(wanted),
        "of them in one story": len(told.intersection(wanted)),
        "pairs in one story": len(told),
    }


def is_alike(common: int, one: int, other: int) -> bool:
    """Whether articles of *one* and *other* shingles with so many in common are alike; without a look at their figures."""
    if min(one, other) < SHORT:
        return common / (one + other - common) >= LEAST_OF_SHORT
    return common / (one + other - common) >= LEAST and common / min(one, other) >= LEAST_OF_SHORTER


def members(stories: NDArray[np.int32]) -> list[list[int]]:
    """The articles of each story."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for row, story in enumerate(stories.tolist()):
        rows[story].append(row)
    return list(rows.values())


if __name__ == "__main__":
    main()
