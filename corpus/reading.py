"""Sources to articles: walk, look up, parse what is new, drop what was read before. Nothing disappears uncounted."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from newsearch.corpus.article import Source, article_id, is_placed
from newsearch.corpus.errors import NothingReadableError, UsageError
from newsearch.corpus.formats import WHAT_IS_READ, Kind, RawRecord, RejectedError, parse
from newsearch.corpus.formats.files import raw_records
from newsearch.corpus.report import WITHDRAWAL, ReadReport, Reject, Skipped
from newsearch.corpus.store import Sighting, StoredVersion, Version
from newsearch.corpus.takedowns import Takedowns
from newsearch.corpus.walking import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsearch.corpus.formats import Parsed
    from newsearch.corpus.formats.base import Fields
    from newsearch.corpus.report import Dropped
    from newsearch.corpus.store import ArticleStore

__all__ = ["Reading", "Sighting", "check_sources", "nothing_readable", "read_articles", "read_sources"]

BATCH: Final = 100
"""Records between two commits and two calls of *progress*: 0.05 s of parsing, and that many records in memory at once."""
DUPLICATE: Final = "duplicate"
"""The reason by which the report's examples name what is counted in `ReadReport.duplicates`."""
NOTHING: Final = Takedowns()
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sources hold.

    Attributes:
        sightings: One per article of the archive, in the order of the sources.
        report: What became of every file and record.
    """

    sightings: list[Sighting]
    report: ReadReport


def read_sources(
    sources: Sequence[Path],
    store: ArticleStore,
    progress: Callable[[ReadReport], None] = lambda _report: None,
    takedowns: Takedowns = NOTHING,
    fields: Fields = (),
) -> Reading:
    """Read every article of *sources*; what the store knows is not parsed again.

    What is new is committed in batches, so that an interruption keeps what was done. The reading itself is not
    recorded: see `ArticleStore.record_rejects`.

    Args:
        sources: Files and folders.
        store: Where article versions are kept.
        progress: Called every hundred records with the report so far, and once at the end.
        takedowns: What is left out and counted, and of which nothing is stored.
        fields: Further names that records have for the fields of an article.

    Raises:
        UsageError: A source does not exist; nothing was read.
        BusyError: Another process is writing the store.
        DiskFullError: The store's disk is full.
        DamagedIndexError: The store is damaged.
    """
    check_sources(sources)
    report = ReadReport()
    articles = _Articles(report, takedowns, [os.path.abspath(source) for source in sources])  # noqa: PTH100 - see below
    try:
        records = _all_records(sources, fields)
        while batch := list(islice(records, BATCH)):
            _read_batch(batch, store, articles)
            store.commit()
            progress(report)
    finally:
        store.commit()
    sightings = articles.without_copies()
    progress(report)
    return Reading(sightings, report)


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


def _all_records(sources: Sequence[Path], fields: Fields = ()) -> Iterator[tuple[RawRecord | Reject, str]]:
    for source in sources:
        root = os.path.abspath(source)  # noqa: PTH100 - resolve() would follow the link that the user named
        for raw in _records(root):
            if fields and isinstance(raw, RawRecord) and raw.kind is Kind.RECORD:
                raw = replace(raw, fields=fields)  # noqa: PLW2901
            yield raw, root


def _records(root: str) -> Iterator[RawRecord | Reject]:
    for found in walk(root):
        if isinstance(found, Reject):
            yield found
        else:
            yield from raw_records(found, root)


def _read_batch(batch: Sequence[tuple[RawRecord | Reject, str]], store: ArticleStore, articles: _Articles) -> None:
    articles.report.read += len(batch)
    keys = [b"" if isinstance(raw, Reject) else raw.key for raw, _ in batch]
    known = store.find_all([key for key in keys if key])
    for (raw, root), key in zip(batch, keys, strict=True):
        if isinstance(raw, Reject):
            articles.report.reject(raw)
            continue
        source = Source(root, raw.path, raw.record)
        if articles.bars_raw(raw, source):
            continue
        try:
            new = None if key in known else _parse_new(raw, key)
        except RejectedError as exc:
            articles.reject(exc.at(raw.place), source)
            continue
        version = StoredVersion.of(*new) if new else known[key]
        if articles.bars(version, source):  # before anything of it is written, if only into the store's log
            continue
        if new:
            store.add(*new)
            known[key] = version
        articles.add(version, source)


def _parse_new(raw: RawRecord, key: bytes) -> tuple[Version, Sequence[Dropped]]:
    """A record that was never read, and what of its page is not part of it.

    Raises:
        RejectedError: It holds no article.
    """
    parsed = parse(raw, datetime.now(UTC))
    return Version(key, parsed.article.content, parsed.article), parsed.dropped


class _Articles:
    """The articles met so far, one per id; counts duplicates and drops what was dropped in the report.

    Of one id with two contents the one changed later stays, or else the one read later: a correction comes after.
    What is taken down is only counted.
    """

    def __init__(self, report: ReadReport, takedowns: Takedowns, roots: Sequence[str]) -> None:
        self.report = report
        self._takedowns = takedowns
        self._roots = roots
        self._by_id: dict[str, tuple[Sighting, StoredVersion]] = {}

    def bars_raw(self, raw: RawRecord, source: Source) -> bool:
        """Whether *raw* is taken down, which needs no parsing to know; then it is counted."""
        return self._count_barred(barred=self._takedowns.holds_raw(raw, source, self._roots))

    def bars(self, version: StoredVersion, source: Source) -> bool:
        """Whether an article is taken down; then it is counted."""
        return self._count_barred(barred=self._takedowns.holds(version, source, self._roots))

    def reject(self, reject: Reject, source: Source) -> None:
        """Count a reject; what lies where a taken-down article did is not quoted."""
        if not self._count_barred(barred=self._takedowns.holds_place(source, self._roots)):
            self.report.reject(reject)

    def _count_barred(self, *, barred: bool) -> bool:
        self.report.taken_down += barred
        return barred

    def add(self, version: StoredVersion, source: Source) -> None:
        """Take an article in, or count it as a duplicate."""
        for reason, count in version.dropped:
            self.report.dropped[reason] += count
        number = article_id(version, source)
        before = self._by_id.get(number)
        if number in self._takedowns.ids or (before and _is_other_place(before, version, source)):
            source = replace(source, apart=True)
            number = article_id(version, source)
            before = self._by_id.get(number)
        seen = Sighting(number, version.key, version.content, source)
        if before is None:
            self._by_id[number] = (seen, version)
            self.report.kept += 1
        elif version.content == before[0].content or _changed(version) < _changed(before[1]):
            self._count(seen, before[0])
        else:
            self._by_id[number] = (seen, version)
            self._count(before[0], seen)

    def without_copies(self) -> list[Sighting]:
        """One sighting per content, the first; the others are counted as duplicates, what is withdrawn as skipped."""
        first: dict[bytes, Sighting] = {}
        for seen, version in self._by_id.values():
            if version.withdrawn:
                self.report.kept -= 1
                self.report.reject(Skipped(seen.source.place, WITHDRAWAL))
                continue
            kept = first.setdefault(seen.content, seen)
            if kept is not seen:
                self.report.kept -= 1
                self._count(seen, kept)
        return list(first.values())

    def _count(self, left_out: Sighting, kept: Sighting) -> None:
        self.report.duplicate(Reject(left_out.source.place, DUPLICATE, f"The same article as {kept.source.place}."))


def _is_other_place(before: tuple[Sighting, StoredVersion], version: StoredVersion, source: Source) -> bool:
    """Whether two sources have different articles at the same path, as daily folders do: 2024/001.txt, 2025/001.txt."""
    seen, _ = before
    return is_placed(version) and seen.source.root != source.root and seen.content != version.content


def _changed(version: StoredVersion) -> datetime:
    return version.updated or version.published or _NEVER


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
    names = ", ".join(str(source) for source in sources)
    lines = [f"Found no article in {names} ({report.read} files and records looked at)."]
    for reason, count in report.rejected.most_common():
        example = next((reject for reject in report.examples if reject.reason == reason), None)
        lines.append(f"  {count} × {reason}" + (f", for example {example.place}: {example.detail}" if example else ""))
    lines += [f"  {count} × {reason}: skipped" for reason, count in report.skipped.most_common()]
    return NothingReadableError("\n".join([*lines, WHAT_IS_READ]))
