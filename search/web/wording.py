"""What the page says, in the reader's language: German or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsearch.search.citation import date_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsearch.corpus.article import Article
    from newsearch.search.hits import Elsewhere

ENGLISH: Final[Mapping[str, str]] = {
    "lang": "en",
    "title": "Search the archive",
    "question": "Question or words",
    "placeholder": "Which firms require proof AI can't do the job?",
    "search": "Search",
    "narrow": "Narrow",
    "since": "From",
    "until": "Until",
    "date_form": "2025, 2025-06 or 2025-06-21",
    "publisher": "Publisher",
    "language": "Language",
    "section": "Section",
    "agency": "Agency",
    "any": "any",
    "undated": "keep articles without a date",
    "sort": "Order",
    "relevance": "best first",
    "date": "newest first",
    "apply": "Apply",
    "clear": "Remove all filters",
    "hits": "Passages",
    "found": "{count} passages in {ms} ms",
    "found_one": "1 passage in {ms} ms",
    "none": "No passage fits, with what the search was narrowed to.",
    "unanswered": "Nothing in this archive seems to answer this. These passages are nearest to it:",
    "left_out": "{count} articles without a date were left out.",
    "also_in": "Also in",
    "to_source": "Passage in its source",
    "related": "Related articles",
    "nothing_related": "Nothing else in the archive is near to it.",
    "timeline": "When the archive wrote about it",
    "timeline_help": "Choose a bar, or drag over several, to narrow the search to that time.",
    "bar": "{when}: {count}",
    "back": "Back to the passages",
    "source": "Source",
    "authors": "Authors",
    "no_article": "There is no such article in this archive, or it was taken down.",
    "no_page": "There is no such page.",
    "problem": "That did not work",
    "home": "To the search",
    "token": "This archive asks for a token",
    "token_label": "Token",
    "enter": "Enter",
    "wrong_token": "That is not the token.",
    "keys": "Keys: / question, ↓ ↑ passages, Enter opens",
    "holds": "{articles} articles, {passages} passages, as of {day}",
    "untitled": "(no headline)",
}
GERMAN: Final[Mapping[str, str]] = {
    "lang": "de",
    "title": "Im Archiv suchen",
    "question": "Frage oder Wörter",
    "placeholder": "Welche Firmen verlangen den Nachweis, dass KI die Aufgabe nicht lösen kann?",
    "search": "Suchen",
    "narrow": "Eingrenzen",
    "since": "Von",
    "until": "Bis",
    "date_form": "2025, 2025-06 oder 2025-06-21",
    "publisher": "Medium",
    "language": "Sprache",
    "section": "Ressort",
    "agency": "Agentur",
    "any": "alle",
    "undated": "Artikel ohne Datum behalten",
    "sort": "Reihenfolge",
    "relevance": "beste zuerst",
    "date": "neueste zuerst",
    "apply": "Anwenden",
    "clear": "Alle Filter entfernen",
    "hits": "Textstellen",
    "found": "{count} Textstellen in {ms} ms",
    "found_one": "1 Textstelle in {ms} ms",
    "none": "Keine Textstelle passt zu dem, worauf die Suche eingegrenzt ist.",
    "unanswered": "Nichts in diesem Archiv scheint das zu beantworten. Diese Textstellen kommen ihm am nächsten:",
    "left_out": "{count} Artikel ohne Datum wurden weggelassen.",
    "also_in": "Auch in",
    "to_source": "Textstelle in der Quelle",
    "related": "Verwandte Artikel",
    "nothing_related": "Sonst steht nichts im Archiv, das ihm nahe ist.",
    "timeline": "Wann das Archiv darüber schrieb",
    "timeline_help": "Ein Balken, oder mehrere mit der Maus überstrichen, grenzt die Suche auf diese Zeit ein.",
    "bar": "{when}: {count}",
    "back": "Zurück zu den Textstellen",
    "source": "Quelle",
    "authors": "Von",
    "no_article": "Diesen Artikel gibt es im Archiv nicht, oder er wurde entfernt.",
    "no_page": "Diese Seite gibt es nicht.",
    "problem": "Das ging nicht",
    "home": "Zur Suche",
    "token": "Dieses Archiv verlangt ein Token",
    "token_label": "Token",
    "enter": "Eintreten",
    "wrong_token": "Das ist nicht das Token.",
    "keys": "Tasten: / Frage, ↓ ↑ Textstellen, Enter öffnet",
    "holds": "{articles} Artikel, {passages} Textstellen, Stand {day}",
    "untitled": "(ohne Überschrift)",
}


def wording_for(accept_language: str) -> Mapping[str, str]:
    """German or English, by what a browser accepts (RFC 9110, section 12.5.4); English where it accepts neither.

    Args:
        accept_language: The header, such as ``de-AT,de;q=0.9,en;q=0.5``.
    """
    best, weight = ENGLISH, 0.0
    for part in accept_language.split(","):
        tag, _, rest = part.strip().partition(";")
        known = {"de": GERMAN, "en": ENGLISH}.get(tag.strip().lower().partition("-")[0])
        if known is not None and (q := _weight(rest)) > weight:
            best, weight = known, q
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def date_in_words(article: Article | Elsewhere, words: Mapping[str, str]) -> str:
    """The publication date as exact as it is known: ``21 June 2025``, ``21. Juni 2025``; empty without one."""
    return date_text(article, german=words["lang"] == "de")


def number(value: int, words: Mapping[str, str]) -> str:
    """*value* with thousands apart: 4,773 in English, 4.773 in German."""
    text = f"{value:,}"
    return text.replace(",", ".") if words["lang"] == "de" else text
