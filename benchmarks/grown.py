"""Archives of up to a million passages of real text.

First the evaluation's articles, then articles put together from the training sentences, then from the first passages of the
pages whose titles are there for training.
"""

from __future__ import annotations

import json
import lzma
import random
from itertools import chain, cycle, islice
from typing import TYPE_CHECKING, Final

from benchmarks.common import shared

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST: Final = 40
"""Characters of the shortest sentence: shorter ones are headlines and menu items."""

SENTENCES: Final = 24
"""Of an article; with PARAGRAPH of them a paragraph that makes about seven passages, as news articles have."""

PARAGRAPH: Final = 4
PARAGRAPHS: Final = 8
"""Of an article that is put together from first passages."""

PUBLISHERS: Final = 40


def real_articles() -> Iterator[str]:
    """The 4,773 articles of the evaluation, one JSON line each."""
    with lzma.open(shared("eval/articles.jsonl.xz"), "rt", encoding="utf-8") as file:
        yield from (line.rstrip("\n") for line in file)


def sentences(language: str) -> Iterator[str]:
    """The general and documentation sentences of *language*, ``de`` or ``en``, in the order of the training file."""
    with lzma.open(shared("training/pairs.tsv.xz"), "rt", encoding="utf-8") as file:
        for line in file:
            domain, english, *german = line.rstrip("\n").split("\t")
            if domain != "lex":
                yield from (s for s in ([english] if language == "en" else german) if len(s) >= SHORTEST)


def first_passages() -> Iterator[str]:
    """The first German passage of each page that has a title for training, in the order of the file."""
    with lzma.open(shared("training/titles.tsv.xz"), "rt", encoding="utf-8") as file:
        yield from (line.rstrip("\n").split("\t", 1)[1] for line in file)


def made_articles() -> Iterator[str]:
    """Articles of sentences, then of first passages, dated and published at random (seed 0)."""
    rng = random.Random(0)
    for number, (language, paragraphs) in enumerate(chain(sentence_articles(), page_articles())):
        article = {
            "id": f"made-{number}",
            "publisher": f"Blatt {rng.randrange(PUBLISHERS)}",
            "language": language,
            "title": paragraphs[0][:80],
            "published": f"20{rng.randrange(10, 26)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            "text": "\n\n".join(paragraphs),
        }
        yield json.dumps(article, ensure_ascii=False)


def sentence_articles() -> Iterator[tuple[str, list[str]]]:
    """Language and paragraphs of articles of SENTENCES sentences that follow each other in the file.

    Two German ones and an English one in turn, for as long as there are both.
    """
    sides = {language: sentences(language) for language in ("de", "en")}
    for language in cycle(("de", "en", "de")):
        lines = list(islice(sides[language], SENTENCES)) or list(islice(sides["en"], SENTENCES))
        if not lines:
            return
        yield language, [" ".join(lines[i : i + PARAGRAPH]) for i in range(0, len(lines), PARAGRAPH)]


def page_articles() -> Iterator[tuple[str, list[str]]]:
    """Language and paragraphs of articles of PARAGRAPHS first passages."""
    pages = first_passages()
    while paragraphs := list(islice(pages, PARAGRAPHS)):
        yield "de", paragraphs


def all_articles() -> Iterator[str]:
    """Every article there is text for, as JSON lines: the real ones first."""
    return chain(real_articles(), made_articles())
