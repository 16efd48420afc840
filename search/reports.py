"""What a build or rebuild did, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newsearch.corpus.report import MAX_EXAMPLES
from newsearch.search.show import plain, print_json, print_line

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.indexer.builder import BuildReport

DONE: Final = 0
DONE_WITH_REJECTS: Final = 7
EXAMPLES: Final = 3
"""Rejects shown for each reason; `--json` has up to twenty."""


def print_report(report: BuildReport, index: Path, *, as_json: bool) -> int:
    """Print what was done, and return the exit status: 0, or 7 where something was rejected."""
    if as_json:
        print_json(report_json(report, index))
    else:
        for line in report_lines(report, index):
            print_line(line)
    return DONE_WITH_REJECTS if report.reading.rejected_total else DONE


def report_lines(report: BuildReport, index: Path) -> list[str]:
    """The report in one readable block."""
    reading, plan = report.reading, report.plan
    barred = f", {reading.taken_down:,} taken down" if reading.taken_down else ""
    lines = [
        (
            f"read      {reading.read:,} files and records: {reading.kept:,} kept, {reading.duplicates:,} duplicates, "
            f"{reading.rejected_total:,} rejected{barred}"
        )
    ]
    for reason, count in reading.rejected.most_common():
        lines.append(f"          {count:,} × {reason}")
        some = [r for r in reading.examples if r.reason == reason][:EXAMPLES]
        lines += [f"            {plain(r.place)}: {plain(r.detail)}" for r in some]
        if count > len(some):
            lines.append(f"            and {count - len(some):,} more; --json names up to {MAX_EXAMPLES} a reason")
    if reading.skipped:
        skipped = ", ".join(f"{plain(reason)} {count:,}" for reason, count in reading.skipped.most_common(EXAMPLES * 2))
        lines.append(f"skipped   {reading.skipped.total():,} that are no articles: {skipped}")
    if reading.dropped:
        dropped = ", ".join(f"{plain(reason)} {count:,}" for reason, count in reading.dropped.most_common())
        lines.append(f"cleaned   left out of the articles: {dropped}")
    lines.append(
        f"articles  {len(plan.new):,} new, {len(plan.changed):,} changed, {len(plan.gone):,} gone, {plan.unchanged:,} unchanged"
    )
    anew = int((plan.kept < 0).sum()) - len(plan.new) - len(plan.changed)
    if anew > 0 and plan.unchanged:
        lines.append(
            f"          {anew:,} of them to be made anew: the model, the lengths of passages or the time zone changed"
        )
    lines += [f"note      {plain(note)}" for note in report.notes]
    if report.switched:
        lines.append(
            f"index     {index}: {report.articles:,} articles, {report.passages:,} passages, {report.embedded:,} embedded anew"
        )
        lines += _stories_lines(report)
        lines.append(f"done      in {report.seconds:.1f} s, generation {report.generation} serves")
    else:
        why = (
            "nothing had changed"
            if not (plan.new or plan.changed or plan.gone or anew)
            else "nothing written, as asked"
        )
        lines.append(f"index     {index}: {why}; generation {report.generation or '(none)'} serves")
    return lines


def _stories_lines(report: BuildReport) -> list[str]:
    """How many articles tell a story that another one tells as well; nothing where none does."""
    again = report.articles - (report.stories or report.articles)
    return [f"stories   {report.stories:,}: {again:,} articles tell one that another tells too"] if again else []


def report_json(report: BuildReport, index: Path) -> dict[str, Any]:
    """The report for ``--json``."""
    reading, plan = report.reading, report.plan
    return {
        "schema": 1,
        "index": str(index),
        "generation": report.generation,
        "switched": report.switched,
        "read": reading.read,
        "kept": reading.kept,
        "duplicates": reading.duplicates,
        "rejected": dict(reading.rejected),
        "skipped": dict(reading.skipped),
        "taken_down": reading.taken_down,
        "examples": [{"place": r.place, "reason": r.reason, "detail": r.detail} for r in reading.examples],
        "dropped": dict(reading.dropped),
        "new": len(plan.new),
        "changed": len(plan.changed),
        "gone": len(plan.gone),
        "unchanged": plan.unchanged,
        "articles": report.articles,
        "passages": report.passages,
        "stories": report.stories,
        "embedded": report.embedded,
        "notes": list(report.notes),
        "seconds": round(report.seconds, 2),
    }
