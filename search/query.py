"""What a person types: words to search for, quoted phrases that must be there, words that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PART: Final = re.compile(
    r"""(?<!\S)(?P<minus>-?)                  # at the beginning, or after white space
        (?:"(?P<plain>[^"]*)" | [“„](?P<curly>[^“”„]*)[“”])(?!\w)
      | (?<!\S)-(?P<word>[^\W\d_][\w-]*)""",
    re.VERBOSE,
)
"""-5 is a temperature, COVID-19 and "Berlin - Paris" have no excluded word: one begins with a letter, right after the minus."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, taken apart.

    Attributes:
        text: What is searched for: everything but what is excluded, without the quotation marks of phrases.
        phrases: What a passage must have word for word.
        excluded: Words and phrases that it must not have.
    """

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def as_text(typed: str) -> str:
    """What was *typed* with a question mark for each byte from the command line that is no character."""
    return typed.encode("utf-8", "replace").decode()


def parse(typed: str) -> Query:
    """Take a query apart: ``"…"`` is a phrase, also with typographic marks, ``-word`` and ``-"…"`` are excluded.

    Everything else is text: a quotation mark without its other half, a minus before a number or between words. So no query is
    wrong; one may be left without text.
    """
    phrases: list[str] = []
    excluded: list[str] = []

    def take(part: re.Match[str]) -> str:
        quoted = part["plain"] if part["plain"] is not None else part["curly"]
        words = " ".join((part["word"] or quoted or "").split())
        out = excluded if part["word"] or part["minus"] else phrases
        if any(c.isalnum() for c in words):
            out.append(words)
        return words if out is phrases else ""

    text = " ".join(_PART.sub(take, typed).split())
    return Query(text, tuple(phrases), tuple(excluded))
