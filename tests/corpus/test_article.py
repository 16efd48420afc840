"""Ids, addresses, content hashes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsearch.corpus.article import Article, Source, article_id, canonical_url

ARTICLE = Article(title="Hafen gesperrt", text="Der Hafen ist gesperrt.", publisher="Küstenbote")
PLACE = Source("/archive", "2025/hafen.txt")


@pytest.mark.parametrize(
    "url",
    [
        "https://kuestenbote.example/hafen",
        "http://www.kuestenbote.example/hafen/",
        "https://KUESTENBOTE.example/hafen#kommentare",
        "https://kuestenbote.example/hafen?utm_source=mail&utm_medium=x",
    ],
)
def test_one_page_has_one_id(url):
    """The same page linked in four ways is one article."""
    first = article_id(replace(ARTICLE, url="https://kuestenbote.example/hafen"), PLACE)
    assert article_id(replace(ARTICLE, url=url), Source("/other", "x.jsonl", 7)) == first


def test_a_query_that_names_the_article_stays():
    """``?id=7`` is another page than ``?id=8``."""
    assert canonical_url("http://a.example/x?id=7&utm_campaign=y") == "https://a.example/x?id=7"


def test_the_id_never_comes_from_the_text():
    """A better cleaner changes no id, so links and notes to an article stay good."""
    assert ARTICLE.at(PLACE).id == replace(ARTICLE, title="Anders", text="Ganz anders.").at(PLACE).id


def test_the_id_without_an_address_comes_from_publisher_and_number():
    """Moving the file changes nothing then; without a publisher the number only holds in its file."""
    known, unknown = replace(ARTICLE, external_id="42"), replace(ARTICLE, external_id="42", publisher="")
    moved = Source("/elsewhere", "neu.jsonl", 3)
    assert article_id(known, PLACE) == article_id(known, moved)
    assert article_id(unknown, PLACE) != article_id(unknown, moved)


def test_the_last_resort_is_the_place_below_the_source():
    """The archive may be moved as a whole; two records of a file differ; two sources kept apart differ."""
    here = article_id(ARTICLE, PLACE)
    assert here == article_id(ARTICLE, replace(PLACE, root="/moved"))
    assert here != article_id(ARTICLE, replace(PLACE, record=2))
    assert here != article_id(ARTICLE, replace(PLACE, apart=True))
    assert len(here) == 16


def test_equal_content_needs_the_same_publisher():
    """Wire copy in two papers is two articles; a new date on the old text is not."""
    assert ARTICLE.content == replace(ARTICLE, url="https://a.example").content
    assert ARTICLE.content != replace(ARTICLE, publisher="Inselblatt").content
    assert ARTICLE.content != replace(ARTICLE, text="Der Hafen ist offen.").content


def test_a_source_knows_its_file_and_place():
    """What `show` prints: also where the user named the file itself."""
    assert Source("/a/b.jsonl", "b.jsonl", 3).file == "/a/b.jsonl"
    assert Source("/a", "c/b.jsonl", 3).file == "/a/c/b.jsonl"
    assert (Source("/a", "c/b.jsonl", 3).place, Source("/a", "b.txt").place) == ("c/b.jsonl:3", "b.txt")
