"""Archives of any size from real text: the evaluation's articles, then articles put together from the training sentences."""

from __future__ import annotations

import json
import lzma
import random
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Final

from benchmarks.common import shared

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST: Final = 40
"""Characters of the shortest sentence: shorter ones are headlines and menu items."""

SENTENCES: Final = 24
"""Of an article; with PARAGRAPH of them a paragraph that makes about seven passages, as news articles have."""

PARAGRAPH: Final = 4
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


def made_articles() -> Iterator[str]:
    """Articles of SENTENCES sentences that follow each other in the file, dated and published at random (seed 0).

    Two German ones and an English one in turn, for as long as there are both.
    """
    rng = random.Random(0)
    sides = {language: sentences(language) for language in ("de", "en")}
    for number in count():
        language = ("de", "en", "de")[number % 3]
        lines = list(islice(sides[language], SENTENCES)) or list(islice(sides["en"], SENTENCES))
        if not lines:
            return
        paragraphs = [" ".join(lines[i : i + PARAGRAPH]) for i in range(0, len(lines), PARAGRAPH)]
        article = {
            "id": f"made-{number}",
            "publisher": f"Blatt {rng.randrange(PUBLISHERS)}",
            "language": language,
            "title": lines[0][:80],
            "published": f"20{rng.randrange(10, 26)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            "text": "\n\n".join(paragraphs),
        }
        yield json.dumps(article, ensure_ascii=False)


def archive_of(articles: int) -> list[str]:
    """*articles* articles as JSON lines, fewer where there is no more text."""
    return list(islice(chain(real_articles(), made_articles()), articles))
