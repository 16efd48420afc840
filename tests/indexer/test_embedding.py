"""Articles into contents: cut, put into context, embedded once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.article import Article
from newsearch.corpus.errors import ModelError
from newsearch.corpus.versions import unpack
from newsearch.indexer import embedding
from newsearch.indexer.cache import EmbeddingCache
from newsearch.indexer.chunker import Chunking
from newsearch.indexer.embedders.static import StaticEmbedder
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.embedding import HEADLINE_LENGTH, MAX_PIECES, Maker, cut, make_contents, passage_input

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from newsearch.indexer.contents import Contents
    from newsearch.indexer.embedders.base import Inputs
    from newsearch.indexer.table import StaticTable

LONG = "\n\n".join(
    f"Absatz {n} handelt vom Hafen. " + "Die Schiffe warten draußen vor der Mole. " * 7 for n in range(4)
)


def maker_of(folder: Path, table: StaticTable, embedder: ToyEmbedder | StaticEmbedder) -> Maker:
    cache = EmbeddingCache(folder, embedder.fingerprint, embedder.dimension)
    return Maker(embedder, table, Chunking(), ZoneInfo("Europe/Berlin"), cache)


@pytest.fixture
def maker(tmp_path: Path, shipped: StaticTable) -> Maker:
    """The toy embedder, the shipped vocabulary, an empty cache."""
    return maker_of(tmp_path, shipped, ToyEmbedder(8))


def made(articles: list[Article], maker: Maker) -> Contents:
    versions = ((bytes([n]) * 32, a) for n, a in enumerate(articles))
    return make_contents(versions, maker, lambda _done, _new: None)


def same(one: Contents, other: Contents) -> bool:
    """Whether both hold the same bytes."""
    arrays = [
        (c.versions, *(a for r in (c.texts, c.spans, c.pieces) for a in (r.flat, r.starts)), c.vectors)
        for c in (one, other)
    ]
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(*arrays, strict=True))


def some_articles(number: int) -> list[Article]:
    return [
        Article(f"Meldung {n}", f"Nummer {n}.\n\n{LONG[: 150 * (n % 9)].strip()}", publisher="AB"[n % 2])
        for n in range(number)
    ]


def test_a_passage_is_embedded_below_its_headline():
    article = Article("Hafen gesperrt", "Die Schiffe warten.\n\nEnde.")
    assert passage_input(article, (0, 19)) == "Hafen gesperrt\nDie Schiffe warten."
    assert passage_input(article, (21, 26)) == "Hafen gesperrt\nEnde."
    assert passage_input(replace(article, title=""), (21, 26)) == "Ende."
    assert passage_input(replace(article, title="  "), (21, 26)) == "Ende."


def test_of_a_long_headline_the_beginning_is_context():
    """'x ' sixty times is 120 letters, whose last is white space."""
    assert HEADLINE_LENGTH == 120
    assert passage_input(Article("x " * 99, "Ende."), (0, 5)) == ("x " * 60).strip() + "\nEnde."


def test_contents_say_of_each_article_what_it_says(maker):
    articles = some_articles(5)
    contents = made(articles, maker)
    assert [unpack(contents.texts[n].tobytes()) for n in range(5)] == articles
    assert [contents.versions[n].tobytes() for n in range(5)] == [bytes([n]) * 32 for n in range(5)]
    assert [contents.columns.publisher.names[c] for c in contents.columns.publisher.codes] == ["A", "B", "A", "B", "A"]
    inputs = [passage_input(a, tuple(s)) for n, a in enumerate(articles) for s in contents.spans[n].tolist()]
    assert maker.embedder.embedded == inputs
    assert contents.vectors.tolist() == ToyEmbedder(8).embed_queries(inputs).astype(np.float16).tolist()
    assert contents.pieces.flat.tolist() == maker.table.pieces_of(inputs).flat.tolist()
    assert contents.pieces.starts.tolist() == maker.table.pieces_of(inputs).starts.tolist()
    assert contents.pieces.flat.dtype == np.uint16


def test_another_headline_changes_every_input_of_the_article_and_no_other(maker):
    """The headline is context: a vector from the cache under the old one would be wrong."""
    articles = [Article("Alt", LONG), Article("Anders", LONG)]
    before = made(articles, maker)
    first = len(before.spans[0])
    assert first > 2
    maker.embedder.embedded.clear()
    after = made([replace(articles[0], title="Neu"), articles[1]], maker)
    assert len(maker.embedder.embedded) == first
    assert all(text.startswith("Neu\n") for text in maker.embedder.embedded)
    changed = (before.vectors != after.vectors).any(axis=1).tolist()
    assert changed == [True] * first + [False] * (len(changed) - first)


def test_a_change_beside_headline_and_text_embeds_nothing(maker):
    article = Article("Hafen", LONG)
    made([article], maker)
    maker.embedder.embedded.clear()
    made([replace(article, section="Sport", url="https://a.example/x", lead="Kurz")], maker)
    assert maker.embedder.embedded == []


def test_what_was_embedded_once_is_not_embedded_again(maker):
    articles = some_articles(12)
    first = made(articles, maker)
    maker.embedder.embedded.clear()
    assert same(made(articles, maker), first)
    assert maker.embedder.embedded == []
    again = replace(maker, cache=EmbeddingCache(maker.cache.folder.parent, maker.embedder.fingerprint, 8))
    assert same(made(articles, again), first)
    assert maker.embedder.embedded == []


def test_passages_from_the_cache_and_new_ones_are_what_all_new_ones_would_be(tmp_path, shipped):
    """The static embedder sums the pieces of those that are missing, and of no others."""
    articles = some_articles(12)
    embedder = StaticEmbedder(shipped)
    maker = maker_of(tmp_path / "half", shipped, embedder)
    made(articles[1::2], maker)
    assert same(made(articles, maker), made(articles, maker_of(tmp_path / "none", shipped, embedder)))


def test_only_the_new_passage_is_embedded(maker):
    """One sentence more at the end of the last paragraph: the others are in the cache."""
    made([Article("Hafen", LONG)], maker)
    maker.embedder.embedded.clear()
    made([Article("Hafen", LONG.strip() + " Neu ist das.")], maker)
    assert len(maker.embedder.embedded) == 1
    assert maker.embedder.embedded[0].endswith("Neu ist das.")


def test_without_articles_there_are_no_contents_of_the_right_widths(maker):
    contents = made([], maker)
    assert (len(contents), len(contents.pieces)) == (0, 0)
    assert (contents.vectors.shape, contents.spans.flat.shape, contents.versions.shape) == ((0, 8), (0, 2), (0, 32))
    assert contents.vectors.dtype == np.float16
    assert maker.embedder.embedded == []


def test_an_article_without_text_has_no_passage_and_keeps_its_place(maker):
    contents = made([Article("Eins", "Hafen."), Article("Leer", ""), Article("Zwei", "Hafen.")], maker)
    assert contents.spans.lengths.tolist() == [1, 0, 1]
    assert unpack(contents.texts[1].tobytes()).title == "Leer"


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 19, 20, 21])
def test_contents_do_not_depend_on_the_batch(tmp_path, shipped, monkeypatch, batch):
    articles = some_articles(20)
    for embedder in (ToyEmbedder(8), StaticEmbedder(shipped)):
        whole = made(articles, maker_of(tmp_path / "whole", shipped, embedder))
        with monkeypatch.context() as patch:
            patch.setattr(embedding, "BATCH", batch)
            parts = made(articles, maker_of(tmp_path / "parts", shipped, embedder))
        assert same(whole, parts)


def test_progress_says_after_each_batch_what_is_done_and_how_much_of_it_was_new(maker, monkeypatch):
    monkeypatch.setattr(embedding, "BATCH", 2)
    articles = [Article(t, "Ein Satz.") for t in "abcab"]
    told = []
    make_contents(((bytes(32), a) for a in articles), maker, lambda *numbers: told.append(numbers))
    assert told == [(2, 2), (4, 3), (5, 3)]


CJK = "港口自六月以来一直关闭。没有人知道会持续多久。" * 40
URLS = "https://beispiel.example/" + "a1-b2_c3/d4?e5=f6&" * 60


def check_cut(article: Article, maker: Maker, longest: int) -> int:
    """No input exceeds the model, and the passages cover the text; returns how many there are."""
    (spans,), inputs = cut([article], maker)
    assert inputs.texts == [passage_input(article, s) for s in spans]
    assert inputs.pieces.lengths.max() <= longest
    assert maker.embedder.count_pieces(inputs).max() <= longest
    text = article.text
    ends = [0, *(end for _, end in spans)]
    assert all(text[a:b].strip() == "" for a, (b, _) in zip(ends, [*spans, (len(text), 0)], strict=True))
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    return len(spans)


@pytest.mark.parametrize("text", [CJK, URLS, "1+" * 400], ids=["CJK", "URLs", "numbers"])
def test_a_passage_of_many_pieces_is_split_until_it_fits_and_never_cut_off(maker, text):
    """600 letters of news are 160 pieces; of this they are up to 600. What an encoder does not read, nobody would find."""
    assert MAX_PIECES == 200
    article = Article("Hafen", text)
    assert maker.table.pieces_of([passage_input(article, (0, 600))]).lengths[0] > MAX_PIECES
    assert check_cut(article, maker, MAX_PIECES) > len(text) / 600


def test_a_model_that_reads_less_gets_shorter_passages(maker):
    maker.embedder.max_pieces = 40
    plain = len(cut([Article("Hafen", LONG)], replace(maker, embedder=ToyEmbedder(8)))[0][0])
    assert check_cut(Article("Hafen", LONG), maker, 40) > plain


class Letters(ToyEmbedder):
    """A model whose vocabulary is the alphabet."""

    def count_pieces(self, inputs: Inputs) -> NDArray[np.int64]:
        return np.array([len(text) for text in inputs.texts], np.int64)


def test_a_model_that_cuts_finer_than_the_vocabulary_gets_shorter_passages(maker):
    """What it reads is counted in its own pieces: of 350 letters, more than the 60 of the shipped vocabulary."""
    assert check_cut(Article("Hafen", LONG), replace(maker, embedder=Letters(8)), MAX_PIECES) > len(LONG) / MAX_PIECES


def test_only_the_passage_that_is_too_long_is_split(maker):
    normal = Article("Hafen", LONG)
    (alone,), _ = cut([normal], maker)
    (between, _, again), _ = cut([normal, Article("Hafen", CJK), normal], maker)
    assert between == again == alone


@given(st.text(st.sampled_from("ab 。港🚢.\n"), min_size=1, max_size=300).filter(str.strip), st.integers(8, 40))
@settings(deadline=None, max_examples=40)
def test_whatever_the_text_every_input_fits(shipped, tmp_path_factory, text, longest):
    embedder = ToyEmbedder(8)
    embedder.max_pieces = longest
    check_cut(Article("Hafen zu", text), maker_of(tmp_path_factory.getbasetemp() / "none", shipped, embedder), longest)


def test_a_headline_that_leaves_no_room_is_left_out(maker):
    """The model reads 10 pieces, and six words of headline are more than half of them."""
    maker.embedder.max_pieces = 10
    made([Article("eins zwei drei vier fünf sechs", "Ein Satz vom Hafen.")], maker)
    assert maker.embedder.embedded == ["Ein Satz vom Hafen."]


def test_a_headline_of_junk_stops_no_build(maker):
    """An ellipsis is three pieces: 120 of them are more than any input may be."""
    contents = made([Article("…" * 120, "Ein Satz vom Hafen."), Article("Hafen", "Ein Satz.")], maker)
    assert len(contents) == 2
    assert maker.embedder.embedded == ["Ein Satz vom Hafen.", "Hafen\nEin Satz."]


def test_a_model_that_reads_nothing_is_an_error_with_the_number(maker):
    maker.embedder.max_pieces = 0
    with pytest.raises(ModelError, match=r"The model reads 0 pieces, and one character of the article 'A' is more"):
        made([Article("Hafen", "A")], maker)


def test_a_first_failure_keeps_what_was_embedded_before_it(maker, monkeypatch):
    """Batches are kept as they are done; the next run goes on from there."""
    monkeypatch.setattr(embedding, "BATCH", 2)
    articles = some_articles(6)

    def torn():
        yield from ((bytes(32), a) for a in articles[:4])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_contents(torn(), maker, lambda _done, _new: None)
    kept = set(maker.embedder.embedded)
    maker.embedder.embedded.clear()
    made(articles, maker)
    assert {text.split("\n")[0] for text in maker.embedder.embedded} == {"Meldung 4", "Meldung 5"}
    assert not kept & set(maker.embedder.embedded)
