"""What may not be read again: the marks by which a taken-down article is known, whatever becomes of its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from newsearch.corpus.article import Article, Source, article_id, is_placed, url_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from newsearch.corpus.article import Identified
    from newsearch.corpus.formats import RawRecord
    from newsearch.corpus.versions import StoredVersion

_NAMELESS: Final = Article("", "")
"""Known by its place alone."""
_NOWHERE: Final = Source("", "")


@dataclass(frozen=True, slots=True)
class Takedowns:
    """The marks of all taken-down articles; hashes, and nothing of their text.

    Attributes:
        ids: Every id that one of their versions had or could have had: by url, by external id, by place.
        keys: Keys of their versions: hashes of the bytes that they were made of.
        contents: Content hashes of their versions, so that the same article under another address is known.
    """

    ids: frozenset[str] = frozenset()
    keys: frozenset[bytes] = frozenset()
    contents: frozenset[bytes] = frozenset()

    def holds_raw(self, raw: RawRecord, source: Source, roots: Collection[str]) -> bool:
        """Whether it is known before parsing that *raw* is taken down: by its bytes, or by the file that was the article.

        Args:
            raw: The file or record.
            source: Its place.
            roots: The roots of all sources that are read.
        """
        if not self.ids:
            return False
        return not self.keys.isdisjoint(raw.keys) or (not source.record and self.holds_place(source, roots))

    def holds(self, version: StoredVersion, source: Source, roots: Collection[str]) -> bool:
        """Whether an article that was parsed is taken down; *source* and *roots* as above."""
        return self.holds_version(version) or (is_placed(version) and self.holds_place(source, roots, version))

    def holds_version(self, version: StoredVersion) -> bool:
        """Whether a version is taken down wherever it lies: by its bytes, its content, its url or its external id."""
        if not self.ids:
            return False
        known = version.key in self.keys or version.content in self.contents
        return known or not self.ids.isdisjoint(ids_of(version))

    def holds_place(self, source: Source, roots: Collection[str], version: Identified = _NAMELESS) -> bool:
        """Whether what lies at *source* is taken down, whatever it says now.

        An id from a place leaves the root out, so that an archive may move. Where another source has a taken-down article
        at the same path and is still read, this one is another article.
        """
        if not self.ids:
            return False
        if article_id(version, replace(source, apart=True)) in self.ids:
            return True
        others = (replace(source, root=root, apart=True) for root in roots if root != source.root)
        return article_id(version, source) in self.ids and not any(article_id(version, o) in self.ids for o in others)


def ids_of(version: Identified) -> Iterator[str]:
    """The ids that an article has wherever it lies: by its url, and by publisher and external id."""
    if version.url:
        yield url_id(version.url)
    if version.publisher and version.external_id:
        named = Article("", "", publisher=version.publisher, external_id=version.external_id)
        yield article_id(named, _NOWHERE)


def placed_ids(version: Identified, source: Source) -> Iterator[str]:
    """The ids that an article has by its place: none where its url or external id says which it is."""
    if is_placed(version):
        yield article_id(version, replace(source, apart=True))
