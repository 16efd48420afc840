"""German or English, by the browser's language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from search_archive import make_article

from newsearch.corpus.article import Precision
from newsearch.search.web import wording
from newsearch.search.web.wording import ENGLISH, GERMAN, date_in_words, number, wording_for


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.3,en;q=0.2", "de"),
        ("fr,it", "en"),
        ("de;q=0,en", "en"),
        ("de;q=x", "en"),
        (" DE ; q=0.5 , en;q=0.4", "de"),
        (",,;q=1", "en"),
    ],
)
def test_the_language_a_browser_likes_best(accepted, lang):
    assert wording_for(accepted)["lang"] == lang


def test_both_languages_say_everything():
    assert ENGLISH.keys() == GERMAN.keys()
    for name, text in ENGLISH.items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", GERMAN[name]), name


def test_every_word_that_a_page_says_is_there():
    templates = Path(wording.__file__).with_name("templates").glob("*.html")
    said = {name for page in templates for name in re.findall(r"words\.(\w+)", page.read_text("utf-8"))}
    assert said <= ENGLISH.keys()


@pytest.mark.parametrize(
    ("precision", "english", "german"),
    [
        (Precision.INSTANT, "3 March 2024", "3. März 2024"),
        (Precision.DAY, "3 March 2024", "3. März 2024"),
        (Precision.MONTH, "March 2024", "März 2024"),
        (Precision.YEAR, "2024", "2024"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(precision, english, german):
    article = make_article(published=datetime(2024, 3, 3, 18, 15, tzinfo=UTC), precision=precision)
    assert (date_in_words(article, ENGLISH), date_in_words(article, GERMAN)) == (english, german)
    assert date_in_words(make_article(), GERMAN) == ""


def test_thousands():
    assert (number(4773, ENGLISH), number(4773, GERMAN)) == ("4,773", "4.773")
