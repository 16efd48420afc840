from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_archive import file_source, make_article

from newsearch.search.fragments import text_fragment
from newsearch.search.links import line_of, link_to, place_of

LONG = "Wer auf die Insel will, braucht Geduld: Die einzige Fähre liegt mit Ruderschaden im Dock."


def test_a_short_passage_stands_whole_in_its_link():
    article = make_article("Es regnet. Die Fähre bleibt im Hafen.", url="https://kuestenbote.example/faehre")
    start = article.text.index("Die")
    assert link_to(article, start, len(article.text)) == (
        "https://kuestenbote.example/faehre#:~:text=Die%20F%C3%A4hre%20bleibt%20im%20Hafen."
    )


def test_what_means_something_in_a_fragment_is_percent_encoded():
    """A bare "-" marks a prefix, "," an end, "&" the next directive (WICG scroll-to-text-fragment, section 3.3)."""
    assert text_fragment("E-Mail, Bus & Bahn: 50 %") == "E%2DMail%2C%20Bus%20%26%20Bahn%3A%2050%20%25"


def test_a_long_passage_is_named_by_its_first_and_last_five_words():
    assert text_fragment(LONG) == "Wer%20auf%20die%20Insel%20will%2C,liegt%20mit%20Ruderschaden%20im%20Dock."


def test_ten_words_are_short_and_eleven_are_long():
    words = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf"]
    assert unquote(text_fragment(" ".join(words[:10]))) == "eins zwei drei vier fünf sechs sieben acht neun zehn"
    assert unquote(text_fragment(" ".join(words))) == "eins zwei drei vier fünf,sieben acht neun zehn elf"


def test_across_paragraphs_each_end_stays_in_its_own():
    """No browser finds a text that runs over two paragraphs."""
    assert text_fragment("Was die Reederei sagt\n\nEs dauert.") == "Was%20die%20Reederei%20sagt,Es%20dauert."


@given(st.lists(st.text(st.sampled_from("aÄß-,&#%=“"), min_size=1, max_size=6), min_size=1, max_size=30))
def test_a_fragment_says_how_the_passage_begins_and_ends(words):
    passage = " ".join(words)
    parts = text_fragment(passage).split(",")
    assert len(parts) == (1 if len(words) <= 10 else 2)
    assert not set("".join(parts)) & set("-&#= ")
    assert passage.startswith(unquote(parts[0]))
    assert passage.endswith(unquote(parts[-1]))


def test_a_fragment_of_the_url_stays_in_front_and_a_text_fragment_of_it_gives_way():
    """The draft, section 3.1: what stands before ":~:" is the page's own."""
    for url in ("https://a.example/x?id=1#kommentare", "https://a.example/x?id=1#kommentare:~:text=alt"):
        article = make_article("Es regnet.", url=url)
        assert link_to(article, 0, 10) == "https://a.example/x?id=1#kommentare:~:text=Es%20regnet."
    article = make_article("Es regnet.", url="https://a.example/x#:~:text=alt")
    assert link_to(article, 0, 10) == "https://a.example/x#:~:text=Es%20regnet."


def test_a_scheme_in_capitals_is_a_web_address_too():
    assert link_to(make_article(url="HTTPS://a.example/x"), 0, 3) == "HTTPS://a.example/x#:~:text=Ein"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)//http://a.example", "ftp://a.example/x", "data:text/html,x", "http:x"]
)
def test_only_web_addresses_become_links(url, tmp_path):
    """An archive is other people's text: a link of it must neither run a script nor open another program."""
    assert link_to(make_article(url=url), 0, 3) == ""
    page = tmp_path / "a.txt"
    page.write_text("Ein Satz.")
    assert link_to(make_article(url=url, source=file_source(page)), 0, 3) == f"{page.as_uri()}#line=0,1"


def test_the_link_to_a_dump_names_the_line_of_the_passage(tmp_path):
    """RFC 5147 counts line ends from 0: the second line lies between 1 and 2."""
    page = tmp_path / "Fähre 1.txt"
    page.write_text(f"Küstenbote\n\n  {LONG}\nTeilen", "utf-8")
    article = make_article(f"Vorspann.\n\n{LONG}", source=file_source(page))
    start = article.text.index("Wer")
    assert (line_of(article, start), place_of(article, start)) == (3, f"{page}:3")
    assert link_to(article, start, len(article.text)) == f"{tmp_path.as_uri()}/F%C3%A4hre%201.txt#line=2,3"


def test_a_passage_from_the_middle_of_a_paragraph_is_found_on_its_line(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text(f"Titel\n\nVorab. {LONG}", "utf-8")
    assert line_of(make_article(f"Vorab. {LONG}", source=file_source(page)), len("Vorab. ")) == 3


def test_the_link_to_a_record_names_its_own_line(tmp_path):
    article = make_article(source=file_source(tmp_path / "a.jsonl", record=27))
    assert link_to(article, 0, 3) == f"{(tmp_path / 'a.jsonl').as_uri()}#line=26,27"
    assert place_of(article, 4) == f"{tmp_path / 'a.jsonl'}:27"


def test_a_file_that_is_gone_is_still_named(tmp_path):
    article = make_article(source=file_source(tmp_path / "weg.txt"))
    assert link_to(article, 0, 3) == (tmp_path / "weg.txt").as_uri()
    assert place_of(article, 0) == str(tmp_path / "weg.txt")


def test_a_text_that_the_file_does_not_have_names_no_line(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text("Inzwischen steht hier etwas anderes.")
    assert link_to(make_article(source=file_source(page)), 0, 3) == page.as_uri()


def test_an_article_from_nowhere_has_no_link():
    assert (link_to(make_article(), 0, 3), place_of(make_article(), 0)) == ("", "")


def test_a_person_is_shown_the_url_as_it_is():
    assert place_of(make_article(url="https://a.example/x#y"), 0) == "https://a.example/x#y"
