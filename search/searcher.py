"""The query layer: a question in, ranked passages with their sources out."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from newsearch.corpus.errors import ModelError, UsageError
from newsearch.indexer.columns import UNDATED, Filter
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.expansion import Expander
from newsearch.indexer.layout import Layout
from newsearch.indexer.spelling import respelt
from newsearch.indexer.stores.base import Neighbours
from newsearch.indexer.table import StaticTable
from newsearch.indexer.tombstones import Shown
from newsearch.search.answering import LOOKED_AT, answers, supports
from newsearch.search.candidates import best_passages
from newsearch.search.exact import fitting
from newsearch.search.folding import elsewhere
from newsearch.search.hits import Hit, Results
from newsearch.search.links import link_to
from newsearch.search.lookup import find_article
from newsearch.search.query import parse
from newsearch.search.ranking import Owners, dense_share
from newsearch.search.snippet import best_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.indexer.embedders.base import Embedder
    from newsearch.indexer.generation import Generation

NO_FILTER = Filter()


class Searcher:
    """One generation of an index, open for questions. It keeps answering from it when a newer one is switched in.

    An article that is taken down is not found any more from then on, in no generation. Safe to use from several threads.
    """

    def __init__(
        self, generation: Generation, embedder: Embedder, table: StaticTable, tombstones: Path | None = None
    ) -> None:
        """Search *generation* with the models it was built with; see `open` for the usual way.

        Args:
            generation: What is searched.
            embedder: That it was built with.
            table: That it was built with.
            tombstones: The file of what was taken down, looked at before each search; nothing is where None.

        Raises:
            ModelError: The generation was built with another model or table.
            DamagedIndexError: The tombstones cannot be read.
        """
        self.generation = generation
        self._embedder = embedder
        self._table = table
        self._embedding = Lock()  # a sentence-transformers model is not safe to share
        _check_models(generation, embedder, table)
        self._expander = Expander(table, generation.terms.present())
        self._dense_share = dense_share(generation.manifest.model)
        self._shown = Shown(tombstones, generation)

    @classmethod
    def open(cls, index: str | Path) -> Searcher:
        """The index in the folder *index*, with the model it was built with.

        Raises:
            IndexNotFoundError: There is no index.
            DamagedIndexError: It does not hold what its manifest promises.
            ModelError: Its model cannot be had, or is another one now.
        """
        layout = Layout(Path(index))
        generation = layout.open_current()
        table = StaticTable.open()
        return cls(generation, load_embedder(generation.manifest.model, table), table, layout.tombstones)

    def search(
        self,
        text: str,
        k: int = 10,
        filter: Filter = NO_FILTER,  # noqa: A002
        *,
        collapse: bool = True,
        fold: bool = True,
    ) -> Results:
        """Find the passages that answer *text* best.

        Args:
            text: The question, in German or English. A hit has every phrase in it that stands in quotation marks, word for
                word, and no word that follows a minus.
            k: How many hits; fewer come back where the archive has fewer.
            filter: What the hits are narrowed to, applied before the search.
            collapse: One hit an article, its best passage; with False every passage counts for itself, whatever *fold* says.
            fold: One hit a story, where several articles tell it in the same words: the best passage of all that *filter* lets
                through, and where some tie that of the earliest. The others are named in the hit's `also_in`.

        Returns:
            The hits, best first, and whether they seem to answer.

        Raises:
            UsageError: *text* holds no word that is wanted, or *k* is below 1.
            DamagedIndexError: The text of a hit cannot be read, or what was taken down since.
        """
        began = perf_counter()
        text = text.encode("utf-8", "replace").decode()  # a byte from the command line that is no character
        if k < 1:
            raise UsageError(f"k is {k}. Wanted: how many hits to show, at least 1.")
        asked = parse(text)
        words = respelt(self._table, asked.text)
        query = self._table.pieces_of([words])[0]
        if not len(query):
            only = "only says what is not wanted" if asked.excluded else "is empty"
            raise UsageError(f"The query {only}. Wanted: a question or some words.")
        shown = self._shown.now()
        articles = shown if filter == NO_FILTER else _both(shown, self.generation.columns.allowed(filter))
        passages = fitting(self.generation, self._table, asked, self._passages(shown, filter))
        vector = self._vector(words)
        ranked = self._rank(query, vector, passages, max(k, LOOKED_AT), self._owners(collapse=collapse, fold=fold))
        return Results(
            query=text,
            hits=self._hits(
                Neighbours(ranked.numbers[:k], ranked.scores[:k]), query, articles, folded=collapse and fold
            ),
            filter=filter,
            took_ms=(perf_counter() - began) * 1000,
            index=self.generation.manifest.id,
            model=self.generation.manifest.model,
            undated_excluded=self.generation.columns.undated_excluded(filter, shown),
            answered=self._answered(query, vector, ranked, passages),
        )

    def article(self, name: str) -> Article | None:
        """The article with this id, url, external id, or path below its source; None where there is none."""
        row = find_article(self.generation, name, self._shown.now())
        return None if row is None else self.generation.article(row)

    def _vector(self, words: str) -> NDArray[np.float32]:
        """The query for the dense leg, shape (1, dimension)."""
        with self._embedding:
            return self._embedder.embed_queries([words])

    def _passages(self, shown: NDArray[np.bool_] | None, wanted: Filter) -> NDArray[np.bool_] | None:
        """Which passages of the articles *shown* (all where None) may be found, shape (n_passages,); all where None."""
        passages = None if shown is None else shown[self.generation.article_of]
        return passages if wanted == NO_FILTER else _both(passages, self.generation.allowed(wanted))

    def _owners(self, *, collapse: bool, fold: bool) -> Owners | None:
        """Of whom one passage each is shown."""
        return (self._stories if fold else self._articles) if collapse else None

    @cached_property
    def _articles(self) -> Owners:
        return Owners(self.generation.article_of, self._stories.days)

    @cached_property
    def _stories(self) -> Owners:
        article_of, days = self.generation.article_of, self.generation.columns.first_day
        earliest_first = np.where(days == UNDATED, np.iinfo(days.dtype).max, days)
        return Owners(self.generation.stories[article_of], earliest_first[article_of])

    def _rank(
        self,
        query: NDArray[np.int32],
        vector: NDArray[np.float32],
        allowed: NDArray[np.bool_] | None,
        k: int,
        owners: Owners | None,
    ) -> Neighbours:
        """The passages by fused score, at least *k* of them where there are so many; with *owners* one each."""
        return best_passages(
            self.generation,
            lambda: self._expander.expand(query),
            vector,
            self._dense_share,
            allowed,
            k,
            owners,
        )

    def _answered(
        self,
        query: NDArray[np.int32],
        vector: NDArray[np.float32],
        ranked: Neighbours,
        allowed: NDArray[np.bool_] | None,
    ) -> bool | None:
        """Whether one of the best articles answers, of the passages that were allowed; None where nothing can be said."""
        among = len(self.generation.terms) if allowed is None else int(np.count_nonzero(allowed))
        expansions = self._expander.expand(query)
        found = supports(self.generation, self._table, expansions, vector, ranked.numbers, among)
        return answers(found, self.generation.manifest.model)

    def _hits(
        self, ranked: Neighbours, query: NDArray[np.int32], allowed: NDArray[np.bool_] | None, *, folded: bool
    ) -> tuple[Hit, ...]:
        """The hits on *ranked*, with those of the *allowed* articles beside them that are *folded* into them."""
        generation, rows = self.generation, self.generation.article_of[ranked.numbers].tolist()
        articles = [generation.article(row) for row in rows]
        spans = generation.spans.flat[ranked.numbers].tolist()
        texts = [article.text[a:b] for article, (a, b) in zip(articles, spans, strict=True)]
        snippets = best_sentences(self._table, self._expander.expand(query), texts)
        others = [
            elsewhere(generation, row, text, allowed) if folded else () for row, text in zip(rows, texts, strict=True)
        ]
        tags = generation.languages.of_rows(ranked.numbers)
        found = zip(ranked.scores.tolist(), texts, articles, spans, snippets, others, tags, strict=True)
        return tuple(
            Hit(rank, score, text, article, start, end, snippet, link_to(article, start, end), also_in, tag)
            for rank, (score, text, article, (start, end), snippet, also_in, tag) in enumerate(found, 1)
        )


def _both(one: NDArray[np.bool_] | None, other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return other if one is None else one & other


def _check_models(generation: Generation, embedder: Embedder, table: StaticTable) -> None:
    manifest = generation.manifest
    if embedder.fingerprint != manifest.fingerprint:
        raise ModelError(
            f"The index was built with another {manifest.model} (fingerprint {manifest.fingerprint[:12]}) than the one that "
            f"is here ({embedder.fingerprint[:12]}), and their vectors do not fit each other. "
            "Bring the old model back, or run: newsearch rebuild"
        )
    if table.fingerprint != manifest.table:
        raise ModelError(
            f"The index was built with another token table (fingerprint {manifest.table[:12]}) than the one that is here "
            f"({table.fingerprint[:12]}). Install the newsearch it was built with, or run: newsearch rebuild"
        )
