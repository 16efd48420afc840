"""Languages: what a source says, and the small guess."""

from __future__ import annotations

import pytest

from newsearch.corpus.language import guess_language, normalise_language

GERMAN = "Der Rat hat am Montag über den Haushalt beraten, und es ist noch nicht klar, wie er sich entscheiden wird."
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
        ("De gemeenteraad heeft maandag over de begroting gesproken, maar een besluit is er nog niet gekomen.", ""),
        (
            "Le conseil municipal a discuté lundi du budget, mais la décision ne sera prise que la semaine prochaine.",
            "",
        ),
        ("Der Rat", ""),
        ("", ""),
    ],
)
def test_the_guess_is_german_or_english_or_none(text, tag):
    """A wrong language hides an article from a filter; an empty one does not."""
    assert guess_language(text) == tag
