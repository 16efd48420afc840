"""Languages: what a source says, and what a text looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.language import detect_language, normalise_language, passage_languages, settle_language

GERMAN = "Der Rat hat am Montag über den Haushalt beraten, und es ist noch nicht klar, wie er sich entscheiden wird."
FRENCH = "Le conseil municipal a discuté lundi du budget, mais la décision ne sera prise que la semaine prochaine."
ENGLISH = "The council met on Monday to discuss the budget, but it is not clear which of the plans will be chosen."


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-at", "de-AT"),
        ("de_CH", "de-CH"),
        ("en-US", "en-US"),
        ("German", "de"),
        ("deutsch", "de"),
        ("eng", "en"),
        ("zh-Hant-TW", "zh-TW"),
        ("", ""),
        ("unknown language", ""),
        ("x", ""),
    ],
)
def test_names_and_tags_become_bcp47(value, tag):
    """A filter on de finds what its source called German."""
    assert normalise_language(value) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        ("De gemeenteraad heeft maandag over de begroting gesproken, maar een besluit is er nog niet gekomen.", "nl"),
        (FRENCH, "fr"),
        ("העירייה דנה ביום שני בתקציב, אך ההחלטה תתקבל רק בשבוע הבא, כך הודיעה דוברת העירייה לעיתונאים.", "he"),
        (f"{GERMAN} {ENGLISH}", ""),
        ("Der Rat tagt am Montag", ""),
        ("4711 0815 1234 " * 9, ""),
        ("", ""),
        (f"{GERMAN}\x01\ud800", ""),
    ],
)
def test_a_text_of_one_language_is_known_and_no_other(text, tag):
    """Short, mixed and unreadable texts say nothing: a wrong language hides an article from a filter, an empty one does not."""
    assert detect_language(text) == tag


@given(st.text(max_size=400))
def test_any_text_has_a_tag_or_none(text):
    """Whatever CLD2 says, what comes out is BCP 47 or empty."""
    tag = detect_language(text)
    assert normalise_language(tag) == tag


@pytest.mark.parametrize(
    ("told", "text", "tag"),
    [
        ("", GERMAN, "de"),
        ("und", GERMAN, "de"),
        ("de-AT", GERMAN * 3, "de-AT"),
        ("de-DE", ENGLISH * 3, "en"),
        ("de-DE", ENGLISH, "de-DE"),
        ("en", (GERMAN + ENGLISH) * 3, "en"),
        (
            "nb-NO",
            "Kommunestyret diskuterte budsjettet mandag, men avgjørelsen kommer først neste uke, sier de. " * 3,
            "nb-NO",
        ),
        ("fr", "Der Rat", "fr"),
        ("", "Der Rat", ""),
    ],
)
def test_a_source_is_believed_unless_a_long_text_is_surely_in_another_language(told, text, tag):
    """Pages say lang="en" because their system came so; Norwegian is called no and nb."""
    assert settle_language(told, text) == tag


def test_a_passage_has_its_own_language_where_it_is_surely_another():
    """A quotation in English, a heading and a list of names in a German article."""
    names = "Atlanta Hawks 106, Oklahoma City Thunder 100, Chicago Bulls 92, San Antonio Spurs 89, Houston Rockets 75"
    parts = [GERMAN, ENGLISH, "What comes next", names, FRENCH, GERMAN]
    text = "\n\n".join(parts)
    spans = [(at := text.index(part), at + len(part)) for part in parts]
    assert passage_languages(text, spans, "de-AT") == ["de-AT", "en", "de-AT", "de-AT", "fr", "de-AT"]
    assert passage_languages(text, spans, "") == ["de", "en", "", "", "fr", "de"]
