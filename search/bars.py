"""A timeline as bars of plain characters."""

from __future__ import annotations

import shutil
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final

from newsearch.search.periods import label_of
from newsearch.search.show import WIDEST, print_line

if TYPE_CHECKING:
    from newsearch.search.timeline import Timeline

NOT_HERE: Final = "nothing in this archive seems to answer this; what comes nearest is counted"

LONG_GAP: Final = 12
"""Empty periods in a row from which on they are one line: a year without a word needs no twelve."""


def print_timeline(counted: Timeline, *, answered: bool | None = None) -> None:
    """The bars on stdout; what they leave out on stderr, and that they count no answers where *answered* is False."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    for line in bar_lines(counted, width=width, mark=_mark(sys.stdout.encoding)):
        print_line(line)
    for line in ([NOT_HERE] if counted.periods and answered is False else []) + notes(counted):
        sys.stderr.write(f"newsearch: {line}\n")


def bar_lines(counted: Timeline, *, width: int, mark: str) -> list[str]:
    """A line a period: what it is called, a bar of *mark*, how many articles; a long row of empty ones is one line.

    Args:
        counted: The counts.
        width: Columns that a line may take.
        mark: What bars are made of, one character; any article gets at least one.
    """
    if not counted.periods:
        return []
    most = max(p.articles for p in counted.periods)
    labels = [label_of(p.start, counted.by) for p in counted.periods]
    room = max(width - len(labels[0]) - len(f"{most:,}") - 3, 10)
    lines = []
    for empty, group in groupby(zip(labels, counted.periods, strict=True), key=lambda row: not row[1].articles):
        rows = list(group)
        if empty and len(rows) >= LONG_GAP:
            lines.append(f"{rows[0][0]}  … {len(rows):,} {counted.by}s without, to {rows[-1][0]}")
            continue
        bars = ((label, mark * -(-p.articles * room // most), p.articles) for label, p in rows)
        lines += [f"{label}  {bar}{' ' if bar else ''}{count:,}" for label, bar, count in bars]
    return lines


def notes(counted: Timeline) -> list[str]:
    """What the bars do not show."""
    out = []
    if not counted.articles:
        out.append("no passage fits, with what was asked for")
    if counted.undated:
        out.append(f"{_articles(counted.undated)} without a date not shown")
    if counted.rough:
        out.append(f"{_articles(counted.rough)} dated less exactly than by the {counted.by} not shown")
    if not counted.complete:
        out.append("there is more than was looked at: the counts are of the best passages only")
    return out


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def _mark(encoding: str | None) -> str:
    try:
        "█".encode(encoding or "ascii")
    except UnicodeEncodeError:
        return "#"
    return "█"
