"""One story once: near-duplicates are one hit that names the others."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_archive import ARTICLES, LONG, quiet, write_lines

from newsearch.indexer import takedown
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.settings import Settings
from newsearch.search import Filter, Searcher
from newsearch.search.evaluation import evaluate
from newsearch.search.judged import JudgedQuery

QUESTION = "Wie schmeckt der Bergkäse aus dem Stollen?"
TEXT = "\n\n".join(LONG)
NEWS = (
    "Im Hofladen gibt es seit Juni auch Eis aus Molke, drei Sorten, eine davon mit Marille und gerösteten Haselnüssen."
)


def record(name, published, text=TEXT, **fields):
    address = {"url": f"https://{name}.example/kaese", "publisher": name.title(), "published": published}
    return {"title": f"Käse im Berg ({name})", "language": "de-AT", "text": text} | address | fields


COPIES = [
    record("talbote", "2024-11-05"),
    record("alpenblatt", "2024-11-03"),
    record("nachdruck", None),
    record("gipfel", "2024-12", LONG[0] + "\n\n" + LONG[1] + "\n\n" + LONG[2]),
    record("molkerei", "2025-06-02", TEXT + "\n\n" + NEWS, title="Käse im Berg (talbote)"),
]
"""The article on the mountain cheese, bb-1 of November 2024, in five other papers: two as it is, one without a date, one cut
down, one with something new below and the same headline as the first."""


@pytest.fixture(scope="module")
def path(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("wire")
    write_lines(folder / "a.jsonl", *ARTICLES, *COPIES)
    report = build(folder / "index", Settings((folder / "a.jsonl",), "static"), quiet, table=table)
    assert (report.articles, report.stories) == (15, 10)
    return folder / "index"


@pytest.fixture(scope="module")
def wire(path):
    return Searcher.open(path)


def papers(also_in):
    return [other.publisher for other in also_in]


def test_a_story_in_six_papers_is_one_hit_that_names_the_other_five(wire):
    """The earliest first; whose date is known by the month only counts as of its first day; undated ones are last."""
    hit, second = wire.search(QUESTION, 2).hits
    everyone = ["Bergblick", "Alpenblatt", "Talbote", "Gipfel", "Molkerei", "Nachdruck"]
    assert papers(hit.also_in) == [name for name in everyone if name != hit.article.publisher]
    assert (second.article.title, second.also_in) == ("Als der Gletscher noch bis zur Hütte reichte", ())


def test_what_is_named_has_its_date_and_a_link_to_the_same_passage(wire):
    hit = wire.search(QUESTION, 1).hits[0]
    assert hit.text in COPIES[0]["text"]
    other = next(other for other in hit.also_in if other.publisher == "Talbote")
    assert (other.title, other.url) == ("Käse im Berg (talbote)", "https://talbote.example/kaese")
    assert (other.published.date(), other.precision) == (date(2024, 11, 5), "day")
    assert other.link == "https://talbote.example/kaese#" + hit.link.partition("#")[2]
    assert wire.article(other.article_id).publisher == "Talbote"


def test_where_the_passage_does_not_stand_the_link_is_to_the_article(wire):
    """What is new in the Molkerei's version is in no other."""
    hit = wire.search("Eis aus Molke mit Marille im Hofladen", 1).hits[0]
    assert (hit.article.publisher, NEWS in hit.text) == ("Molkerei", True)
    assert len(hit.also_in) == 5
    assert {other.link for other in hit.also_in} >= {
        "https://alpenblatt.example/kaese",
        "https://talbote.example/kaese",
    }


def test_of_passages_that_tie_the_earliest_is_shown(wire):
    """Talbote and Molkerei have the same headline, so the same passages: the one of November stands before that of June."""
    both = Filter(publishers=("Talbote", "Molkerei"))
    scores = [(hit.score, hit.article.publisher) for hit in wire.search(QUESTION, 5, both, fold=False).hits]
    assert [publisher for _, publisher in scores] == ["Talbote", "Molkerei"]
    assert scores[0][0] == pytest.approx(scores[1][0], abs=1e-6)
    hit = wire.search(QUESTION, 1, both).hits[0]
    assert (hit.article.publisher, papers(hit.also_in)) == ("Talbote", ["Molkerei"])


def test_the_articles_of_a_story_are_those_that_have_its_number(wire):
    generation = wire.generation
    for row, story in enumerate(generation.stories.tolist()):
        assert generation.story(row).tolist() == [n for n, s in enumerate(generation.stories.tolist()) if s == story]


@pytest.mark.parametrize("k", [1, 3, 10, 50])
def test_there_are_k_stories_where_the_archive_has_them(wire, k):
    hits = wire.search(QUESTION, k).hits
    assert len(hits) == min(k, 10)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_not_folded_every_article_is_a_hit_and_not_collapsed_every_passage(wire):
    articles, passages = wire.search(QUESTION, 99, fold=False).hits, wire.search(QUESTION, 99, collapse=False).hits
    assert len({hit.article.id for hit in articles}) == len(articles) == 15
    assert len(passages) == len(wire.generation.article_of)
    assert passages == wire.search(QUESTION, 99, collapse=False, fold=False).hits
    assert not any(hit.also_in for hit in articles + passages)


FILTERS = st.builds(
    Filter,
    since=st.sampled_from([None, date(2024, 11, 4), date(2025, 1, 1)]),
    publishers=st.sampled_from([(), ("Talbote", "Molkerei", "Küstenbote"), ("Gipfel", "Nachdruck"), ("Bergblick",)]),
    languages=st.sampled_from([(), ("de-AT",)]),
    include_undated=st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILTERS, st.sampled_from([QUESTION, "Bergwerk", "Marille", "Robbe", "bridge"]), st.integers(1, 12))
def test_folding_is_a_walk_down_the_articles_that_a_filter_lets_through(wire, wanted, query, k):
    """Of each story the first that comes; the others that come are named, and no other one is."""
    generation = wire.generation
    story = {
        article: generation.stories[generation.find(article)] for article in map(bytes.decode, generation.places.ids)
    }
    walked = {}
    for hit in wire.search(query, 99, wanted, fold=False).hits:
        walked.setdefault(story[hit.article.id], []).append(hit)
    folded = wire.search(query, k, wanted).hits
    assert len(folded) == min(k, len(walked))
    for hit, members in zip(folded, walked.values(), strict=False):
        assert story[hit.article.id] == story[members[0].article.id]
        assert hit.score == pytest.approx(members[0].score, abs=1e-6)
        others = {other.article.id for other in members} - {hit.article.id}
        assert [other.article_id for other in hit.also_in if other.article_id not in others] == []
        assert len(hit.also_in) == len(others)


def test_what_is_taken_down_is_neither_shown_nor_named(tmp_path, table):
    """At once, in a searcher that is open; then its signature goes, and the others stay one story."""
    write_lines(tmp_path / "a.jsonl", *COPIES, ARTICLES[6])
    build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), "static"), quiet, table=table)
    searcher = Searcher.open(tmp_path / "i")
    shown = searcher.search(QUESTION, 1).hits[0]
    takedown.take_down(tmp_path / "i", shown.article.id)
    takedown.take_down(tmp_path / "i", shown.also_in[0].article_id)
    gone = {shown.article.id, shown.also_in[0].article_id}
    for reader in (searcher, Searcher.open(tmp_path / "i")):
        hit = reader.search(QUESTION, 1).hits[0]
        assert {hit.article.id, *(other.article_id for other in hit.also_in)} == (
            {shown.article.id, *(other.article_id for other in shown.also_in)} - gone
        )
    assert Searcher.open(tmp_path / "i").generation.manifest.counts["stories"] == 2


@pytest.mark.parametrize("fold", [True, False])
def test_any_article_of_the_story_is_a_right_answer(wire, fold):
    """The gold passage is told a little otherwise, so it stands nowhere; it is looked for in all of the named story."""
    gold = ("Der Käse schmecke nach Heu und auch ein wenig nach Haselnuss, meint Sennerin Vroni Zangerl.",)
    text = "Schmeckt der Käse aus dem Stollen nach Heu und Haselnuss?"
    names = [f"https://{paper}.example/kaese" for paper in ("gipfel", "nachdruck")]
    queries = [JudgedQuery(name, text, "de", "question", name, gold) for name in names]
    assert [outcome.rank for outcome in evaluate(wire, queries, quiet, fold=fold).outcomes] == [1, 1]
    assert wire.search(text, 1, fold=fold).hits[0].article.url not in names


def test_the_command_line_names_them_and_shows_each_when_asked(path, newsearch):
    form = newsearch("search", QUESTION, "--index", path, "-k", 1, "--json").json["hits"][0]
    assert [(other["publisher"], other["published"]) for other in form["also_in"]][-3:] == [
        ("Gipfel", "2024-12"),
        ("Molkerei", "2025-06-02"),
        ("Nachdruck", None),
    ]
    assert set(form["also_in"][0]) == {"article_id", "title", "publisher", "published", "url", "link"}
    lines = newsearch("search", QUESTION, "--index", path, "-k", 1).out.splitlines()
    assert lines[2].startswith("    also in: ")
    assert "Gipfel (December 2024) https://gipfel.example/kaese" in lines[2]
    assert len(newsearch("search", QUESTION, "--index", path, "-k", 99, "--no-fold", "--json").json["hits"]) == 15
    assert "stories     10, near-duplicates counted as one" in newsearch("info", "--index", path).out


def test_a_copy_that_was_left_out_is_named_with_its_own_address(tmp_path, table):
    """The same article to the letter at another address: it is read once, and every link is kept, however hits are shown."""
    first, seal = ARTICLES[6], record("elbkurier", "2025-06-01", ARTICLES[6]["text"], title="Robbe")
    again = first | {"url": "https://kuestenbote.example/archiv/4711", "published": "2025-06-09", "id": "kb-99"}
    write_lines(tmp_path / "a.jsonl", first, seal)
    build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), "static"), quiet, table=table)
    assert [o.url for o in Searcher.open(tmp_path / "i").search("Kegelrobbe", 1, fold=False).hits[0].also_in] == []
    write_lines(tmp_path / "a.jsonl", first, seal, again)
    report = rebuild(tmp_path / "i", quiet, table=table)
    assert (report.switched, report.articles, report.reading.duplicates) == (True, 2, 1)
    searcher = Searcher.open(tmp_path / "i")
    named = {
        hit.article.publisher: [(o.url, o.published.date()) for o in hit.also_in]
        for hit in searcher.search("Kegelrobbe Bäckerei", 2, fold=False).hits
    }
    assert named == {"Küstenbote": [(again["url"], date(2025, 6, 9))], "Elbkurier": []}
    hit = searcher.search("Kegelrobbe Bäckerei", 1).hits[0]
    assert sorted([hit.article.url, *(o.url for o in hit.also_in)]) == sorted([first["url"], seal["url"], again["url"]])
    assert all("#:~:text=" in other.link for other in hit.also_in)
    before = searcher.search("Kegelrobbe Bäckerei", 1, Filter(until=date(2025, 6, 8)), fold=False).hits[0]
    assert (before.article.url, before.also_in) == (first["url"], ())
    later = searcher.search("Kegelrobbe Bäckerei", 1, Filter(until=date(2025, 6, 9)), fold=False).hits[0]
    assert [o.url for o in later.also_in] == [again["url"]]
    assert rebuild(tmp_path / "i", quiet, table=table).switched is False
    takedown.take_down(tmp_path / "i", searcher.article(first["url"]).id)
    assert [o.url for o in Searcher.open(tmp_path / "i").search("Kegelrobbe", 1).hits[0].also_in] == []
