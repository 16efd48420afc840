"""A passage has its own language: filters and hits go by it, also where the article is in another."""

from __future__ import annotations

import json
from datetime import date

import pytest
from search_archive import LONG, SPEECH, quiet, write_lines

from newsearch.corpus.errors import UsageError
from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search import Filter, Searcher
from newsearch.search.hits import results_json

ARTICLES = [
    {"id": "kaese", "title": "Käse aus dem Stollen", "text": "\n\n".join([*LONG, SPEECH]), "language": "de-AT"},
    {"id": "cheese", "title": "Cheese from the tunnel", "text": SPEECH, "language": "en-GB", "date": "2025-06-03"},
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("languages")
    write_lines(folder / "a.jsonl", *ARTICLES)
    build(folder / "an.index", Settings((folder,), "static"), quiet, table=table)
    return Searcher.open(folder / "an.index")


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("en", {("kaese", "en"), ("cheese", "en-GB")}),
        ("en-GB", {("cheese", "en-GB")}),
        ("de", {("kaese", "de-AT")}),
    ],
)
def test_a_filter_finds_the_passages_of_its_language(language, found, searcher):
    """The English speech of a German article is English; its other passages keep the article's region."""
    results = searcher.search("cheese tunnel Käse", 20, Filter(languages=(language,)), collapse=False)
    assert {(hit.article.external_id, hit.language) for hit in results.hits} == found
    assert all((hit.text[:40] in SPEECH) == hit.language.startswith("en") for hit in results.hits)


def test_the_undated_articles_that_are_counted_have_a_passage_in_the_language(searcher):
    counts = {}
    for language in ("en", "en-GB", "de"):
        wanted = Filter(since=date(2025, 1, 1), languages=(language,))
        counts[language] = searcher.search("cheese tunnel", 5, wanted).undated_excluded
    assert counts == {"en": 1, "en-GB": 0, "de": 1}


def test_a_filter_names_the_articles_of_a_story_that_have_a_passage_in_its_language(tmp_path, table):
    """Wire copy in two papers, both German, that quotes an English speech: asked for English, each paper is named."""
    text = "\n\n".join([*LONG, SPEECH])
    papers = [{"title": "Käse", "text": text, "language": "de", "publisher": name} for name in ("Bote", "Kurier")]
    write_lines(tmp_path / "a.jsonl", *papers)
    build(tmp_path / "an.index", Settings((tmp_path / "a.jsonl",), "static"), quiet, table=table)
    (hit,) = Searcher.open(tmp_path / "an.index").search("cows and no debts", 5, Filter(languages=("en",))).hits
    assert hit.language == "en"
    assert {hit.article.publisher, *(other.publisher for other in hit.also_in)} == {"Bote", "Kurier"}


def test_json_names_the_language_of_the_passage(searcher):
    hits = results_json(searcher.search("cheese tunnel", 1, Filter(languages=("en",), publishers=("",))))["hits"]
    assert [json.loads(json.dumps(hit))["language"][:2] for hit in hits] == ["en"]


def test_a_language_that_no_passage_is_in_is_told(searcher):
    with pytest.raises(UsageError, match="No article of the index has the language 'fr'"):
        searcher.search("cheese", 20, Filter(languages=("fr",)))
