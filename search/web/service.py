"""What is answered: parameters in, the command line's JSON or the searcher's own records out. No HTTP in here."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from newsearch.search.hits import results_json
from newsearch.search.links import is_web
from newsearch.search.show import article_json
from newsearch.search.timeline import timeline_json
from newsearch.search.web.problems import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.search.hits import Results
    from newsearch.search.periods import Step
    from newsearch.search.timeline import Timeline
    from newsearch.search.web.library import Library
    from newsearch.search.web.parameters import (
        Asking,
        Narrowing,
        RelatedParameters,
        SearchParameters,
        TimelineParameters,
    )

ON_DISK: Final = frozenset({"file", "record", "dropped", "earlier"})
"""What `newsearch show` says of an article that is only for who has the archive's files."""


class Service:
    """The questions that can be asked of a library; every method may be called from several threads at once."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def search(self, asked: SearchParameters) -> Results:
        """The answer to a question.

        Raises:
            UsageError: There is no word in it, the dates exclude each other, or the index has no such name.
        """
        return self.library.searcher().search(
            asked.q, asked.k, asked.filter(), fold=asked.fold, order=asked.sort, explain=asked.explain
        )

    def search_json(self, asked: SearchParameters) -> dict[str, Any]:
        """The same in the form of ``newsearch search --json``."""
        return _without_files(results_json(self.search(asked)))

    def timeline(self, asked: Asking, by: Step) -> Timeline:
        """When the archive wrote about it.

        Raises:
            UsageError: As for `search`; or there would be too many periods.
        """
        return self.library.searcher().timeline(asked.q, by, asked.filter())

    def timeline_json(self, asked: TimelineParameters) -> dict[str, Any]:
        """The same in the form of ``newsearch timeline --json``."""
        return timeline_json(self.timeline(asked, asked.by))

    def days(self, asked: Narrowing) -> NDArray[np.int32]:
        """First days of the articles that *asked* lets through, shape (n,), int32."""
        generation = self.library.searcher().generation
        return generation.columns.first_day[generation.allowed_articles(asked.filter())]

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            Problem: There is none, or it was taken down.
        """
        found = self.library.searcher().article_by_id(article_id)
        if found is None:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "There is no such article in this archive, or it was taken down.",
                article_id,
                "an article_id, as a search gives it",
            )
        return found

    def article_json(self, article_id: str) -> dict[str, Any]:
        """An article in the form of ``newsearch show --json``, without its place on this machine's disk."""
        fields = article_json(self.article(article_id), ())
        return {name: value for name, value in fields.items() if name not in ON_DISK}

    def info_json(self) -> dict[str, Any]:
        """What the index holds; nothing of where it lies."""
        manifest = self.library.searcher().generation.manifest
        return {
            "schema": 1,
            "index": manifest.id,
            "created": manifest.created,
            "model": manifest.model,
            "counts": manifest.counts,
        }

    def related(self, article_id: str, asked: RelatedParameters) -> Results:
        """What else there is on an article's story.

        Raises:
            Problem: There is no such article, or it was taken down.
            UsageError: The dates exclude each other, or the index has no such name.
        """
        self.article(article_id)
        return self.library.searcher().related(article_id, asked.k, asked.filter(), order=asked.sort)

    def related_json(self, article_id: str, asked: RelatedParameters) -> dict[str, Any]:
        """The same in the form of ``newsearch related --json``."""
        return _without_files(results_json(self.related(article_id, asked)))


def _without_files(answer: dict[str, Any]) -> dict[str, Any]:
    """*answer* without links to files of this machine: nobody elsewhere can open them, and they tell where the archive lies."""
    for hit in answer["hits"]:
        for linked in (hit, *hit["also_in"]):
            if not is_web(linked["link"]):
                linked["link"] = ""
    return answer
