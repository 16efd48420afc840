"""The index that is served: opened once, followed when a newer generation is switched in."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import NewsearchError
from newsearch.indexer.layout import Layout
from newsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from pathlib import Path

LOG: Final = logging.getLogger("newsearch.web")


class Library:
    """An index, open for questions from several threads.

    Which generation serves is looked at with each question, which costs some 20 µs. The thread that sees a newer one opens it,
    while the others still ask the one before; a question keeps the searcher that it began with.
    """

    def __init__(self, index: Path) -> None:
        """Open the index in the folder *index*.

        Raises:
            IndexNotFoundError: There is no index.
            DamagedIndexError: It does not hold what its manifest promises.
            ModelError: Its model cannot be had, or is another one now.
        """
        self._layout = Layout(index)
        self._searcher = Searcher.open(index)
        self._refused = ""
        self._following = Lock()

    def searcher(self) -> Searcher:
        """The generation that serves now; the one before where the newest cannot be opened, or is being opened."""
        try:
            current = self._layout.current_name()
        except (NewsearchError, OSError):  # it went away with the disk: what is open still answers
            return self._searcher
        known = (self._searcher.generation.manifest.id, self._refused)
        if current not in known and self._following.acquire(blocking=False):
            try:
                self._follow(current)
            finally:
                self._following.release()
        return self._searcher

    def _follow(self, current: str) -> None:
        try:
            self._searcher = self._searcher.reopened(self._layout)
        except (NewsearchError, OSError) as exc:
            self._refused = current  # not with every question again
            LOG.error("generation %s cannot be opened, the one before goes on serving: %s", current, exc)  # noqa: TRY400
        else:
            LOG.info("generation %s serves now", self._searcher.generation.manifest.id)

    def check(self) -> None:
        """See that questions can be answered.

        Raises:
            DamagedIndexError: What was taken down cannot be told.
        """
        self.searcher().article_by_id("")
