"""Where sentences end, and where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.indexer.sentences import QUOTATION_LENGTH, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["Der Hafen ist zu.", "Die Schiffe warten."],
        ["Wer zahlt das?", "Niemand weiß es!", "Oder doch …", "Man wird sehen."],
        ["The port is closed.", "Ships wait outside."],
        ["Es waren 400.", "12 davon blieben."],
        ["Das Ende.", "– Ein Anfang."],
        ["Er kam 2025.", "Sie ging 2026."],
        ["So ist es (angeblich).", "Mehr weiß keiner."],
    ],
)
def test_a_full_stop_before_a_capital_or_a_digit_ends_a_sentence(expected):
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Am 21. Juni kam der Regen.",
        "Zum 3. Mal in Folge gewann Prof. Dr. Weber die Wahl.",
        "Das kostet rund 3,5 Mio. Euro im Jahr.",
        "Etwa 1.500 Menschen kamen um 9.30 Uhr.",
        "Nach Angaben von J. R. Müller ist z. B. Holz knapp.",
        "Die Firma Holz u. Söhne GmbH liegt in der Langen Str. 12 im Ort.",
        "Mr. Smith met Mrs. Jones in St. Ives.",
        "Er wartete … und wartete.",
        "Die Seite www.beispiel.de ist neu.",
        "Die Bahn (vgl. Kap. Vier) schweigt.",
    ],
)
def test_abbreviations_ordinals_initials_and_numbers_end_nothing(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("opening", "closing"), [("„", "“"), ("„", '"'), ('"', '"'), ("“", "”")], ids=["„…“", '„…"', '"…"', "“…”"]
)
@pytest.mark.parametrize("said", [", sagte die Bürgermeisterin am Montag.", ", said the mayor on Monday."])
def test_a_quotation_of_several_sentences_is_one_piece_with_its_speaker(opening, closing, said):
    """A quotation that is torn loses who said it; 'sagte' stands behind the last of its sentences."""
    quoted = f"{opening}Wir bauen hier. Das ist gut. Niemand verliert{closing}{said}"
    assert sentences(f"Der Plan steht. {quoted} Mehr sagte sie nicht dazu.") == [
        "Der Plan steht.",
        quoted,
        "Mehr sagte sie nicht dazu.",
    ]


@pytest.mark.parametrize(("opening", "closing"), [("„", "“"), ('"', '"'), ("“", "”")])
def test_the_quotation_behind_a_quotation_is_whole_too(opening, closing):
    one, two = (f"{opening}{text}{closing}" for text in ("Erst dies. Dann das.", "Nun jenes. Und dann Schluss."))
    assert sentences(f"{one} {two} Danach ging er heim.") == [one, two, "Danach ging er heim."]


def test_a_quotation_keeps_the_sentence_that_names_its_speaker():
    text = "„Wir hören auf.“ Das sagte der Vorstand am Dienstag. Die Aktie fiel."
    assert sentences(text) == ["„Wir hören auf.“ Das sagte der Vorstand am Dienstag.", "Die Aktie fiel."]


def test_a_long_sentence_behind_a_quotation_tells_something_of_its_own():
    told = "Die Stadt, sagte er, " + "und das sei lange bekannt gewesen, " * 4 + "werde klagen."
    assert sentences(f"„Wir hören auf.“ {told}") == ["„Wir hören auf.“", told]


@pytest.mark.parametrize("mark", ["„", '"'])
def test_a_quotation_without_its_closing_mark_ends_with_its_usual_length(mark):
    """One lost mark must not make the rest of an article one sentence."""
    found = sentences(mark + "Ein Satz ohne Ende der Rede. " * 60)
    assert len(found) > 20
    assert max(len(s) for s in found) <= QUOTATION_LENGTH + 30


def test_an_opening_mark_that_nothing_closes_is_no_quotation():
    """“ closes in German what „ opened; alone, without a ” behind it, it is nothing."""
    assert sentences("Das “Amt schweigt. Der Rat auch.") == ["Das “Amt schweigt.", "Der Rat auch."]


def test_the_sentences_of_a_part_of_a_text_are_numbered_in_the_whole():
    text = "Vorher. Der Hafen ist zu. Die Schiffe warten. Nachher."
    spans = sentence_spans(text, 8, 45)
    assert [text[a:b] for a, b in spans] == ["Der Hafen ist zu.", "Die Schiffe warten."]
    assert spans == [(8, 25), (26, 45)]


def test_white_space_around_is_left_out():
    assert sentences("  Der Hafen ist zu. \n Die Schiffe warten.  ") == ["Der Hafen ist zu.", "Die Schiffe warten."]
    assert sentences(" \n ") == []
    assert sentences("") == []


WORDS = [
    "Der",
    "hafen",
    "21.",
    "z.",
    "B.",
    "Dr.",
    "„Ja.",
    "Nein“,",
    '"Yes.',
    'No"',
    "“Ho.",
    "Hum.”",
    "…",
    "?",
    "日本。",
    "🙂",
    "-",
    "»",
    "\n",
]


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=200))
def test_sentences_cover_the_text_in_order_but_for_white_space(text):
    end = 0
    for start, stop in sentence_spans(text, 0, len(text)):
        assert text[end:start].strip() == ""
        assert end <= start < stop
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert text[end:].strip() == ""
