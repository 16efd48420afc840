"""Where German and English sentences end.

Rules rather than a library: the splitters on offer are trained on clean prose or take seconds a megabyte, and a passage
only needs boundaries that are safe. A boundary that is missed makes a longer unit; a wrong one tears a quotation from
its speaker. So whatever is doubtful is no boundary.
"""

from __future__ import annotations

import re
from typing import Final

QUOTES: Final = '„“”»«"'
_END: Final = re.compile(
    r"[.!?…]+[\"“”»«’‘')\]]*"  # the full stop and what closes behind it
    r"(\s+)"
    r"(?=[„“‚‘«»\"'(\[–-]*\s?[^\W_a-zäöüß])"  # a capital or a digit, perhaps behind an opening mark
)
_WORD_BEFORE: Final = re.compile(r"([^\W_]+)\.[\"“”»«’‘')\]]*\s+$")

ABBREVIATIONS: Final = frozenset(
    """abs adm allg art bd betr bzw ca capt co col corp dgl dipl dr dt eigtl evtl exkl fig frau ft gen geb gest gov hl hon hr
    hrsg inc ing inkl insb jh jr kap lt ltd mag max md messrs min mio mr mrd mrs ms mt nr no op prof rep resp rev sen sgt sog
    sr st str tel tsd usw vgl vs zzgl jan feb febr apr aug sept okt oct nov dez dec""".split()  # noqa: SIM905  readable so
)
"""Words whose full stop does not end a sentence (usw. may, and then a boundary is missed, which is harmless)."""

QUOTATION_LENGTH: Final = 400
"""Longest quotation kept in one piece; behind it, a closing mark is taken to be missing."""

_SPEECH: Final = re.compile(
    r"\b(sag(t|te|ten)|erklär(t|te|ten)|beton(t|te|ten)|schr(eib|ieb)\w*|heißt|hieß|mein(t|te)|teilt\w* .{0,40}mit"
    r"|so der|so die|said|says|told|added|wrote)\b",
    re.IGNORECASE,
)
ATTRIBUTION_LENGTH: Final = 120
"""A sentence behind a quotation that names the speaker is short; longer ones tell something of their own."""


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of ``text[start:end]`` as (start, end) in code points of *text*, in order, without white space around.

    A quotation and the sentence that says whose it is are one span, and so are the sentences within one quotation.
    """
    spans: list[tuple[int, int]] = []
    begin, end = strip(text, start, end)
    for match in _END.finditer(text, begin, end):
        if not _is_boundary(text, begin, match, end):
            continue
        spans.append((begin, match.start(1)))
        begin = match.end(1)
    if begin < end:
        spans.append((begin, end))
    return _with_speakers(text, spans)


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """``text[start:end]`` without the white space around it, as (start, end)."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_boundary(text: str, begin: int, match: re.Match[str], last: int) -> bool:
    """Whether the full stop is neither an abbreviation's, an initial's, an ordinal's, nor inside a quotation."""
    if word := _WORD_BEFORE.search(text, max(begin, match.start() - 20), match.end()):
        before = word[1]
        if len(before) == 1 and before.isalpha():
            return False
        if before.lower() in ABBREVIATIONS or (before.isdigit() and len(before) <= 2):  # noqa: PLR2004  "21. Juni"
            return False
    return not _inside_quotation(text, begin, match.start(1), last)


def _inside_quotation(text: str, begin: int, end: int, last: int) -> bool:
    """Whether a quotation that opened in ``text[begin:end]`` is still open at its end.

    „…“ and “…” share a mark, and „…" is common where a keyboard had no “: whatever can close, closes. A “ opens where no „
    does and a ” follows before *last*. A quotation longer than QUOTATION_LENGTH has lost its closing mark.
    """
    opened, closing = text.rfind("„", begin, end), '“”"'
    if opened < 0:
        opened, closing = text.rfind("“", begin, end), "”"
        if opened >= 0 and text.find("”", opened, min(last, opened + QUOTATION_LENGTH)) < 0:
            opened = -1
    if opened < 0:
        opened = text.rfind('"', begin, end) if text.count('"', begin, end) % 2 else -1
        return opened >= 0 and end - opened <= QUOTATION_LENGTH
    return end - opened <= QUOTATION_LENGTH and not any(text.find(mark, opened + 1, end) >= 0 for mark in closing)


def _with_speakers(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        quoted = joined and text[joined[-1][1] - 1] in QUOTES
        if quoted and end - start <= ATTRIBUTION_LENGTH and _SPEECH.search(text, start, end):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
