"""HTML in fields becomes paragraphs; text that is none stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.formats.markup import as_line, is_markup, read_markup
from newsearch.corpus.text import paragraphs


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("<p>Käse &amp; Brot</p><p>Zwei<br/>Zeilen</p>", ["Käse & Brot", "Zwei", "Zeilen"]),
        ("<strong>Fett</strong> und\n\nein <a href='/x'>Link</a>", ["Fett und", "ein Link"]),
        (
            "<h2>Zwischenzeile</h2>Text ohne Absatz<ul><li>Punkt</li></ul>",
            ["Zwischenzeile", "Text ohne Absatz", "Punkt"],
        ),
        ("<section class='main'><p>Eins</p></section><script>x()</script><!-- nein -->", ["Eins"]),
        ("K&auml;se &#8211; 5 &lt; 6", ["Käse – 5 < 6"]),
    ],
)
def test_html_becomes_paragraphs(value, parts):
    """As a reader of the page sees them."""
    assert read_markup(value).parts == parts


@pytest.mark.parametrize(
    "value",
    [
        "a < b > c",
        "<3 und >:(",
        "<Name der Redaktion bekannt>",
        "AT&T; R&D &copy2024",
        "if x<y: z",
        "<b ohne Ende",
        "x <- y",
    ],
)
def test_a_stray_sign_changes_nothing(value):
    """It is what was printed."""
    assert not is_markup(value)
    assert read_markup(value).parts == [value]


def test_captions_and_boxes_are_dropped_with_a_reason():
    """As from a page of their own."""
    plain = read_markup("<p>Text.</p><figure><img><figcaption>Foto: dpa</figcaption></figure><aside>Mehr</aside>")
    assert plain.parts == ["Text."]
    assert [(str(block.reason), block.text) for block in plain.dropped] == [
        ("caption or source line", "Foto: dpa"),
        ("beside the article", "Mehr"),
    ]


def test_a_headline_is_one_line():
    """Whatever it was marked up with."""
    assert as_line("Kein <em>Schiff</em>\nwird &quot;kommen&quot;") == 'Kein Schiff wird "kommen"'


@given(st.text(st.characters(exclude_characters="<&", exclude_categories=["Cs"]), max_size=60))
def test_plain_text_is_read_as_paragraphs(value):
    """No text without a tag or reference is treated as HTML."""
    assert read_markup(value).parts == paragraphs(value)


@given(st.text(st.sampled_from("<>/pbra &;#x12\n\"'="), max_size=60))
def test_no_markup_breaks_the_reader(value):
    """An end, whatever stands there."""
    assert all("\n" not in part for part in read_markup(value).parts)
