"""Progress on stderr: one line that is written over on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Final, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

TERMINAL_S: Final = 0.1
LOG_S: Final = 60.0
"""Seconds between two lines: a person wants to see it move, a nightly log wants to stay short."""


class Progress:
    """Takes ``(stage, done, total)`` calls and prints them; as a context manager it leaves a clean line behind."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._began = self._last = monotonic()
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            self._write("\r\x1b[K")

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Print how far *stage* is: *done* of *total* (0 where that is not known)."""
        now = monotonic()
        if (kind := stage.partition(" ")[0]) != self._stage:
            self._stage, self._began = kind, now
        if now - self._last < (TERMINAL_S if self._terminal else LOG_S):
            return
        self._last = now
        line = describe(stage, done, total, now - self._began)
        self._write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def describe(stage: str, done: int, total: int, seconds: float) -> str:
    """A line such as ``embedding 1,200 of 4,773 articles, 410/s, 0:09 left``."""
    kind = stage.partition(" ")[0]
    if not done:
        return kind
    unit = {"reading": " records", "embedding": " articles", "asking": " queries"}.get(kind, "")
    rate = done / seconds if seconds > 0 else 0.0
    parts = [f"{stage} {done:,} of {total:,}{unit}" if total else f"{stage} {done:,}{unit}"]
    if rate:
        parts.append(f"{rate:,.0f}/s")
    if rate and total:
        left = int((total - done) / rate)
        parts.append(f"{left // 60}:{left % 60:02d} left")
    return ", ".join(parts)
