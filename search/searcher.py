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
from newsearch.indexer.stores.base import Neighbours
from newsearch.indexer.table import StaticTable
from newsearch.indexer.tombstones import Shown
from newsearch.search.answering import LOOKED_AT, has_answer, supports
from newsearch.search.answers import explained, hits_of
from newsearch.search.candidates import best_passages, legs_of
from newsearch.search.exact import fitting
from newsearch.search.folding import Nameable
from newsearch.search.hits import Hit, Order, Results, in_order
from newsearch.search.lookup import find_article
from newsearch.search.meetings import Meetings
from newsearch.search.narrowing import allowed_by
from newsearch.search.periods import Step
from newsearch.search.query import as_text
from newsearch.search.questions import pieces_of, read_question
from newsearch.search.ranking import Owners, dense_share
from newsearch.search.related import DENSE_SHARE, question_of, vector_of
from newsearch.search.timeline import Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        order: Order = Order.RELEVANCE,
        explain: bool = False,
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
            order: Of the *k* best hits.
            explain: Whether each hit says what each leg gave for it.

        Returns:
            The hits, in *order*, and whether they seem to answer.

        Raises:
            UsageError: *text* holds no word that is wanted, *k* is below 1, or no article has a name that *filter* asks for.
            DamagedIndexError: The text of a hit cannot be read, or what was taken down since.
        """
        return self.search_many([text], k, filter, collapse=collapse, fold=fold, order=order, explain=explain)[0]

    def search_many(
        self,
        texts: Sequence[str],
        k: int = 10,
        filter: Filter = NO_FILTER,  # noqa: A002
        *,
        collapse: bool = True,
        fold: bool = True,
        order: Order = Order.RELEVANCE,
        explain: bool = False,
    ) -> list[Results]:
        """What `search` gives for each of *texts*, in their order; they are embedded in one batch.

        `Results.took_ms` of each has its part of the time that the batch took.

        Raises:
            UsageError: See `search`; for one of them, and then none is answered.
            DamagedIndexError: See `search`.
        """
        began = perf_counter()
        questions = [read_question(self._table, text, k) for text in texts]
        shown = self._shown.now()
        articles, passages = allowed_by(self.generation, filter, shown)
        nameable = Nameable(articles, filter, self._shown.hidden)
        owners = self._owners(collapse=collapse, fold=fold)
        vectors = self._vectors([question.text for question, _ in questions])
        each = (perf_counter() - began) / max(len(questions), 1)
        out = []
        for text, (question, query), vector in zip(texts, questions, vectors, strict=True):
            began = perf_counter() - each
            fit = fitting(self.generation, self._table, question, passages)
            best = self._best(query, vector[None], self._dense_share, fit, max(k, LOOKED_AT), owners)
            ranked = Neighbours(best.numbers[:k], best.scores[:k])
            hits = self._hits(ranked, question.text, query, nameable, folded=collapse and fold)
            if explain:
                hits = self._explained(hits, ranked, question.text, query, vector)
            answered = self._answered(query, vector[None], best, fit)
            out.append(self._results(text, in_order(hits, order), filter, shown, began, answered=answered))
        return out

    def related(
        self,
        name: str,
        k: int = 10,
        filter: Filter = NO_FILTER,  # noqa: A002
        *,
        order: Order = Order.RELEVANCE,
    ) -> Results:
        """Find what else there is on an article's story and its background; see `newsearch.search.related`.

        One hit a story, as for `search`; articles that tell the story in the article's own words are none.

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
        text = question_of(article)
        query = pieces_of(self._table, text, k)
        others = self.generation.stories != self.generation.stories[row]
        articles, passages = allowed_by(self.generation, filter, shown, others)
        vector = vector_of(self.generation, row)
        ranked = self._best(query, vector, DENSE_SHARE, passages, k, self._owners(collapse=True, fold=True))
        nameable = Nameable(articles, filter, self._shown.hidden)
        hits = self._hits(ranked, text, query, nameable, folded=True)
        return self._results(article.title, in_order(hits, order), filter, shown, began)

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

    def timeline(self, text: str, by: Step = Step.MONTH, filter: Filter = NO_FILTER) -> Timeline:  # noqa: A002
        """Count what answers *text* by time; see `newsearch.search.timeline.timeline`.

        Raises:
            UsageError: See `search`; or there would be thousands of periods.
            DamagedIndexError: What was taken down cannot be read.
        """
        return timeline(self, text, by, filter)

    def rank(
        self,
        text: str,
        k: int,
        filter: Filter = NO_FILTER,  # noqa: A002
        *,
        collapse: bool = True,
        fold: bool = True,
    ) -> Neighbours:
        """What `search` would find, without reading a text: passages and their scores, *k* at most, best first.

        Raises:
            UsageError: See `search`.
            DamagedIndexError: What was taken down cannot be read.
        """
        question, query = read_question(self._table, text, k)
        _, passages = allowed_by(self.generation, filter, self._shown.now())
        fit = fitting(self.generation, self._table, question, passages)
        owners = self._owners(collapse=collapse, fold=fold)
        return self._best(query, self._vectors([question.text]), self._dense_share, fit, k, owners)

    def article(self, name: str) -> Article | None:
        """The article with this id, url, external id, or path below its source; None where there is none."""
        row = find_article(self.generation, name, self._shown.now())
        return None if row is None else self.generation.article(row)

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

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """Questions for the dense leg, shape (len(texts), dimension)."""
        with self._embedding:
            return self._embedder.embed_queries(texts)

    def _best(
        self,
        query: NDArray[np.int32],
        vector: NDArray[np.float32],
        share: float,
        allowed: NDArray[np.bool_] | None,
        k: int,
        owners: Owners | None,
    ) -> Neighbours:
        """The *allowed* passages by fused score, *k* of them where there are so many; with *owners* one each."""
        ranked = best_passages(self.generation, lambda: self._expander.expand(query), vector, share, allowed, k, owners)
        return Neighbours(ranked.numbers[:k], ranked.scores[:k])

    def _hits(
        self, ranked: Neighbours, text: str, query: NDArray[np.int32], nameable: Nameable, *, folded: bool
    ) -> tuple[Hit, ...]:
        expansions = self._expander.expand(query)
        return hits_of(self.generation, self._table, ranked, text, expansions, nameable, folded=folded)

    def _explained(
        self,
        hits: tuple[Hit, ...],
        ranked: Neighbours,
        text: str,
        query: NDArray[np.int32],
        vector: NDArray[np.float32],
    ) -> tuple[Hit, ...]:
        expansions = self._expander.expand(query)
        legs = legs_of(self.generation, expansions, vector, ranked.numbers)
        return explained(hits, list(legs), self._dense_share, Meetings(self._table, text, expansions))

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
        return has_answer(found, self.generation.manifest.model)

    def _results(
        self,
        text: str,
        hits: tuple[Hit, ...],
        wanted: Filter,
        shown: NDArray[np.bool_] | None,
        began: float,
        *,
        answered: bool | None = None,
    ) -> Results:
        generation = self.generation
        return Results(
            query=as_text(text),
            hits=hits,
            filter=wanted,
            took_ms=(perf_counter() - began) * 1000,
            index=generation.manifest.id,
            model=generation.manifest.model,
            undated_excluded=generation.undated_excluded(wanted, shown),
            answered=answered,
        )


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
