from __future__ import annotations

import pytest
from search_archive import file_source, make_article

from newsearch.indexer.layout import Layout
from newsearch.search.lookup import find_article, names_of
from newsearch.search.remembered import dropped_of


def test_an_article_goes_by_id_external_id_url_and_path(tmp_path):
    article = make_article(
        id="ab12", external_id="kb-1", url="https://a.example/x", source=file_source(tmp_path / "a.txt")
    )
    assert names_of(article) == {"ab12", "kb-1", "https://a.example/x", "a.txt", str(tmp_path / "a.txt")}


def test_a_page_is_found_by_its_place_as_search_prints_it(searcher):
    """With the whole path and the passage's line behind it."""
    page = searcher.article("dumps/faehre.txt")
    for name in (page.source.file, f"{page.source.file}:12", "dumps/faehre.txt:3"):
        assert searcher.article(name).id == page.id


def test_what_an_article_lacks_is_no_name():
    assert names_of(make_article(id="ab12")) == {"ab12"}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("355e183c36e3d6e6", "Kollege Computer: Reederei stellt nur noch mit Nachweis ein"),
        ("hg-3", "Council votes to keep the night buses"),
        ("https://bergblick.example/gletscher", "Als der Gletscher noch bis zur Hütte reichte"),
        ("http://www.bergblick.example/gletscher/?utm_source=x#oben", "Als der Gletscher noch bis zur Hütte reichte"),
        ("dumps/faehre.txt", "Fähre bleibt im Hafen: Insulaner proben den Aufstand"),
        ("kb-4", "Schachklub sucht Keller"),
    ],
)
def test_an_article_is_found_by_any_of_its_names(name, title, searcher):
    row = find_article(searcher.generation, name)
    assert searcher.generation.article(row).title == title
    assert searcher.article(name).title == title


@pytest.mark.parametrize("name", ["kb-99", "355e183c36e3d6e", "https://a.example/x", "http://[::1", "", "Ä" * 16])
def test_a_name_of_nothing_finds_nothing(name, searcher):
    assert find_article(searcher.generation, name) is None
    assert searcher.article(name) is None


def test_what_was_dropped_of_a_page_is_kept_in_its_order(index):
    generation = Layout(index).open_current()
    row = find_article(generation, "dumps/faehre.txt")
    dropped = [(block.reason, block.text) for block in dropped_of(index, generation, row)]
    assert dropped == [
        ("publisher", "Küstenbote"),
        ("navigation", "Startseite | Politik | Wirtschaft | Sport"),
        ("date line", "3. März 2024, 18:15 Uhr · Quelle: dpa/Küstenbote"),
        ("category line", "Region / Inseln"),
        ("publisher and date below the article", "[Küstenbote] · 03.03.2024 · 18:15 Uhr"),
        ("comments", "[12 Kommentare]"),
        ("share bar", "Teilen Drucken WhatsApp"),
        ("search box", "Suchbegriff"),
    ]
    assert dropped_of(index, generation, find_article(generation, "kb-1")) == []
