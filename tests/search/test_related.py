from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from search_archive import quiet, write_lines

from newsearch.corpus.errors import UsageError
from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search import Filter, Order, Searcher
from newsearch.search.related import vector_of

STORIES = {
    "ferry": [
        (
            "de",
            "Fähre bleibt im Hafen",
            "Die Fähre nach Grönoog liegt mit Ruderschaden im Dock. Die Insulaner warten auf Post.",
        ),
        (
            "de",
            "Reederei sucht Ersatzteil",
            "Für das Ruder der Fähre fehlt ein Bolzen. Die Reederei bestellt ihn in Turku.",
        ),
        (
            "en",
            "Islanders cut off",
            "The ferry to the island is still in dock with a broken rudder, the shipping company said.",
        ),
    ],
    "cheese": [
        (
            "de",
            "Käse aus dem Stollen",
            "Im alten Bergwerk reift Bergkäse auf Brettern aus Fichte. Er schmeckt nach Heu.",
        ),
        (
            "de",
            "Preis für die Sennerei",
            "Der Bergkäse der Sennerei hat beim Wettbewerb der Käser die Goldmedaille gewonnen.",
        ),
        (
            "en",
            "Mountain cheese wins gold",
            "A cheese that ripens in a disused mine was named the best of the dairy contest.",
        ),
    ],
    "chess": [
        (
            "de",
            "Schachklub sucht Keller",
            "Der Schachklub muss ausziehen, weil das Haus verkauft wird. Gespielt wird im Bahnhof.",
        ),
        (
            "de",
            "Schach im Wartesaal",
            "Zwischen Koffern spielt der Schachklub seine Partien. Die Bahn hat nichts dagegen.",
        ),
        (
            "en",
            "Chess club finds a cellar",
            "The chess players leave the railway station and move into a cellar under the town hall.",
        ),
    ],
}


@pytest.fixture(scope="module")
def stories(tmp_path_factory, table):
    """Three stories of three articles, the n-th of each of the n-th of May."""
    folder = tmp_path_factory.mktemp("stories")
    records = [
        {
            "id": f"{name}-{n}",
            "publisher": "Küstenbote",
            "title": title,
            "text": text,
            "language": language,
            "published": f"2025-05-0{n}",
        }
        for name, articles in STORIES.items()
        for n, (language, title, text) in enumerate(articles, 1)
    ]
    write_lines(folder / "a.jsonl", *records)
    build(folder / "index", Settings((folder / "a.jsonl",), "static"), quiet, table=table)
    return Searcher.open(folder / "index")


def found(results):
    return [hit.article.external_id for hit in results.hits]


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_others_on_the_same_story_come_first_whatever_their_language(name, number, stories):
    """And not the article itself."""
    others = {f"{name}-{n}" for n in (1, 2, 3)} - {f"{name}-{number}"}
    results = stories.related(f"{name}-{number}", 9)
    assert set(found(results)[:2]) == others
    assert len(results.hits) == 8
    assert f"{name}-{number}" not in found(results)
    assert results.query == STORIES[name][number - 1][1]


def test_by_date_the_newest_of_them_comes_first(stories):
    assert found(stories.related("ferry-1", 2, order=Order.DATE)) == ["ferry-3", "ferry-2"]
    assert found(stories.related("ferry-3", 2, order=Order.DATE)) == ["ferry-2", "ferry-1"]


def test_a_filter_narrows_them(stories):
    before = Filter(until=date(2025, 5, 2), languages=("de",))
    assert found(stories.related("ferry-3", 2, before)) in (["ferry-1", "ferry-2"], ["ferry-2", "ferry-1"])
    assert found(stories.related("ferry-1", 1, Filter(languages=("en",)))) == ["ferry-3"]


def test_a_name_that_only_the_article_itself_has_finds_nothing_and_is_no_slip(tmp_path, table):
    (_, title, text), (_, other, more), _ = STORIES["ferry"]
    papers = [
        {"title": title, "text": text, "publisher": "Inselblatt"},
        {"title": other, "text": more, "publisher": "Bote"},
    ]
    write_lines(tmp_path / "a.jsonl", *papers)
    build(tmp_path / "index", Settings((tmp_path / "a.jsonl",), "static"), quiet, table=table)
    searcher = Searcher.open(tmp_path / "index")
    assert searcher.related("a.jsonl:1", 5, Filter(publishers=("Inselblatt",))).hits == ()
    with pytest.raises(UsageError, match="No article of the index has the publisher 'Inselblat'"):
        searcher.related("a.jsonl:1", 5, Filter(publishers=("Inselblat",)))


def test_the_dense_leg_is_asked_with_the_mean_of_the_passages(searcher):
    """Of four passages; a hand-made mean of those that the store holds."""
    generation = searcher.generation
    row = int(np.argmax(generation.spans.lengths))
    start, end = generation.spans.starts[row : row + 2]
    mean = generation.store.vectors()[start:end].astype(np.float64).mean(axis=0)
    assert end - start == 4
    assert np.allclose(vector_of(generation, row), mean / np.linalg.norm(mean), atol=1e-6)


def test_the_same_words_in_another_paper_are_no_background(sample):
    """The recall of a cheese, carried by two; each would be the other's nearest."""
    name = "elbkurier-2025-02-06-kaeserueckruf"
    [hit] = sample.search("Listerien im Bergkäse, Rückruf", 1).hits
    others = {other.article_id for other in hit.also_in} | {hit.article.id}
    assert len(others) == 2
    assert sample.article(name).id in others
    assert not others & {hit.article.id for hit in sample.related(name, 38).hits}


def test_an_article_that_is_not_there_is_said(stories):
    with pytest.raises(
        UsageError, match=r"^No article 'ferry-9' in the index\. Wanted: an id, url, external id, or path"
    ):
        stories.related("ferry-9")


def test_the_command_shows_them(newsearch, index):
    hits = newsearch("related", "hg-1", "--index", index, "--json", "-k", 2).json["hits"]
    assert hits[0]["title"] == "Council votes to keep the night buses"
    call = newsearch("related", "hg-1", "--index", index, "-k", 1)
    assert (call.status, call.out.splitlines()[0][:4]) == (0, "1   ")
    assert newsearch("related", "nichts", "--index", index).status == 2
