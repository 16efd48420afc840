"""Which language a text is in: what its source says unless the text says otherwise, else what it looks like.

CLD2 looks (pycld2): docs/extraction.md has what it was compared with. Short texts are not looked at, they inherit: a passage
from its article, an article from its page or publisher.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES: Final = {
    "german": "de", "deutsch": "de", "ger": "de", "deu": "de",
    "english": "en", "englisch": "en", "eng": "en",
    "french": "fr", "französisch": "fr", "fra": "fr", "fre": "fr",
    "italian": "it", "italienisch": "it", "ita": "it",
    "spanish": "es", "spanisch": "es", "spa": "es",
}  # fmt: skip
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_NO_LANGUAGE: Final = frozenset({"und", "mul", "zxx", "mis"})
_OLD_CODES: Final = {"iw": "he", "jw": "jv"}
"""What CLD2 calls Hebrew and Javanese; its other codes are those of BCP 47."""
_ALIKE: Final = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "ms": "id"}
"""Languages that a text does not contradict: written so alike that no detector is sure."""
MIN_LETTERS: Final = 60
"""Characters of the shortest text that is looked at."""
MIN_SHARE: Final = 80
"""Per cent of a text that must be in its language. All 258 gold texts of ../shared/pages/fundus reach 85."""
SURE_LETTERS: Final = 200
"""Characters from which a text contradicts its source: six pages of those 258 say English and are in Zulu, Xhosa or Swahili,
one says Kanuri (kr) and is in Korean."""
_LONGEST: Final = 2_000
"""Characters looked at, in some 0.07 ms."""
_MARKS: Final = {
    "de": (" der ", " die ", " und ", " den ", " das ", " von ", " nicht ", " ist ", " ein ", " zu ", " mit "),
    "en": (" the ", " of ", " and ", " to ", " that ", " for ", " is ", " on ", " with ", " was "),
}
_PER_MARK: Final = 90
"""Characters for each of which a passage must hold one of its article's function words; then it is not looked at."""


def normalise_language(value: str) -> str:
    """*value* as a BCP 47 tag of language and region (``de``, ``de-AT``), or empty where it names none."""
    value = value.strip()
    if name := _NAMES.get(value.casefold()):
        return name
    match = _TAG.fullmatch(value)
    if not match:
        return ""
    primary = _NAMES.get(match[1].lower(), match[1].lower())
    if primary in _NO_LANGUAGE:
        return ""
    return f"{primary}-{match[2].upper()}" if match[2] else primary


def detect_language(text: str) -> str:
    """The BCP 47 tag of the language that nearly all of *text* is in; empty where it is short, mixed or not sure."""
    import pycld2

    if len(text) < MIN_LETTERS:
        return ""
    try:
        sure, _, found = pycld2.detect(text[:_LONGEST].encode("utf-8", "ignore"), bestEffort=True)
    except pycld2.error:  # a control character
        return ""
    _, code, share, _ = found[0]
    if not sure or share < MIN_SHARE or code == "un" or code.startswith(("x-", "xx", "zz")):
        return ""
    return normalise_language(_OLD_CODES.get(code, code))


def settle_language(told: str, text: str) -> str:
    """The BCP 47 tag of an article: *told* unless its text is surely in another language.

    Args:
        told: What its source calls it, in any form; empty where it does not say.
        text: Headline and text.
    """
    tag, found = normalise_language(told), detect_language(text)
    if not tag:
        return found
    contradicted = found and len(text) >= SURE_LETTERS and not _same(tag, found)
    return found if contradicted else tag


def passage_languages(text: str, spans: Sequence[tuple[int, int]], language: str) -> list[str]:
    """The BCP 47 tag of each passage of an article: the article's, unless it is surely in another language.

    Args:
        text: The article's text.
        spans: Its passages, (start, end) in code points.
        language: The article's; a passage inherits it, region and all, where it is empty as well.
    """
    marks = _MARKS.get(_primary(language), ())
    return [_passage_language(text[start:end], marks, language) for start, end in spans]


def _passage_language(passage: str, marks: tuple[str, ...], language: str) -> str:
    if sum(map(passage.count, marks)) * _PER_MARK >= len(passage) or not (found := detect_language(passage)):
        return language
    return language if _same(language, found) or _lists(passage) else found


def _lists(passage: str) -> bool:
    """Whether half of the words begin with a capital or no letter: names, teams and results look like any language."""
    found = passage.split()
    return 2 * sum(word[0].isupper() or not word[0].isalpha() for word in found) > len(found)


def _same(one: str, other: str) -> bool:
    a, b = (_ALIKE.get(tag, tag) for tag in map(_primary, (one, other)))
    return a == b


def _primary(tag: str) -> str:
    return tag.partition("-")[0]
