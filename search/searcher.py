"""The query layer: a question in, ranked passages with their sources out."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from newsearch.corpus.errors import ModelError, UsageError
from newsearch.indexer.columns import Filter
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.expansion import Expander
from newsearch.indexer.layout import Layout
from newsearch.indexer.stores.base import Neighbours
from newsearch.indexer.table import StaticTable
from newsearch.indexer.tombstones import Shown
from newsearch.search.candidates import best_passages
from newsearch.search.hits import Hit, Order, Results, in_order
from newsearch.search.links import link_to
from newsearch.search.lookup import find_article
from newsearch.search.narrowing import check_names
from newsearch.search.ranking import dense_share
from newsearch.search.related import DENSE_SHARE, question_of, vector_of
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
        order: Order = Order.RELEVANCE,
    ) -> Results:
        """Find the passages that answer *text* best.

        Args:
            text: The question, in German or English.
            k: How many hits; fewer come back where the archive has fewer.
            filter: What the hits are narrowed to, applied before the search.
            collapse: One hit an article, its best passage; with False every passage counts for itself.
            order: Of the *k* best hits.

        Returns:
            The hits, in *order*.

        Raises:
            UsageError: *text* holds no word, *k* is below 1, or no article has a name that *filter* asks for.
            DamagedIndexError: The text of a hit cannot be read, or what was taken down since.
        """
        began = perf_counter()
        text, query = self._asked(text, k)
        shown = self._shown.now()
        allowed = self._allowed(filter, shown)
        ranked = self._rank(text, query, allowed, k, collapse=collapse)
        hits = in_order(self._hits(Neighbours(ranked.numbers[:k], ranked.scores[:k]), query), order)
        return self._results(text, hits, filter, shown, began)

    def related(
        self,
        name: str,
        k: int = 10,
        filter: Filter = NO_FILTER,  # noqa: A002
        *,
        order: Order = Order.RELEVANCE,
    ) -> Results:
        """Find what else there is on an article's story and its background; see `newsearch.search.related`.

        Args:
            name: The article's id, url, external id, or path below its source.
            k: How many hits; fewer come back where the archive has fewer.
            filter: What the hits are narrowed to, applied before the search.
            order: Of the *k* best hits.

        Returns:
            The best passage of each, in *order*; the query is the article's headline.

        Raises:
            UsageError: There is no such article, *k* is below 1, or no article has a name that *filter* asks for.
            DamagedIndexError: An article cannot be read, or what was taken down since.
        """
        began = perf_counter()
        shown = self._shown.now()
        row = find_article(self.generation, name, shown)
        if row is None:
            raise UsageError(
                f"No article {name!r} in the index. Wanted: an id, url, external id, or path below its source."
            )
        article = self.generation.article(row)
        _, query = self._asked(question_of(article), k)
        allowed = _both(self._allowed(filter, shown), np.arange(len(self.generation)) != row)
        vector = vector_of(self.generation, row)
        ranked = self._best(query, vector, DENSE_SHARE, allowed, k, collapse=True)
        hits = in_order(self._hits(Neighbours(ranked.numbers[:k], ranked.scores[:k]), query), order)
        return self._results(article.title, hits, filter, shown, began)

    def reopened(self, layout: Layout) -> Searcher:
        """The generation of *layout* that serves now, with the models that are open where it was built with them.

        Raises:
            DamagedIndexError: It does not hold what its manifest promises.
            ModelError: Its model cannot be had, or is another one now.
        """
        generation = layout.open_current()
        manifest = generation.manifest
        if (manifest.model, manifest.fingerprint) == (self._embedder.name, self._embedder.fingerprint):
            return Searcher(generation, self._embedder, self._table, layout.tombstones)
        return Searcher(generation, load_embedder(manifest.model, self._table), self._table, layout.tombstones)

    def article_by_id(self, article_id: str) -> Article | None:
        """The article with this id; None where there is none, or it was taken down."""
        row, shown = self.generation.find(article_id), self._shown.now()
        return None if row is None or not (shown is None or shown[row]) else self.generation.article(row)

    def rank(self, text: str, k: int, filter: Filter = NO_FILTER, *, collapse: bool = True) -> Neighbours:  # noqa: A002
        """What `search` would find, without reading a text: passages and their scores, *k* at most, best first.

        Raises:
            UsageError: See `search`.
            DamagedIndexError: What was taken down cannot be read.
        """
        text, query = self._asked(text, k)
        ranked = self._rank(text, query, self._allowed(filter, self._shown.now()), k, collapse=collapse)
        return Neighbours(ranked.numbers[:k], ranked.scores[:k])

    def article(self, name: str) -> Article | None:
        """The article with this id, url, external id, or path below its source; None where there is none."""
        row = find_article(self.generation, name, self._shown.now())
        return None if row is None else self.generation.article(row)

    def _asked(self, text: str, k: int) -> tuple[str, NDArray[np.int32]]:
        """*text* as text, and its pieces.

        Raises:
            UsageError: It holds no word, or *k* is below 1.
        """
        text = text.encode("utf-8", "replace").decode()  # a byte from the command line that is no character
        if k < 1:
            raise UsageError(f"k is {k}. Wanted: how many hits to show, at least 1.")
        query = self._table.pieces_of([text])[0]
        if not len(query):
            raise UsageError("The query is empty. Wanted: a question or some words.")
        return text, query

    def _allowed(self, wanted: Filter, shown: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """Which articles may be found, of those *shown*, shape (n_articles,); all where None."""
        if wanted == NO_FILTER:
            return shown
        check_names(self.generation.columns, wanted, shown)
        return _both(shown, self.generation.columns.allowed(wanted))

    def _rank(
        self, text: str, query: NDArray[np.int32], articles: NDArray[np.bool_] | None, k: int, *, collapse: bool
    ) -> Neighbours:
        """The passages by fused score, at least *k* of them where there are so many; with *collapse* one an article."""
        with self._embedding:
            vector = self._embedder.embed_queries([text])
        return self._best(query, vector, self._dense_share, articles, k, collapse=collapse)

    def _best(
        self,
        query: NDArray[np.int32],
        vector: NDArray[np.float32],
        share: float,
        articles: NDArray[np.bool_] | None,
        k: int,
        *,
        collapse: bool,
    ) -> Neighbours:
        allowed = None if articles is None else articles[self.generation.article_of]
        return best_passages(
            self.generation, lambda: self._expander.expand(query), vector, share, allowed, k, collapse=collapse
        )

    def _results(
        self, text: str, hits: tuple[Hit, ...], wanted: Filter, shown: NDArray[np.bool_] | None, began: float
    ) -> Results:
        generation = self.generation
        return Results(
            query=text,
            hits=hits,
            filter=wanted,
            took_ms=(perf_counter() - began) * 1000,
            index=generation.manifest.id,
            model=generation.manifest.model,
            undated_excluded=generation.columns.undated_excluded(wanted, shown),
        )

    def _hits(self, ranked: Neighbours, query: NDArray[np.int32]) -> tuple[Hit, ...]:
        generation = self.generation
        articles = [generation.article(row) for row in generation.article_of[ranked.numbers].tolist()]
        spans = generation.spans.flat[ranked.numbers].tolist()
        texts = [article.text[a:b] for article, (a, b) in zip(articles, spans, strict=True)]
        snippets = best_sentences(self._table, self._expander.expand(query), texts)
        rows = zip(ranked.scores.tolist(), texts, articles, spans, snippets, strict=True)
        return tuple(
            Hit(rank, score, text, article, start, end, snippet, link_to(article, start, end))
            for rank, (score, text, article, (start, end), snippet) in enumerate(rows, 1)
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
