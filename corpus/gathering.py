"""The articles that a reading meets, one per id and content; copies keep their addresses, what is left out is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newsearch.corpus.article import Source, article_id, is_placed
from newsearch.corpus.report import WITHDRAWAL, Reject, Skipped
from newsearch.corpus.versions import Sighting, is_withdrawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from newsearch.corpus.formats import RawRecord
    from newsearch.corpus.report import ReadReport
    from newsearch.corpus.seen import Known
    from newsearch.corpus.takedowns import Takedowns
    from newsearch.corpus.versions import Counts, StoredVersion

    Find = Callable[[Sequence[bytes]], Mapping[bytes, StoredVersion]]

DUPLICATE: Final = "duplicate"
"""The reason by which the report's examples name what is counted in `ReadReport.duplicates`."""
_SOME: Final = 500
"""Versions that are asked for at once."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that was left out since another one with the same title, text and publisher is in the archive.

    Attributes:
        publisher: As it names its publisher.
        url: Its address, or empty.
        published: Its publication date.
        source: Where it lies.
        article_id: The id that it would have as an article, by which it is known when it is taken down.
    """

    publisher: str
    url: str
    published: datetime | None
    source: Source
    article_id: str


class Articles:
    """The articles met so far, one per id; counts duplicates and drops what was dropped in the report.

    Of one id with two contents the one changed later stays, or else the one read later: a correction comes after.
    What is taken down is only counted.
    """

    def __init__(self, report: ReadReport, takedowns: Takedowns, roots: Sequence[str], find: Find) -> None:
        """Begin with none.

        Args:
            report: Where they are counted.
            takedowns: What is taken down.
            roots: The roots of all sources that are read.
            find: Gives what is known of versions that were met, by key: most are never asked for again, and all that is known
                of a million takes 0.6 GB.
        """
        self.report = report
        self._takedowns = takedowns
        self._roots = roots
        self._find = find
        self._by_id: dict[str, Sighting] = {}
        self._withdrawn: set[str] = set()
        self._copies: dict[bytes, list[Copy]] = {}

    def holds_raw(self, raw: RawRecord, source: Source) -> bool:
        """Whether *raw* is known to be taken down, which needs no parsing to know."""
        return self._takedowns.holds_raw(raw, source, self._roots)

    def bars(self, version: StoredVersion, source: Source) -> bool:
        """Whether an article is taken down; then it is counted."""
        if not self._takedowns.ids:
            return False
        return self.count_barred(barred=self._takedowns.holds(version, source, self._roots))

    def bars_reject(self, reject: Reject, root: str) -> bool:
        """Whether a taken-down article lay where *reject* does, or was its whole file: then it is counted, and not quoted."""
        places, (path, _, record) = [Source(root, reject.place)], reject.place.rpartition(":")
        if record.isdecimal():
            places += [Source(root, path), Source(root, path, int(record))]
        return self.count_barred(barred=any(self._takedowns.holds_place(place, self._roots) for place in places))

    def count_barred(self, *, barred: bool = True) -> bool:
        """Count what is taken down."""
        self.report.taken_down += barred
        return barred

    def add(self, version: StoredVersion, source: Source, number: str = "") -> Sighting:
        """Take an article in, or count it as a duplicate; what was seen.

        Args:
            version: What is known of it.
            source: Where it lies.
            number: Its `article_id` there, if known.
        """
        self._count(version.dropped)
        number = number or article_id(version, source)
        before = self._by_id.get(number)
        if number in self._takedowns.ids or (before and _is_other_place(before, version, source)):
            source = replace(source, apart=True)
            number = article_id(version, source)
            before = self._by_id.get(number)
        seen = Sighting(number, version.key, version.content, source)
        if before is None:
            self._keep(seen, version.dropped)
            self.report.kept += 1
        elif version.content == before.content or _changed(version) < _changed(self._find([before.key])[before.key]):
            self._leave_out(seen, version, before)
        else:
            self._keep(seen, version.dropped)
            self._leave_out(before, self._find([before.key])[before.key], seen)
        return seen

    def add_known(self, run: Sequence[Known], root: str) -> None:
        """Take in what is remembered of articles of a source, as `add` does where they are not taken down.

        Only of those that meet another one is more asked than is remembered.
        """
        asked = self._find(list(self._to_ask(run)))
        for known in run:
            source = Source(root, known.path, known.record)
            if (version := asked.get(known.key)) is None:
                self._count(known.dropped)
                self._keep(Sighting(known.article_id, known.key, known.content, source), known.dropped)
                self.report.kept += 1
            elif not self.bars(version, source):
                self.add(version, source, known.article_id)

    def _to_ask(self, run: Sequence[Known]) -> Iterator[bytes]:
        here = set[str]()
        for known in run:
            number = known.article_id
            if not known.content or number in self._by_id or number in here or self._takedowns.ids:
                yield known.key
            here.add(number)

    def _count(self, dropped: Counts) -> None:
        for reason, count in dropped:
            self.report.dropped[reason] += count

    def _keep(self, seen: Sighting, dropped: Counts) -> None:
        self._by_id[seen.article_id] = seen
        if is_withdrawn(dropped):
            self._withdrawn.add(seen.article_id)
        elif self._withdrawn:
            self._withdrawn.discard(seen.article_id)

    def without_copies(self) -> tuple[list[Sighting], dict[str, tuple[Copy, ...]]]:
        """One sighting per content, the first, and by their ids what was left out as their copies; call it once.

        What is withdrawn is counted as skipped.
        """
        first: dict[bytes, Sighting] = {}
        left_out: list[tuple[Sighting, Sighting]] = []
        for seen in self._by_id.values():
            if seen.article_id in self._withdrawn:
                self.report.kept -= 1
                self.report.reject(Skipped(seen.source.place, WITHDRAWAL))
                continue
            kept = first.setdefault(seen.content, seen)
            if kept is not seen:
                self.report.kept -= 1
                left_out.append((seen, kept))
        for at in range(0, len(left_out), _SOME):
            some = left_out[at : at + _SOME]
            versions = self._find([seen.key for seen, _ in some])
            for seen, kept in some:
                self._leave_out(seen, versions[seen.key], kept)
        return list(first.values()), {
            first[content].article_id: tuple(copies) for content, copies in self._copies.items() if content in first
        }

    def _leave_out(self, seen: Sighting, version: StoredVersion, kept: Sighting) -> None:
        example = Reject(seen.source.place, DUPLICATE, f"The same article as {kept.source.place}.")
        self.report.duplicate(example)
        if (seen.source.file, seen.source.record) != (
            kept.source.file,
            kept.source.record,
        ):  # a source may be named twice
            copy = Copy(version.publisher, version.url, version.published, seen.source, seen.article_id)
            self._copies.setdefault(seen.content, []).append(copy)


def _is_other_place(seen: Sighting, version: StoredVersion, source: Source) -> bool:
    """Whether two sources have different articles at the same path, as daily folders do: 2024/001.txt, 2025/001.txt."""
    return is_placed(version) and seen.source.root != source.root and seen.content != version.content


def _changed(version: StoredVersion) -> datetime:
    return version.updated or version.published or _NEVER
