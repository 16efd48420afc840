from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_archive import ARTICLES, PROOF, quiet, write_lines

from newsearch.corpus.errors import IndexNotFoundError, ModelError, UsageError
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.embedders.static import StaticEmbedder
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.expansion import expand
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.indexer.terms import term_scores
from newsearch.search import Filter, Order, Searcher, Step

QUERIES = [
    "which firms require proof AI can't do the job",
    "Käse aus dem Stollen",
    "ice shrinking in the mountains",
    "wie komme ich auf die Insel",
    "Reuters",
    "🙂",
]

FILTERS = st.builds(
    Filter,
    since=st.sampled_from([None, date(2024, 11, 15), date(2025, 6, 22)]),
    until=st.sampled_from([None, date(2021, 5, 1), date(2025, 3, 6)]),
    publishers=st.sampled_from([(), ("küstenbote",), ("Bergblick", "Harbour Gazette")]),
    languages=st.sampled_from([(), ("de",), ("de-AT",), ("en", "de-AT")]),
    sections=st.sampled_from([(), ("City",), ("city", "Sport")]),
    agencies=st.sampled_from([(), ("dpa",)]),
    include_undated=st.booleans(),
)


def ids(results):
    return [hit.article.external_id or hit.article.source.path for hit in results.hits]


def exact_ranking(searcher, table, query, allowed):
    """(passage, score) of all passages, or the *allowed* ones: two thirds term score and a third cosine, one by one."""
    generation = searcher.generation
    present = np.unique(generation.terms.pieces.flat)
    term = term_scores(generation.terms, expand(table, table.pieces_of([query])[0], present))
    cosines = generation.store.vectors().astype(np.float32) @ StaticEmbedder(table).embed_queries([query])[0]
    scores = [
        (n, float(term[n]) * 2 / 3 + float(cosines[n]) / 3) for n in range(len(term)) if allowed is None or allowed[n]
    ]
    return sorted(scores, key=lambda pair: -pair[1])


def test_an_english_question_finds_the_german_answer(searcher):
    hit = searcher.search("which firms require proof AI can't do the job", 1).hits[0]
    assert (hit.rank, hit.article.external_id, hit.article.language) == (1, "kb-1", "de")
    assert hit.text[slice(*hit.snippet)] == PROOF
    assert hit.link.startswith("https://kuestenbote.example/wirtschaft/kollege-computer?id=1#kommentare:~:text=Die%20")


@pytest.mark.parametrize("query", QUERIES)
def test_passages_rank_as_in_an_exhaustive_search(query, searcher, table):
    expected = exact_ranking(searcher, table, query, None)
    hits = searcher.search(query, 100, collapse=False).hits
    assert [hit.score for hit in hits] == pytest.approx([score for _, score in expected], abs=1e-5)
    spans = [tuple(searcher.generation.spans.flat[number]) for number, _ in expected]
    assert [(hit.start, hit.end) for hit in hits] == spans
    assert [hit.rank for hit in hits] == list(range(1, 16))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("k", [1, 5, 11, 50])
def test_there_are_k_hits_where_the_archive_has_them(query, k, searcher):
    """Eleven articles: also for a query that nothing answers, each is ranked once."""
    found = ids(searcher.search(query, k))
    assert len(found) == min(k, 11)
    assert len(set(found)) == len(found)


def by_two_best(ranked):
    """The articles of (article, score, passage), best first: each with its best passage, the next a sixth."""
    passages = {}
    for article, score, passage in ranked:
        passages.setdefault(article, []).append((score, passage))
    found = [(article, (5 * of[0][0] + of[:2][-1][0]) / 6, of[0][1]) for article, of in passages.items()]
    return sorted(found, key=lambda one: -one[1])


@pytest.mark.parametrize("query", QUERIES)
def test_an_article_is_ranked_by_its_two_best_passages(query, searcher):
    every = searcher.search(query, 50, collapse=False).hits
    expected = by_two_best((hit.article.id, hit.score, hit.text) for hit in every)
    found = searcher.search(query, 50).hits
    assert [(hit.article.id, hit.text) for hit in found] == [(article, text) for article, _, text in expected]
    assert [hit.score for hit in found] == pytest.approx([score for _, score, _ in expected], abs=1e-5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILTERS, st.sampled_from(QUERIES), st.integers(1, 12))
def test_a_filter_gives_the_best_of_what_it_lets_through(searcher, table, wanted, query, k):
    generation = searcher.generation
    passages = generation.passages_of(generation.allowed_articles(wanted), wanted.languages)
    names = [generation.article(row).id for row in range(len(generation))]
    ranked = exact_ranking(searcher, table, query, passages)
    expected = [a for a, _, _ in by_two_best((names[generation.article_of[n]], score, n) for n, score in ranked)]
    assert [hit.article.id for hit in searcher.search(query, k, wanted).hits] == expected[:k]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(publishers=("bergblick",)), {"bb-1", "bb-2"}),
        (Filter(languages=("de",), sections=("Wissen", "SPORT")), {"bb-2", "kb-4"}),
        (Filter(languages=("de-AT",)), {"bb-1", "bb-2"}),
        (Filter(agencies=("dpa",)), {"kb-1", "kb-2", "dumps/faehre.txt"}),
        (Filter(agencies=("reuters",), languages=("de",)), set()),
        (Filter(since=date(2025, 6, 22)), {"kb-1"}),  # 21 June, 23:30 in London is the 22nd in Berlin
        (Filter(since=date(2025, 3, 6), until=date(2025, 6, 1)), {"hg-3", "kb-2"}),
        (Filter(until=date(2021, 7, 1)), {"bb-2"}),  # somewhen in 2021
        (Filter(since=date(2024, 11, 30), until=date(2024, 11, 30)), {"bb-1"}),  # somewhen in November
        (Filter(until=date(2021, 7, 1), include_undated=True), {"bb-2", "hg-2"}),
    ],
)
def test_filters_let_through_what_they_say(wanted, found, searcher):
    results = searcher.search("Käse", 50, wanted)
    assert set(ids(results)) == found
    assert results.filter == wanted


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(), 0),
        (Filter(since=date(1900, 1, 1)), 1),
        (Filter(until=date(2025, 1, 1)), 1),
        (Filter(since=date(2025, 1, 1), include_undated=True), 0),
        (Filter(since=date(2025, 1, 1), publishers=("Küstenbote",)), 0),
        (Filter(since=date(2025, 1, 1), publishers=("Harbour Gazette",)), 1),
    ],
)
def test_articles_that_only_lack_a_date_are_counted(wanted, count, searcher):
    assert searcher.search("soup", 5, wanted).undated_excluded == count


def test_by_date_the_newest_of_the_best_comes_first_and_undated_last(searcher):
    """Which hits there are does not change, nor the rank that each has."""
    best = searcher.search("soup", 11)
    hits = searcher.search("soup", 11, order=Order.DATE).hits
    assert ids(best)[0] == "hg-2"
    assert [hit.article.external_id or "ferry" for hit in hits] == [
        *("kb-1", "kb-2", "hg-3", "hg-1", "kb-4", "kb-3", "bb-1", "ferry", "hg-4", "bb-2", "hg-2")
    ]
    assert sorted(hits, key=lambda hit: hit.rank) == list(best.hits)
    assert set(ids(searcher.search("soup", 3, order=Order.DATE))) == set(ids(best)[:3])


@pytest.fixture(scope="module")
def ticker(tmp_path_factory, table):
    """One article of 1,200 passages on the ferry, and ten short ones on cheese."""
    folder = tmp_path_factory.mktemp("ticker")
    entry = (
        "Die Fähre nach Grönoog liegt am Tag {} weiter im Dock, und der Fahrplan der Fähre bleibt ausgesetzt, wie die Reederei "
        "der Fähre am Morgen mitteilte. Niemand weiß, wann die Fähre nach Grönoog wieder fährt, so ein Sprecher der Reederei."
    )
    live = {"title": "Ticker", "url": "https://a.example/", "text": "\n\n".join(map(entry.format, range(1200)))}
    cheese = [
        {
            "title": f"Nr. {n}",
            "url": f"https://a.example/{n}",
            "section": "Genuss",
            "text": f"Bergkäse {n} reift im Keller.",
        }
        for n in range(10)
    ]
    write_lines(folder / "a.jsonl", live, *cheese)
    report = build(folder / "index", Settings((folder / "a.jsonl",), "static"), quiet, table=table)
    assert report.passages == 1210
    return Searcher.open(folder / "index")


@pytest.mark.parametrize("k", [2, 5, 11])
def test_a_long_article_does_not_crowd_out_the_others(ticker, k):
    """Its passages are more than CANDIDATES, and each of them is nearer to the query than any other article."""
    hits = ticker.search("Fähre Grönoog Fahrplan", k).hits
    assert len({hit.article.id for hit in hits}) == k
    assert hits[0].article.title == "Ticker"


def test_a_filter_is_applied_before_the_search(ticker):
    """What is left after the 1,000 best of all passages would be nothing (pgvector#259)."""
    hits = ticker.search("Fähre Grönoog Fahrplan", 10, Filter(sections=("Genuss",))).hits
    assert {hit.article.title for hit in hits} == {f"Nr. {n}" for n in range(10)}


@pytest.mark.parametrize("query", QUERIES)
def test_offsets_slice_back_to_the_article(query, searcher):
    for hit in searcher.search(query, 50, collapse=False).hits:
        assert hit.article.text[hit.start : hit.end] == hit.text
        assert hit.text.strip() == hit.text
        assert 0 <= hit.snippet[0] < hit.snippet[1] <= len(hit.text)


def test_the_article_of_a_hit_is_the_one_that_was_written(searcher, archive):
    article = searcher.search("Schachklub", 1).hits[0].article
    record = ARTICLES[9]
    fields = ("title", "text", "external_id", "publisher", "section", "language")
    assert [getattr(article, f) for f in fields] == [record["id" if f == "external_id" else f] for f in fields]
    assert (article.source.root, article.source.path, article.source.record) == (str(archive), "articles.jsonl", 10)


def test_results_say_what_answered(searcher, index):
    results = searcher.search("  Käse ", 1)
    assert (results.query, results.model, results.answered) == ("  Käse ", "static", True)
    assert results.index == (index / "CURRENT").read_text().strip()
    assert 0 < results.took_ms < 10_000


@pytest.mark.parametrize("query", ["", "  ", "\n\t"])
def test_an_empty_query_is_refused(query, searcher):
    with pytest.raises(UsageError, match=r"^The query is empty\. Wanted: a question or some words\.$"):
        searcher.search(query)


@pytest.mark.parametrize("k", [0, -3])
def test_no_hits_cannot_be_asked_for(k, searcher):
    with pytest.raises(UsageError, match=rf"^k is {k}\. Wanted: how many hits to show, at least 1\.$"):
        searcher.search("Käse", k)


def test_threads_get_the_same_answers(searcher):
    asked = QUERIES * 20
    expected = {query: searcher.search(query, 5).hits for query in QUERIES}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda query: searcher.search(query, 5).hits, asked))
    assert answers == [expected[query] for query in asked]


def test_many_questions_at_once_get_the_answers_that_each_gets(searcher):
    wanted = Filter(languages=("de",))
    many = searcher.search_many(QUERIES, 5, wanted, order=Order.DATE)
    for query, found in zip(QUERIES, many, strict=True):
        alone = searcher.search(query, 5, wanted, order=Order.DATE)
        assert (found.query, found.hits, found.filter) == (query, alone.hits, wanted)
        assert found.took_ms > 0
    assert searcher.search_many([]) == []
    with pytest.raises(UsageError, match=r"^The query is empty\."):
        searcher.search_many(["Käse", ""])


def test_threads_mix_searches_timelines_and_relations(searcher):
    def ask(turn):
        query = QUERIES[turn % 5]
        kinds = (
            lambda: searcher.search(query, 5).hits,
            lambda: searcher.related("hg-1", 3).hits,
            lambda: searcher.timeline(query, Step.YEAR).periods,
            lambda: [results.hits for results in searcher.search_many(QUERIES[:2], 2)],
        )
        return kinds[turn % 4]()

    expected = [ask(turn) for turn in range(20)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, list(range(20)) * 3)) == expected * 3


@pytest.fixture
def own(archive, index, tmp_path):
    """An index with a source that may change."""
    shutil.copytree(archive, tmp_path / "source")
    build(tmp_path / "own.index", Settings((tmp_path / "source",), "static"), quiet)
    return tmp_path / "own.index"


def rebuild_twice(index):
    """Switch to a second and a third generation, which removes the first."""
    first = Layout(index).open_current().folder
    for number in range(2):
        source = Path(Layout(index).open_current().article(0).source.root)
        write_lines(source / f"neu-{number}.jsonl", {"title": f"Neu {number}", "text": "Ein Satz über Käse."})
        assert rebuild(index, quiet).switched
    assert not first.exists()


def test_a_searcher_answers_after_its_generation_was_removed(own):
    """A service has the index open while the nightly run goes on; nobody asked anything before it."""
    before = Searcher.open(own).search("Käse", 50)
    early = Searcher.open(own)
    rebuild_twice(own)
    after = early.search("Käse", 50)
    assert (after.hits, after.index) == (before.hits, before.index)
    assert len(Searcher.open(own).search("Käse", 50).hits) == len(before.hits) + 2
    assert ids(early.search("Käse", 3, Filter(since=date(2025, 1, 1), sections=("Sport",)))) == ["kb-4"]
    assert early.article("kb-4").title == "Schachklub sucht Keller"


def test_an_index_of_another_model_is_refused(archive, tmp_path, table):
    """Same name, same width, other vectors: the answers would be noise."""
    built, here = ToyEmbedder(salt="a"), ToyEmbedder(salt="b")
    build(tmp_path / "toy.index", Settings((archive,), "toy"), quiet, embedder=built)
    generation = Layout(tmp_path / "toy.index").open_current()
    with pytest.raises(ModelError) as caught:
        Searcher(generation, here, table)
    assert str(caught.value) == (
        f"The index was built with another toy (fingerprint {built.fingerprint[:12]}) than the one that is here "
        f"({here.fingerprint[:12]}), and their vectors do not fit each other. "
        "Bring the old model back, or run: newsearch rebuild"
    )
    assert ids(Searcher(generation, built, table).search("Schachklub Keller", 1)) == ["kb-4"]


def test_another_token_table_is_refused(index, table):
    other = replace(table, fingerprint="0" * 64)
    with pytest.raises(
        ModelError, match=rf"another token table \(fingerprint {table.fingerprint[:12]}\).*\(000000000000\)"
    ):
        Searcher(Layout(index).open_current(), StaticEmbedder(table), other)


def test_no_index_is_said(tmp_path):
    with pytest.raises(
        IndexNotFoundError, match=r"There is no index at .*nichts: no such folder\. Build one with: newsearch"
    ):
        Searcher.open(tmp_path / "nichts")
