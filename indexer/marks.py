"""Finding every mark of an article that is to be taken down: its versions, its copies, the ids that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from newsearch.corpus.errors import DamagedIndexError
from newsearch.corpus.store import ArticleStore
from newsearch.corpus.takedowns import ids_of, placed_ids

if TYPE_CHECKING:
    from newsearch.corpus.article import Article
    from newsearch.corpus.versions import StoredVersion
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.layout import Layout


class Marks:
    """What is known of the article, growing.

    Attributes:
        ids: Ids that its versions had or could have had.
        keys: Keys of its versions.
        contents: Their content hashes.
        url: An address that one of them has, or empty.
    """

    def __init__(self, article_id: str, others: set[bytes]) -> None:
        """Begin with its id.

        Args:
            article_id: The article's id.
            others: Keys of the versions that are other articles now: those stay, and no mark of theirs is a mark of this one.
        """
        self.ids, self.keys, self.contents = {article_id}, set[bytes](), set[bytes]()
        self.url = ""
        self._id = article_id
        self._others = others

    @classmethod
    def beside(cls, serving: Generation, article_id: str) -> Self:
        """The marks of an article beside the other articles of the generation that serves."""
        rows, versions = serving.places.ids != article_id.encode(), serving.contents.versions
        return cls(article_id, {key.tobytes() for key in versions[rows]})

    def add_article(self, article: Article, key: bytes) -> None:
        """Add what a generation knows: the article in one version, with its place."""
        self.ids.update(ids_of(article))
        if article.source:
            self.ids.update(placed_ids(article, article.source))
        self.contents.add(article.content)
        self.keys.add(key)
        self.url = self.url or article.url

    def spread(self, layout: Layout) -> None:
        """Add what the article store knows: other versions, copies at other addresses, and the versions of those.

        Nothing where there is no store, or one that cannot be read: what the generations know holds without it.
        """
        if not layout.articles.exists():
            return
        try:
            with ArticleStore.open(layout.articles) as store:
                # an article that lost what recurs in others is known to the generations by another key
                self.keys |= store.cleaned.versions_of(self.keys)
                self._others |= store.cleaned.versions_of(self._others)
                while self._grow(store):
                    pass
        except DamagedIndexError:
            return

    def _grow(self, store: ArticleStore) -> bool:
        """Look at every version once; whether there was something new."""
        before = self._size()
        self.keys |= store.keys_of(self.ids) - self._others  # also those known by their place only, before a correction
        for version in store.versions():
            if self._is_ours(version):
                self.keys.add(version.key)
                self.contents.add(version.content)
                self.ids.update(ids_of(version))
                self.url = self.url or version.url
        self.keys -= self._others
        for version in store.versions():
            if version.key in self._others:
                self.contents.discard(version.content)
                self.ids.difference_update(ids_of(version))
        self.ids.add(self._id)
        return self._size() != before

    def _size(self) -> tuple[int, int, int]:
        return len(self.ids), len(self.keys), len(self.contents)

    def _is_ours(self, version: StoredVersion) -> bool:
        if version.key in self._others:
            return False
        known = version.key in self.keys or version.content in self.contents
        return known or not self.ids.isdisjoint(ids_of(version))
