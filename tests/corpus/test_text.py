"""Bytes to clean characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.text import decode, is_binary, normalise, one_line, paragraphs


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("Öl für Köln".encode(), "Öl für Köln", "utf-8"),
        ("\ufeffÖl".encode(), "Öl", "utf-8"),
        ("Öl für".encode("utf-16"), "Öl für", "utf-16"),
        (b"\xfe\xff" + "Öl".encode("utf-16-be"), "Öl", "utf-16"),
        ("Öl".encode("utf-32"), "Öl", "utf-32"),
        ("Öl für Köln – „gut“ 5 €".encode("cp1252"), "Öl für Köln – „gut“ 5 €", "windows-1252"),
        ("Öl".encode("latin-1"), "Öl", "windows-1252"),
    ],
)
def test_encodings_are_told_apart(raw, text, encoding):
    """German archives come in all of these."""
    assert (decode(raw).text, decode(raw).encoding) == (text, encoding)


def test_a_byte_that_windows_1252_leaves_undefined_is_read_and_counted():
    """0x81 is a control character in Latin-1 and nothing in Windows-1252; the text around it is whole."""
    decoded = decode(b"K\xf6ln\x81 und Z\xfcrich")
    assert (normalise(decoded.text), decoded.undefined) == ("Köln und Zürich", 1)


def test_one_wrong_byte_does_not_break_the_umlauts_of_a_utf8_page():
    """Pages pasted together from two encodings; reading all as Windows-1252 would give Ã¼ for each ü."""
    raw = "Müller grüßt Köln, ".encode() + "Zürich".encode("latin-1")
    assert decode(raw).text == "Müller grüßt Köln, Zürich"


@given(st.binary(max_size=200))
def test_decoding_never_fails_and_normalising_twice_is_once(raw):
    """Whatever a file holds, reading it ends in clean NFC text."""
    text = normalise(decode(raw).text)
    assert normalise(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text if char != "\n")


@given(st.text(max_size=100))
def test_utf8_and_utf16_give_back_what_was_written(text):
    """No character is lost on the two encodings that can write all of them."""
    text = text.encode("utf-8", "ignore").decode().lstrip("\ufeff\0")  # a mark; NULs make UTF-16's mark that of UTF-32
    assert decode(text.encode("utf-16")).text == text
    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\x1b[31mEilmeldung\x1b[0m: Hafen gesperrt", "Eilmeldung: Hafen gesperrt"),
        ("\x1b]0;Titel\x07Hafen gesperrt", "Hafen gesperrt"),
        ("Hafen\x9b31m gesperrt\x00\x07\x7f", "Hafen gesperrt"),
        ("Kon\u00adzern\u200b und \u202egnureigeR\u202c", "Konzern und gnureigeR"),
        ("\u2066Bahn\u2069\ufeff", "Bahn"),
        ("5\u00a0Millionen\u202fEuro\u3000mehr", "5 Millionen Euro mehr"),
        ("Mu\u0308ller", "Müller"),
        ("eins\r\nzwei\rdrei\u2028vier\x0bfünf", "eins\nzwei\ndrei\nvier\nfünf"),
        ("\ud83dKopf", "Kopf"),
        ("Regie\u00ad \nrung", "Regierung"),
        ("ﬁnden, Kauﬄeute, Oﬃziere", "finden, Kauffleute, Offiziere"),
        ("„so“, »so«, ‚so‘ und 'so'", "„so“, »so«, ‚so‘ und 'so'"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(raw, clean):
    """A headline is printed to terminals: escape sequences go whole, hidden directions and hyphens too."""
    assert normalise(raw) == clean


def test_paragraphs_may_be_parted_by_one_line_end_or_more():
    """trafilatura writes one, news-please two."""
    assert paragraphs("Erster.\nZweiter.\r\n\r\n \u00a0\nDritter.  \n") == ["Erster.", "Zweiter.", "Dritter."]


def test_one_line_joins_what_was_broken():
    """A headline broken over two lines is one."""
    assert one_line(" Bahn\n  fährt \t wieder ") == "Bahn fährt wieder"


def test_binary_is_told_by_its_nul_bytes_but_not_in_marked_utf16():
    """UTF-16 is half NUL bytes; its mark tells it from a picture."""
    assert is_binary(b"\x89PNG\x00\x01")
    assert not is_binary("Text".encode("utf-16"))
    assert not is_binary(b"Text")


@given(
    st.text(
        st.sampled_from("aß ÄéĀ\u00ad\u00a0„“’–…€\u0308\u0301\x00\x1b[\x1c\x85\x0b\r\n\t\u2028\u200b\u2003ﬁ"),
        max_size=30,
    )
)
def test_one_line_is_the_text_normalised_whatever_is_in_it(text):
    """Plain text takes a shorter way."""
    assert one_line(text) == " ".join(normalise(text).split())
