"""The writer: reads the sources, embeds what is new, writes a generation aside, and switches it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from newsearch.corpus.errors import DamagedIndexError, DiskFullError, IndexNotFoundError, SwitchRefusedError, UsageError
from newsearch.corpus.reading import Reading, Sighting, check_sources, nothing_readable, read_sources
from newsearch.corpus.store import ArticleStore
from newsearch.indexer.background import measure_background
from newsearch.indexer.cache import EmbeddingCache
from newsearch.indexer.chunker import CHUNKER_VERSION
from newsearch.indexer.compaction import compact_if_worth_it
from newsearch.indexer.contents import Contents, Places
from newsearch.indexer.embedders import load_embedder
from newsearch.indexer.embedding import HEADLINE_LENGTH, MAX_PIECES, Maker, make_contents
from newsearch.indexer.files import disk_space_for
from newsearch.indexer.garbage import rarely_collected
from newsearch.indexer.generation import Generation
from newsearch.indexer.kept import kept_of
from newsearch.indexer.layout import Layout
from newsearch.indexer.manifest import FORMAT, IndexManifest, check_hashes
from newsearch.indexer.plan import Plan, make_plan
from newsearch.indexer.refusals import check_no_source_is_lost, check_not_halved, check_sound
from newsearch.indexer.settings import Settings, fields_left, read_settings, with_sources, write_settings
from newsearch.indexer.switching import counts_of, name_of, versions_here, write_and_switch
from newsearch.indexer.table import StaticTable
from newsearch.indexer.takedown import finish
from newsearch.indexer.threads import keep_busy
from newsearch.indexer.tombstones import Tombstones

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.corpus.report import ReadReport
    from newsearch.indexer.embedders.base import Embedder
    from newsearch.indexer.kept import Kept

Progress = Callable[[str, int, int], None]
"""Takes what is being done (the first word says which stage it is), how much is done, and how much there is (0 where that is
not known)."""

Check = Callable[[Settings, Generation, Generation, "Embedder", StaticTable], Sequence[str]]
"""Compares the old and the new generation, and returns what there is to say; raises SwitchRefusedError against the new one."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build or rebuild did.

    Attributes:
        generation: Name of the generation that serves now.
        reading: What became of everything that was read.
        plan: What was new, changed, gone, and taken over.
        articles: Articles in the index.
        passages: Passages in the index.
        stories: What the articles tell, near-duplicates counted as one; None where nobody looked: before format 3, and in
            a dry run of a first build.
        embedded: Passages that were embedded in this run; the others were taken over or in the cache.
        seconds: How long it took.
        switched: Whether a new generation was written; False for a dry run, and where nothing had changed.
        notes: What else there is to say.
    """

    generation: str
    reading: ReadReport
    plan: Plan
    articles: int
    passages: int
    stories: int | None
    embedded: int
    seconds: float
    switched: bool = True
    notes: tuple[str, ...] = ()


def build(
    index: Path,
    settings: Settings,
    progress: Progress,
    embedder: Embedder | None = None,
    table: StaticTable | None = None,
    threads: int | None = None,
) -> BuildReport:
    """Make a first index.

    Args:
        index: A folder that is not there, is empty, or holds a build that was interrupted.
        settings: Sources, model, chunking.
        progress: Takes progress.
        embedder: The embedder, where it is not to be loaded by the settings' name.
        table: The token table, where it is not the one that ships.
        threads: Cores to keep busy, for this process from now on (see `keep_busy`); all where None.

    Raises:
        UsageError: The folder holds an index or something else, or a source does not exist.
        NothingReadableError: The sources hold no article.
        ModelError: The model cannot be had.
        BusyError: Another process is writing here.
        DiskFullError: There is no space left; what was embedded is kept.
    """
    layout = Layout(index)
    layout.check_free()
    settings = replace(settings, fields=fields_left(index) or settings.fields)
    check_sources(settings.sources)
    cores, table = keep_busy(threads), table or StaticTable.open()
    embedder = embedder or load_embedder(settings.model, table, cores)  # what may fail, before anything is written
    with disk_space_for(index):
        layout.generations.mkdir(parents=True, exist_ok=True)
    with layout.writer() as left:
        write_settings(index, settings)
        return _Run(layout, settings, embedder, table, progress, left=left, cores=cores).go()


def rebuild(
    index: Path,
    progress: Progress,
    *,
    more: Sequence[Path] = (),
    dry_run: bool = False,
    anyway: bool = False,
    check: Check | None = None,
    embedder: Embedder | None = None,
    table: StaticTable | None = None,
    threads: int | None = None,
) -> BuildReport:
    """Bring an index up to what its sources hold now.

    Args:
        index: The folder of an index, or of a build that was interrupted.
        progress: Takes progress.
        more: Sources to add to the settings first.
        dry_run: Only read and plan; nothing is written but what was read into the article store. What would be refused is in
            the notes.
        anyway: Switch even where much is lost or the answers are others; what would have been refused is in the notes.
        check: Compares the new generation with the one that serves.
        embedder: The embedder, where it is not to be loaded by the settings' name.
        table: The token table, where it is not the one that ships.
        threads: Cores to keep busy, for this process from now on (see `keep_busy`); all where None.

    Raises:
        IndexNotFoundError: There is no index.
        UsageError: A source does not exist, or the settings make no sense.
        DamagedIndexError: settings.toml or the article store is damaged. (A damaged generation is written anew.)
        NothingReadableError: The sources hold no article any more; the index stays as it is.
        SwitchRefusedError: One source has none any more, half of the index would be gone, the new generation is not sound, or
            *check* refuses it; the index stays as it is.
        ModelError: The model cannot be had.
        BusyError: Another process is writing the index.
        DiskFullError: There is no space left; the index stays as it is.
    """
    layout = Layout(index)
    if not layout.has_settings:
        layout.open_current()
        raise IndexNotFoundError(
            f"{index} has no settings.toml, so there is nothing to rebuild from. It still answers searches. "
            "Build a new one into another folder with: newsearch build SOURCE --index OTHER"
        )
    with layout.writer() as left:
        settings = with_sources(read_settings(index), more)
        _check_sources_of(layout, settings)
        cores, table = keep_busy(threads), table or StaticTable.open()
        embedder = embedder or load_embedder(settings.model, table, cores)
        how = {"save": bool(more), "dry_run": dry_run, "anyway": anyway}
        return _Run(layout, settings, embedder, table, progress, check, left, cores=cores, **how).go()


def _check_sources_of(layout: Layout, settings: Settings) -> None:
    """As `check_sources`, with the place where they are named."""
    try:
        check_sources(settings.sources)
    except UsageError as exc:
        raise UsageError(f"{exc} If it has moved, mend the sources in {layout.index / 'settings.toml'}.") from exc


class _Run:
    """One run of the writer, from reading to switching."""

    def __init__(
        self,
        layout: Layout,
        settings: Settings,
        embedder: Embedder,
        table: StaticTable,
        progress: Progress,
        check: Check | None = None,
        left: str = "",
        *,
        cores: int,
        save: bool = False,
        dry_run: bool = False,
        anyway: bool = False,
    ) -> None:
        self._layout = layout
        self._cores = cores
        self._settings = settings
        self._embedder = embedder
        self._table = table
        self._progress = progress
        self._save = save
        self._dry_run = dry_run
        self._anyway = anyway
        self._check = check
        self._began = monotonic()
        self._embedded = 0
        self._notes = [f"took over from {left}, which ended without finishing"] if left else []

    def go(self) -> BuildReport:
        takedowns = Tombstones.read(self._layout.tombstones).marks
        if not self._dry_run:
            self._layout.remove_unfinished()
            self._finish_takedowns()
        with rarely_collected(), ThreadPoolExecutor(1) as pool, ArticleStore.open(self._layout.articles) as store:
            ahead = pool.submit(self._old_generation)  # it is hashed while the sources are read
            reading = read_sources(
                self._settings.sources, store, self._reading, takedowns, self._settings.fields, self._cores
            )
            if not (reading.sightings or reading.report.taken_down):
                raise nothing_readable(reading.report, self._settings.sources)
            old = ahead.result()
            if old is not None:
                self._check_loss(old, reading.sightings)
            plan = self._plan(old, reading.sightings)
            if self._dry_run:
                return self._report(reading, plan, old.manifest if old is not None else None, switched=False)
            store.record_rejects(reading.report.examples)
            places = Places.of(reading.sightings, reading.copies)
            if old is not None and self._stands(old, plan, places):
                self._save_settings()
                self._layout.remove_old()  # a run that was killed when it had switched has left them
                return self._report(reading, plan, old.manifest, switched=False)
            contents = self._contents(store, reading.sightings, plan, old)
        self._save_settings()
        written = self._write(contents, places, old, kept_of(old, plan.kept, contents.spans))
        return self._report(reading, plan, written, switched=True)

    def _finish_takedowns(self) -> None:
        """Finish what takedowns left; with a damaged generation that waits until a new one is switched in."""
        try:
            if finish(self._layout):
                self._notes.append(
                    "finished a takedown that was cut off: the index holds nothing of the article any more"
                )
        except DamagedIndexError as exc:
            self._notes.append(f"a takedown is not finished: {exc}")

    def _save_settings(self) -> None:
        """Write the settings where a source came in, before the switch: whatever the index holds must be read again."""
        if self._save:
            write_settings(self._layout.index, self._settings)

    @contextmanager
    def _unless_told(self) -> Iterator[None]:
        """Let a refusal be a note where the switch was asked for all the same, or nothing is to be switched."""
        try:
            yield
        except SwitchRefusedError as exc:
            if not (self._anyway or self._dry_run):
                raise
            self._notes.append(f"{'switched anyway' if self._anyway else 'would be refused'}: {exc}")

    def _check_loss(self, old: Generation, sightings: Sequence[Sighting]) -> None:
        with self._unless_told():
            check_no_source_is_lost(old, sightings, self._settings, self._layout.index / "settings.toml")
        with self._unless_told():
            check_not_halved(len(old), len(sightings), "articles")

    def _check_before_switch(self, old: Generation | None, new: Generation) -> None:
        """See that *new* is sound, has lost no passages, and answers as *old* did.

        Raises:
            SwitchRefusedError: It is not, or does not.
        """
        self._progress("verifying", 0, 0)
        check_sound(new, self._embedder, self._table)
        if old is None:
            return
        with self._unless_told():
            if old.manifest.settings == new.manifest.settings:
                check_not_halved(len(old.article_of), len(new.article_of), "passages")
        with self._unless_told():
            if self._check:
                self._notes += self._check(self._settings, old, new, self._embedder, self._table)

    def _stands(self, old: Generation, plan: Plan, places: Places) -> bool:
        """Whether the old generation is what a new one would be: the same articles, taken over whole, in the same places.

        One of an older format is not: it would never hold what the format came for.
        """
        whole = np.array_equal(plan.kept, np.arange(len(old)))
        named = old.manifest.model == self._embedder.name  # a model folder that has moved is another path to open
        current = old.manifest.format == FORMAT
        return whole and named and current and not plan.gone and places.equals(old.places)

    def _reading(self, report: ReadReport) -> None:
        what = f"{report.files:,} files, {report.kept:,} articles, {report.rejected_total:,} rejects"
        self._progress(f"reading {what} of", report.read, 0)

    def _old_generation(self) -> Generation | None:
        if not self._layout.exists:
            return None
        try:
            old = self._layout.open_current()
            check_hashes(old.folder, old.manifest)
        except DamagedIndexError as exc:
            self._notes.append(f"the old generation is damaged, so everything was read from its sources: {exc}")
            return None
        return old

    def _plan(self, old: Generation | None, sightings: Sequence[Sighting]) -> Plan:
        if old is None:
            empty = Places.of([])
            return make_plan(sightings, empty.ids, np.zeros((0, 32), np.uint8), reuse=False)
        reuse = self._basis() == (old.manifest.fingerprint, old.manifest.table, old.manifest.settings)
        return make_plan(sightings, old.places.ids, old.contents.versions, reuse=reuse)

    def _basis(self) -> tuple[str, str, dict[str, Any]]:
        """What passages and vectors depend on, apart from the articles."""
        settings = {
            "chunker": CHUNKER_VERSION,
            "passages": asdict(self._settings.chunking),
            "headline_length": HEADLINE_LENGTH,
            "max_pieces": MAX_PIECES,
            "time_zone": self._settings.time_zone,
        }
        return self._embedder.fingerprint, self._table.fingerprint, settings

    def _contents(
        self, store: ArticleStore, sightings: Sequence[Sighting], plan: Plan, old: Generation | None
    ) -> Contents:
        """The contents of the new generation, in the order of *sightings*."""
        fresh = np.flatnonzero(plan.kept < 0)
        cache = EmbeddingCache(self._layout.cache, self._embedder.fingerprint, self._embedder.dimension)
        maker = Maker(self._embedder, self._table, self._settings.chunking, self._settings.zone, cache)
        articles = ((sightings[i].key, store.article(sightings[i].key, sightings[i].source)) for i in fresh.tolist())
        made = make_contents(articles, maker, lambda done, new: self._embedding(done, new, len(fresh)))
        if len(fresh) == len(sightings) or old is None:
            return made
        rows = plan.kept.copy()
        rows[fresh] = len(old) + np.arange(len(fresh))
        return old.contents.weave(made, rows)

    def _embedding(self, done: int, embedded: int, total: int) -> None:
        self._embedded = embedded
        self._progress("embedding", done, total)

    def _write(self, contents: Contents, places: Places, old: Generation | None, kept: Kept | None) -> IndexManifest:
        """Write the generation aside, see that it may serve, move it into place, and switch to it."""
        self._progress("writing", 0, 0)
        now = datetime.now(UTC)
        fingerprint, table, settings = self._basis()
        manifest = IndexManifest(
            id=name_of(now, fingerprint),
            created=now.isoformat(timespec="seconds"),
            model=self._embedder.name,
            fingerprint=fingerprint,
            dimension=self._embedder.dimension,
            table=table,
            settings=settings,
            counts=counts_of(contents),
            versions=versions_here(),
        )
        check, measure = partial(self._check_before_switch, old), partial(measure_background, embedder=self._embedder)
        pieces = len(self._table.scales)
        written = write_and_switch(self._layout, contents, places, manifest, pieces, check, kept, measure)
        self._layout.remove_old()
        self._tidy()
        return written

    def _tidy(self) -> None:
        """Finish what had to wait for the switch, and let the cache not grow for ever."""
        self._finish_takedowns()
        try:
            compact_if_worth_it(self._layout, self._layout.open_current())
        except DiskFullError:
            self._notes.append("there was no space to make the cache smaller; nothing of it is lost")

    def _report(self, reading: Reading, plan: Plan, manifest: IndexManifest | None, *, switched: bool) -> BuildReport:
        counts = manifest.counts if manifest else {"articles": 0, "passages": 0}
        return BuildReport(
            generation=manifest.id if manifest else "",
            reading=reading.report,
            plan=plan,
            articles=counts["articles"],
            passages=counts["passages"],
            stories=counts.get("stories"),
            embedded=self._embedded,
            seconds=monotonic() - self._began,
            switched=switched,
            notes=tuple(self._notes),
        )
