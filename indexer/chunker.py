"""The chunker: clean articles into passages.

Paragraphs first: a paragraph is what its author thought belongs together. Short ones are joined with what follows (a
sub-headline with its paragraph, a quotation with the line that says whose it is), long ones split where sentences end.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from newsearch.indexer.sentences import QUOTES, sentence_spans, strip

CHUNKER_VERSION: Final = 1
"""Part of what a generation is built from: another chunker makes other passages."""

HEADING_LENGTH: Final = 90
"""Longest sub-headline, in code points; German ones run to some 70."""

_PARAGRAPH: Final = re.compile(r"\S(?:.|\n(?!\n))*")
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Chunking:
    """Lengths of passages, in code points.

    Attributes:
        target: What a passage aims at.
        limit: What no passage exceeds.
        short: A block under this length is joined with its neighbour wherever the limit lets it.
    """

    target: int = 350
    limit: int = 600
    short: int = 150


Span = tuple[int, int]
"""A passage or a part of one: ``text[start:end]``, in code points."""

WHOLE: Final = 1.3
TOGETHER: Final = 1.2
"""In targets: how long a paragraph stays whole, and how long two of them become in one passage. With TOGETHER at 1.1, 1.2 and
1.3 the judged archive queries gave MRR@10 .234, .241, .245, but at 1.3 the model question's passage swallowed its neighbour."""


def chunk(text: str, chunking: Chunking) -> list[Span]:
    """The passages of a clean text.

    Returns:
        (start, end) in code points, in order, none longer than ``chunking.limit``; together they cover everything but
        white space, and none starts or ends with white space.
    """
    blocks: list[Span] = []
    for start, end in _paragraphs(text):
        blocks.extend(_split_long(text, start, end, chunking))
    return _join_short(text, blocks, chunking)


def split_span(text: str, span: Span) -> list[Span]:
    """*span* in two, where a sentence ends nearest to its middle, else at white space, else in the middle.

    For passages that hold more pieces than an encoder reads. Spans of one code point come back whole.
    """
    start, end = span
    middle = (start + end) // 2
    ends = [b for _, b in sentence_spans(text, start, end)[:-1]] or [
        m.start() for m in _SPACE.finditer(text, start, end)
    ]
    cut = min(ends, key=lambda position: abs(position - middle), default=middle)
    return [s for s in (strip(text, start, cut), strip(text, cut, end)) if s[0] < s[1]]


def _paragraphs(text: str) -> list[Span]:
    return [strip(text, m.start(), m.end()) for m in _PARAGRAPH.finditer(text)]


def _split_long(text: str, start: int, end: int, chunking: Chunking) -> list[Span]:
    """A paragraph as it is where it is near the target, else in equal parts of whole sentences."""
    if end - start <= min(chunking.target * WHOLE, chunking.limit):
        return [(start, end)]
    units: list[Span] = []
    for a, b in sentence_spans(text, start, end):
        units.extend(_pieces_of(text, a, b, chunking.limit))
    return _pack(units, start, end, chunking)


def _pieces_of(text: str, start: int, end: int, limit: int) -> list[Span]:
    """A sentence that exceeds the limit is cut at white space, or hard where there is none."""
    out: list[Span] = []
    while end - start > limit:
        cut = max((m.start() for m in _SPACE.finditer(text, start + limit // 2, start + limit)), default=start + limit)
        out.append(strip(text, start, cut))
        start = strip(text, cut, end)[0]
    out.append((start, end))
    return out


def _pack(units: list[Span], start: int, end: int, chunking: Chunking) -> list[Span]:
    """Units in order, in as many parts of about equal length as the target asks for."""
    goal = (end - start) / max(1, math.ceil((end - start) / chunking.target - 0.3))
    out: list[Span] = []
    for a, b in units:
        if out and _belongs(out[-1], (a, b), goal, chunking.limit):
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


def _belongs(part: Span, unit: Span, goal: float, limit: int) -> bool:
    """Whether *part* comes nearer to the goal with *unit* than without."""
    without, together = part[1] - part[0], unit[1] - part[0]
    return together <= limit and abs(together - goal) <= abs(without - goal)


def _join_short(text: str, blocks: list[Span], chunking: Chunking) -> list[Span]:
    """Short blocks lead what follows them; longer neighbours become one passage where they are near the target together.

    Forward, since what is short is mostly a sub-headline, or a quotation before the line that says whose it is; but what
    stands before a sub-headline belongs to the part that ends there.
    """
    out: list[Span] = []
    held: Span | None = None
    for block in blocks:
        apart = held and (
            block[1] - held[0] > chunking.limit or (is_heading(text, block) and not is_heading(text, held))
        )
        if held and apart:
            _append(out, held, chunking.limit)
            held = None
        joined = (held[0] if held else block[0], block[1])
        if _waits(text, block, joined, chunking):
            held = joined
            continue
        _append(out, joined, 0 if held else min(chunking.target * TOGETHER, chunking.limit))
        held = None
    if held:
        _append(out, held, chunking.limit)
    return out


def is_heading(text: str, span: Span) -> bool:
    """Whether a block is a sub-headline: short, and without the full stop that ends a sentence.

    „Zeig mir, dass ein Mensch gebraucht wird“ is one, „So war es.“ is a quotation; a short question may be either, and leads
    what follows as well.
    """
    last = text[span[0] : span[1]].rstrip(QUOTES)[-1:]
    return span[1] - span[0] <= HEADING_LENGTH and last not in ".!…:;," and "\n" not in text[span[0] : span[1]]


def _waits(text: str, block: Span, joined: Span, chunking: Chunking) -> bool:
    """Whether what comes next is needed: to make up the length, or to say who speaks."""
    quotation = text[block[0]] in QUOTES and text[block[1] - 1] in QUOTES
    length = joined[1] - joined[0]
    return length < chunking.short or (quotation and length < chunking.target)


def _append(out: list[Span], span: Span, longest: float) -> None:
    """Join *span* to the last of *out* where both together are not longer than *longest*."""
    if out and span[1] - out[-1][0] <= longest:
        out[-1] = (out[-1][0], span[1])
    else:
        out.append(span)
