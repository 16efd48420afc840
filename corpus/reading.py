"""Sources to articles: walk, look up, parse what is new, drop what was read before. Nothing disappears uncounted."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from newsearch.corpus.article import Source, article_id
from newsearch.corpus.errors import NothingReadableError, UsageError
from newsearch.corpus.formats import WHAT_IS_READ, Kind, RawRecord, RejectedError, parse
from newsearch.corpus.formats.files import raw_records
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.gathering import Articles, Copy
from newsearch.corpus.report import ReadReport, Reject
from newsearch.corpus.seen import Known, KnownReject, SeenFile, is_racy, stamp_of
from newsearch.corpus.store import Sighting, StoredVersion, Version
from newsearch.corpus.takedowns import Takedowns
from newsearch.corpus.walking import walk
from newsearch.corpus.workers import Parsers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsearch.corpus.formats import Parsed
    from newsearch.corpus.formats.base import Fields
    from newsearch.corpus.report import Dropped
    from newsearch.corpus.store import ArticleStore
    from newsearch.corpus.walking import Found

__all__ = ["Copy", "Reading", "Sighting", "check_sources", "nothing_readable", "read_articles", "read_sources"]

BATCH: Final = 100
"""Records between two commits and two calls of *progress*: 0.05 s of parsing text, and that many records in memory at once."""
BATCH_BYTES: Final = 4_000_000
"""A batch ends earlier where its records have so many, and is not committed by itself: that takes 3 ms, as long as a page."""
NOTHING: Final = Takedowns()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sources hold.

    Attributes:
        sightings: One per article of the archive, in the order of the sources.
        report: What became of every file and record.
        copies: By article id, what was left out since it is the same article at another place or address.
    """

    sightings: list[Sighting]
    report: ReadReport
    copies: dict[str, tuple[Copy, ...]] = field(default_factory=dict)


def read_sources(
    sources: Sequence[Path],
    store: ArticleStore,
    progress: Callable[[ReadReport], None] = lambda _report: None,
    takedowns: Takedowns = NOTHING,
    fields: Fields = (),
    threads: int = 1,
) -> Reading:
    """Read every article of *sources*; a file that has not changed is not opened, what the store knows is not parsed again.

    What is new is committed in batches, so that an interruption keeps what was done. The reading itself is not
    recorded: see `ArticleStore.record_rejects`.

    Args:
        sources: Files and folders.
        store: Where article versions are kept.
        progress: Called every hundred records with the report so far, and once at the end.
        takedowns: What is left out and counted, and of which nothing is stored.
        fields: Further names that records have for the fields of an article.
        threads: Processes that parse, at most.

    Raises:
        UsageError: A source does not exist; nothing was read.
        BusyError: Another process is writing the store.
        DiskFullError: The store's disk is full.
        DamagedIndexError: The store is damaged.
    """
    check_sources(sources)
    roots = [_absolute(source) for source in sources]
    articles = Articles(ReadReport(), takedowns, roots, store.find_all)
    now = datetime.now(UTC)
    with Parsers(threads, now) as parsers:
        run = _Run(store, articles, parsers, fields, now)
        try:
            committed = 0
            for _ in run.go(roots):
                if articles.report.read - committed >= BATCH:
                    store.commit()
                    committed = articles.report.read
                progress(articles.report)
            store.files.drop_others()
        finally:
            store.commit()
    sightings, copies = articles.without_copies()
    sightings = _without_recurring(sightings, store, articles.report)
    store.commit()
    progress(articles.report)
    return Reading(sightings, articles.report, copies)


def _without_recurring(sightings: list[Sighting], store: ArticleStore, report: ReadReport) -> list[Sighting]:
    """The articles without what recurs in their publishers' others, counted; those that lose something have another key."""
    cleaned = store.cleaned.learn([seen.key for seen in sightings])
    if not cleaned:
        return sightings
    report.dropped[Reason.RECURRING] += store.cleaned.count(cleaned.values())
    return [replace(seen, key=cleaned.get(seen.key, seen.key)) for seen in sightings]


def _absolute(source: Path) -> str:
    return os.path.abspath(source)  # noqa: PTH100 - resolve() would follow the link that the user named


def check_sources(sources: Sequence[Path]) -> None:
    """Check that all of *sources* exist.

    Raises:
        UsageError: One does not.
    """
    for source in sources:
        if not source.exists():
            raise UsageError(
                f"There is no file or folder {source}. Wanted: files or folders of articles. {WHAT_IS_READ}"
            )


@dataclass(slots=True)
class _File:
    """A file that is being read: what it was, what it gives, and what it gave the last time it was read."""

    root: str
    found: Found
    stamp: str
    racy: bool
    seen: SeenFile
    rejects: dict[bytes, Reject]


_Entry = RawRecord | Reject | list[Known] | KnownReject
_Met = tuple[_Entry | None, str, _File | None]
"""Something that a source holds, the source's root, and the file that was opened for it; None at that file's end."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was met, what of it is known, and what is being parsed."""

    met: Sequence[_Met]
    keys: Sequence[bytes]
    known: dict[bytes, StoredVersion]
    parsing: dict[bytes, Callable[[], Parsed | RejectedError]]


class _Run:
    """One reading."""

    def __init__(
        self, store: ArticleStore, articles: Articles, parsers: Parsers, fields: Fields, now: datetime
    ) -> None:
        self._store, self._articles, self._parsers = store, articles, parsers
        self._fields, self._now = fields, now
        self._report = articles.report

    def go(self, roots: Sequence[str]) -> Iterator[None]:
        """Read; comes back after each batch, when it is to be committed."""
        self._store.files.begin(self._fields)
        given: deque[_Batch] = deque()
        for met in _batches(entry for root in roots for entry in self._met_in(root)):
            given.append(self._give(met))
            while len(given) > self._parsers.ahead:
                self._take(given.popleft())
                yield
        while given:
            self._take(given.popleft())
            yield

    def _met_in(self, root: str) -> Iterator[_Met]:
        files = walk(root)
        while some := list(islice(files, BATCH)):
            remembered = self._store.files.find(root, [f.path for f in some if not isinstance(f, Reject)])
            for found in some:
                self._report.files += 1
                if isinstance(found, Reject):
                    yield found, root, None
                else:
                    yield from self._met_of(root, found, remembered.get(found.path))

    def _met_of(self, root: str, found: Found, before: SeenFile | None) -> Iterator[_Met]:
        due = before is not None and before.is_due(self._now)
        stamp = stamp_of(found)
        if before and stamp and stamp == before.stamp and not due:
            for entry in before.runs():
                yield entry, root, None
            return
        rejects = before.rejects() if before else {}
        file = _File(root, found, stamp, not stamp or is_racy(stamp), SeenFile(), rejects)
        for raw in raw_records(found, root):
            yield _named(raw, self._fields), root, file
        yield None, root, file

    def _give(self, met: Sequence[_Met]) -> _Batch:
        """Look up a batch, and have parsed what is not known."""
        keys = [entry.key if isinstance(entry, RawRecord | KnownReject) else b"" for entry, _, _ in met]
        known = self._store.find_all([key for key in keys if key])
        parsing: dict[bytes, Callable[[], Parsed | RejectedError]] = {}
        for (entry, root, file), key in zip(met, keys, strict=True):
            if not isinstance(entry, RawRecord) or file is None or key in known or key in parsing:
                continue
            if key not in file.rejects and not self._articles.holds_raw(entry, Source(root, entry.path, entry.record)):
                parsing[key] = self._parsers.parse(entry)
        return _Batch(met, keys, known, parsing)

    def _take(self, batch: _Batch) -> None:
        """Take in what became of a batch, in its order."""
        sighted = [
            seen
            for (entry, root, file), key in zip(batch.met, batch.keys, strict=True)
            if (seen := self._take_one(entry, root, file, key, batch))
        ]
        self._store.sight(sighted)

    def _take_one(
        self, entry: _Entry | None, root: str, file: _File | None, key: bytes, batch: _Batch
    ) -> Sighting | None:
        """The article that was read, where it was not only remembered."""
        self._report.read += _records(entry)
        if entry is None:
            if file:
                self._close(file)
        elif isinstance(entry, Reject):
            self._take_broken(entry, root, file)
        elif isinstance(entry, RawRecord) and file:
            return self._take_raw(entry, key, Source(root, entry.path, entry.record), file, batch)
        elif isinstance(entry, KnownReject):
            self._take_reject(entry.reject, root)
        elif isinstance(entry, list):
            self._take_known(entry, root)
        return None

    def _take_broken(self, reject: Reject, root: str, file: _File | None) -> None:
        """Count what is no record: a file that breaks off, a member that cannot be unpacked."""
        barred = not self._take_reject(reject, root)
        if file and barred:
            file.seen.forget()
        elif file:
            file.seen.add(reject)

    def _take_reject(self, reject: Reject, root: str) -> bool:
        """Count a reject; False where a taken-down article lay there, so that nothing is quoted."""
        barred = self._articles.bars_reject(reject, root)
        if not barred:
            self._report.reject(reject)
        return not barred

    def _take_known(self, run: Sequence[Known], root: str) -> None:
        keys = list({known.key for known in run})
        if self._store.count(keys) < len(keys):
            there = self._store.find_all(keys)
            lost = next(known for known in run if known.key not in there)
            raise self._store.files.broken(Source(root, lost.path, lost.record).place)
        self._articles.add_known(run, root)

    def _take_raw(self, raw: RawRecord, key: bytes, source: Source, file: _File, batch: _Batch) -> Sighting | None:
        if self._articles.holds_raw(raw, source):
            self._articles.count_barred()
            file.seen.forget()
            return None
        new = None if key in batch.known else self._parsed(raw, key, file, batch)
        if isinstance(new, Reject):
            if self._take_reject(new, source.root):
                file.seen.add(KnownReject(raw.path, raw.record, key, new))
            else:
                file.seen.forget()
            return None
        version = StoredVersion.of(*new) if new else batch.known[key]
        if self._articles.bars(version, source):  # before anything of it is written, if only into the store's log
            file.seen.forget()
            return None
        if new:
            self._store.add(*new, self._now)
            batch.known[key] = version
        number = article_id(version, source)
        file.seen.add(Known(source.path, source.record, key, number, version.content, version.dropped))
        return self._articles.add(version, source, number)

    def _parsed(
        self, raw: RawRecord, key: bytes, file: _File, batch: _Batch
    ) -> tuple[Version, Sequence[Dropped]] | Reject:
        """A record that is not known, and what of its page is not part of it; or why it holds no article."""
        if key in file.rejects:
            return replace(file.rejects[key], place=raw.place)
        parsed = batch.parsing[key]()
        if isinstance(parsed, RejectedError):
            return parsed.at(raw.place)
        return Version(key, parsed.article.content, parsed.article), parsed.dropped

    def _close(self, file: _File) -> None:
        """Remember what a file gave, unless it changed meanwhile."""
        same = not file.racy and stamp_of(file.found) == file.stamp
        self._store.files.put(file.root, file.found.path, file.seen, file.stamp if same else "")


def _named(raw: RawRecord | Reject, fields: Fields) -> RawRecord | Reject:
    """*raw* with the further names of its fields, where it has fields."""
    return replace(raw, fields=fields) if fields and isinstance(raw, RawRecord) and raw.kind is Kind.RECORD else raw


def _batches(entries: Iterable[_Met]) -> Iterator[list[_Met]]:
    """*entries* in lists that are not too long, and hold not too many bytes."""
    batch, records, size = list[_Met](), 0, 0
    for met in entries:
        batch.append(met)
        records += _records(met[0])
        size += len(met[0].raw) if isinstance(met[0], RawRecord) else 0
        if records >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, records, size = [], 0, 0
    if batch:
        yield batch


def _records(entry: _Entry | None) -> int:
    """How many records an entry is."""
    return len(entry) if isinstance(entry, list) else entry is not None


def _all_records(sources: Sequence[Path]) -> Iterator[tuple[RawRecord | Reject, str]]:
    for root in map(_absolute, sources):
        for found in walk(root):
            for raw in [found] if isinstance(found, Reject) else raw_records(found, root):
                yield raw, root


def read_articles(path: Path) -> Iterator[tuple[Source, Parsed] | Reject]:
    """What one source holds, without a store: each article with its place, each reject. For tests and experiments.

    Raises:
        UsageError: *path* does not exist.
    """
    check_sources([path])
    for raw, root in _all_records([path]):
        if isinstance(raw, Reject):
            yield raw
            continue
        try:
            yield Source(root, raw.path, raw.record), parse(raw, datetime.now(UTC))
        except RejectedError as exc:
            yield exc.at(raw.place)


def nothing_readable(report: ReadReport, sources: Iterable[Path]) -> NothingReadableError:
    """The error for sources without a single article: counts by reason, an example of each, and what is read."""
    names = ", ".join(str(source) for source in sources) or "no sources: settings.toml names none"
    lines = [f"Found no article in {names} ({report.read} files and records looked at)."]
    for reason, count in report.rejected.most_common():
        example = next((reject for reject in report.examples if reject.reason == reason), None)
        lines.append(f"  {count} × {reason}" + (f", for example {example.place}: {example.detail}" if example else ""))
    lines += [f"  {count} × {reason}: skipped" for reason, count in report.skipped.most_common()]
    return NothingReadableError("\n".join([*lines, WHAT_IS_READ]))
