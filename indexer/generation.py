"""One generation on disk, opened memory-mapped; it is never changed (`newsearch.indexer.writing` writes it)."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from newsearch.corpus.article import Article, Source
from newsearch.corpus.errors import DamagedIndexError
from newsearch.corpus.versions import unpack
from newsearch.indexer.columns import Coded, Columns, Filter
from newsearch.indexer.contents import Contents, Places, unpack_copies
from newsearch.indexer.files import RandomReader
from newsearch.indexer.manifest import FIRST_WITH_STORIES, REPAIR, read_manifest
from newsearch.indexer.ragged import Ragged
from newsearch.indexer.signatures import SIGNATURE
from newsearch.indexer.stores.faiss_store import FaissStore, Scan
from newsearch.indexer.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from newsearch.corpus.gathering import Copy

VECTORS: Final = "vectors.faiss"
SCAN: Final = "vectors.scan.faiss"
LANGUAGES: Final = "columns.languages"
CODED = ("publisher", "language", "section", "agency")


class Generation:
    """A generation, opened: arrays are mapped when they are first needed, and stay readable when the files are deleted."""

    def __init__(self, folder: Path) -> None:
        """Open the generation in *folder*.

        Raises:
            DamagedIndexError: See `read_manifest`.
        """
        self.folder = folder
        self.manifest = read_manifest(folder)

    def __len__(self) -> int:
        return self.manifest.counts["articles"]

    @cached_property
    def store(self) -> FaissStore:
        """The vectors."""
        dense = self.manifest.measured.get("dense", {})
        scan = Scan.open(self.folder / SCAN, dense["candidates"]) if SCAN in self.manifest.files else None
        return FaissStore.open(self.folder / VECTORS, scan)

    @cached_property
    def terms(self) -> Terms:
        """The pieces and postings."""
        return Terms(self._ragged("terms.pieces", "terms.starts"), self._ragged("terms.postings", "terms.offsets"))

    @cached_property
    def spans(self) -> Ragged:
        """(start, end) of each article's passages, in code points."""
        return self._ragged("columns.spans", "columns.starts")

    @cached_property
    def article_of(self) -> NDArray[np.int64]:
        """The article of each passage, shape (n_passages,)."""
        return np.repeat(np.arange(len(self)), self.spans.lengths)

    @cached_property
    def languages(self) -> Coded:
        """The language of each passage; before format 3 that of its article."""
        if f"{LANGUAGES}.npy" not in self.manifest.files:
            return self.columns.language.take(self.article_of)
        return Coded(tuple(self._names["passage"]), self._load(LANGUAGES))

    def passages_of(self, articles: NDArray[np.bool_], languages: Sequence[str] = ()) -> NDArray[np.bool_]:
        """Which passages are of *articles*, shape (n_articles,), and in one of *languages* if any; shape (n_passages,)."""
        passages = articles[self.article_of]
        return passages & self.languages.matching(languages, prefix=True) if languages else passages

    def allowed_articles(self, wanted: Filter) -> NDArray[np.bool_]:
        """Which articles have a passage that *wanted* lets through, shape (n_articles,)."""
        return self._speaking(wanted.languages) & self.columns.allowed(replace(wanted, languages=()))

    def undated_excluded(self, wanted: Filter, shown: NDArray[np.bool_] | None = None) -> int:
        """How many of the articles *shown* (all where None) *wanted* leaves out only because they have no date."""
        speaking = self._speaking(wanted.languages)
        among = speaking if shown is None else speaking & shown
        return self.columns.undated_excluded(replace(wanted, languages=()), among)

    def _speaking(self, languages: Sequence[str]) -> NDArray[np.bool_]:
        """Which articles have a passage in one of *languages*, all where there are none, shape (n_articles,)."""
        speaking = np.full(len(self), not languages)
        if languages:
            speaking[self.article_of[self.languages.matching(languages, prefix=True)]] = True
        return speaking

    @cached_property
    def stories(self) -> NDArray[np.int32]:
        """For each article the first one that tells its story in the same words (`stories_of`), shape (n_articles,).

        Its own row before format 3, where nobody looked.
        """
        grouped = self.manifest.format >= FIRST_WITH_STORIES
        return self._column("story") if grouped else np.arange(len(self), dtype=np.int32)

    def story(self, row: int) -> NDArray[np.int64]:
        """All articles that tell the story of the one in row *row*, itself among them, ascending, shape (n,)."""
        order, stories = self._by_story
        start, end = np.searchsorted(stories, self.stories[row]), np.searchsorted(stories, self.stories[row], "right")
        return order[start:end]

    @cached_property
    def _by_story(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The articles by story, and the story of each of them."""
        order = np.argsort(self.stories, kind="stable")
        return order, self.stories[order]

    @cached_property
    def columns(self) -> Columns:
        """What a search can be narrowed by."""
        coded = [Coded(tuple(self._names[c]), self._column(c)) for c in CODED]
        return Columns(self._column("first_day"), self._column("last_day"), *coded)

    def _column(self, name: str) -> NDArray[np.int32]:
        """A field of all articles by itself: within their rows it takes ten times as long to look at."""
        return np.ascontiguousarray(self._articles[name])

    @cached_property
    def places(self) -> Places:
        """Where the articles are."""
        rows = self._articles
        return Places(rows["id"], Coded(tuple(self._names["file"]), rows["file"]), rows["record"], self._copies)

    @property
    def contents(self) -> Contents:
        """Everything, mapped, to put a next generation together from."""
        vectors, _ = self.store.vectors(), self._text_file  # opened now: a rebuild may remove the generation
        return Contents(
            self._articles["version"],
            self._texts,
            self.columns,
            self.spans,
            Ragged(vectors, self.spans.starts),
            self.terms.pieces,
            self.languages,
            self._signatures,
        )

    def article(self, row: int) -> Article:
        """The article in row *row*.

        Raises:
            DamagedIndexError: Its text cannot be read.
        """
        root, _, path = self.places.files.names[self.places.files.codes[row]].partition("\0")
        source = Source(root, path, int(self.places.records[row]))
        try:
            start, end = self._texts.starts[row : row + 2].tolist()
            return replace(
                unpack(self._text_file.read(start, end - start)), id=self.places.ids[row].decode(), source=source
            )
        except (OSError, ValueError, TypeError, KeyError) as exc:
            raise DamagedIndexError(
                f"{self.folder / 'texts.jsonl'}: article {row} is damaged ({exc}). {REPAIR}"
            ) from exc

    def copies(self, row: int) -> tuple[Copy, ...]:
        """Where else the article in row *row* lies, the same to the letter."""
        return unpack_copies(self.places.copies[row].tobytes())

    @cached_property
    def copy_ids(self) -> frozenset[str]:
        """The ids that all copies would have as articles."""
        rows = np.flatnonzero(self.places.copies.lengths).tolist()
        return frozenset(copy.article_id for row in rows for copy in self.copies(row))

    def find(self, article_id: str) -> int | None:
        """The row of the article with this id."""
        rows = np.flatnonzero(self.places.ids == article_id.encode("ascii", "replace"))
        return int(rows[0]) if len(rows) else None

    @cached_property
    def _articles(self) -> NDArray[Any]:
        return self._load("columns.articles")

    @cached_property
    def _copies(self) -> Ragged:
        """Before format 3 none is known."""
        if self.manifest.format < FIRST_WITH_STORIES:
            return Ragged(np.zeros(0, np.uint8), np.zeros(len(self) + 1, np.int64))
        return self._ragged("columns.copies", "columns.copies.starts")

    @cached_property
    def _signatures(self) -> NDArray[Any]:
        """Those of an older format are of no version, so that whoever writes them signs the articles."""
        signed = self.manifest.format >= FIRST_WITH_STORIES
        return self._load("columns.signatures") if signed else np.zeros(len(self), SIGNATURE)

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        path = self.folder / "columns.names.json"
        try:
            names: dict[str, list[str]] = orjson.loads(path.read_bytes())
        except (OSError, ValueError) as exc:
            raise DamagedIndexError(f"{path} cannot be read ({exc}). {REPAIR}") from exc
        return names

    @cached_property
    def _text_file(self) -> RandomReader:
        """The texts again, for those who want some of them."""
        path = self.folder / "texts.jsonl"
        try:
            return RandomReader(path)
        except OSError as exc:
            raise DamagedIndexError(f"{path} cannot be read ({exc}). {REPAIR}") from exc

    @cached_property
    def _texts(self) -> Ragged:
        path = self.folder / "texts.jsonl"
        try:
            flat = np.memmap(path, np.uint8, "r").view(np.ndarray) if path.stat().st_size else np.zeros(0, np.uint8)
        except (OSError, ValueError) as exc:  # as when a rebuild removes the generation while it is being opened
            raise DamagedIndexError(f"{path} cannot be read ({exc}). {REPAIR}") from exc
        return Ragged(flat, self._load("texts.starts"))

    def _ragged(self, flat: str, starts: str) -> Ragged:
        return Ragged(self._load(flat), self._load(starts))

    def _load(self, name: str) -> NDArray[Any]:
        path = self.folder / f"{name}.npy"
        try:
            # the plain view of the map: slices of np.memmap cost three times as much as those of an array
            array: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
        except (OSError, ValueError, EOFError) as exc:
            raise DamagedIndexError(f"{path} cannot be read ({exc}). {REPAIR}") from exc
        return array
