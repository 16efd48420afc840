"""Parsing in processes of its own, so that it takes all cores, and a page that crashes its parser costs a reject.

Pages of HTML are always parsed there. Everything else is parsed here until that has taken START_S: a process takes longer to
start than most archives of text take to be parsed.

Each process is a plain child that a thread of ours writes to and reads from. Python's own pools were no choice: one crash
breaks `ProcessPoolExecutor` and all that it was given, `multiprocessing.Pool` waits for ever; and what they start by forking
inherits the locks of our threads, by spawning imports the caller's main module.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import IO, TYPE_CHECKING, Final, Self

from newsearch.corpus.formats.base import Kind, Parsed, RejectedError
from newsearch.corpus.report import CRASHED
from newsearch.corpus.worker import LONGEST_S, attempt, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from newsearch.corpus.formats import RawRecord

    Result = Parsed | RejectedError
    _Task = tuple[tuple[RawRecord, datetime], Future[Result]]

START_S: Final = 1.0
"""Seconds of parsing in this process after which others are started for what is cheap to parse, too."""
GIVEN: Final = 2
"""Records that a process has at a time, so that it need not wait until this one, on a busy machine, gets its turn."""
_PIPE: Final = 1 << 20
"""Bytes of the pipe to a process where the system allows them (Linux): most pages lie in it whole, so that nobody waits."""
_COMMAND: Final = (sys.executable, "-P", "-m", "newsearch.corpus.worker")
_CAN_START: Final = sys.platform != "win32"  # no alarm, no limits there: parsed in this process


class Parsers:
    """Parses raw records; use it as a context manager, which leaves no process behind."""

    def __init__(self, processes: int, now: datetime) -> None:
        """Begin; no process is started yet.

        Args:
            processes: How many to start at most, at least 1.
            now: The time of reading, see `newsearch.corpus.formats.parse`.
        """
        self._processes, self._now = processes, now
        self._waiting: SimpleQueue[_Task | None] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._open = 0
        self._spent_s = 0.0

    def __enter__(self) -> Self:
        """The parsers."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes, also those in the middle of a page."""
        for worker in self._workers:
            worker.kill()
        for _ in self._workers:
            self._waiting.put(None)
        for worker in self._workers:
            worker.join()

    @property
    def ahead(self) -> int:
        """Batches that are worth to be given before the results of the first one are asked for."""
        return 1 + self._processes if self._workers else 0

    def parse(self, raw: RawRecord) -> Callable[[], Result]:
        """Have *raw* parsed; what comes back gives its article or why there is none, and may wait for it."""
        if not _CAN_START or (raw.kind is not Kind.HTML and self._spent_s < START_S):
            return lambda: self._parse_here(raw)
        if len(self._workers) < self._processes and self._waiting.qsize() >= 4 * len(self._workers):
            self._workers.append(_Worker(self._waiting))
        future: Future[Result] = Future()
        self._waiting.put(((raw, self._now), future))
        return future.result

    def _parse_here(self, raw: RawRecord) -> Result:
        began = perf_counter()
        result = attempt(raw, self._now)
        self._spent_s += perf_counter() - began
        return result


class _Worker:
    """One process, and the thread that serves it. A process that dies is replaced by another."""

    def __init__(self, waiting: SimpleQueue[_Task | None]) -> None:
        self._waiting = waiting
        self._lock, self._ended, self._last = threading.Lock(), False, False
        self._process = self._start()
        self._thread = threading.Thread(target=self._serve, name="newsearch parser", daemon=True)
        self._thread.start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        _widen(process.stdin)
        return process

    def _serve(self) -> None:
        given: deque[_Task] = deque()
        while self._give(given):
            _, future = given.popleft()
            try:
                future.set_result(self._result(given))
            except Exception as exc:  # noqa: BLE001 - whoever waits for the result would wait for ever
                future.set_exception(exc)

    def _give(self, given: deque[_Task]) -> bool:
        """Send what waits, as far ahead as is of use; False where nothing is given and nothing comes."""
        while len(given) < GIVEN and not self._last:
            try:
                task = self._waiting.get(block=not given)
            except Empty:
                break
            self._last = task is None
            if task is not None:
                self._send_new(task, given)
        return bool(given)

    def _send_new(self, task: _Task, given: deque[_Task]) -> None:
        try:
            self._send(task)
        except Exception as exc:  # noqa: BLE001 - it was not sent, so that the next result is another's
            task[1].set_exception(exc)
        else:
            given.append(task)

    def _send(self, task: _Task) -> None:
        with suppress(OSError, ValueError):  # it has died, or was ended: asking for the result will tell
            raw, now = task[0]
            send(self._process.stdin, (replace(raw, raw=b""), now), raw.raw)

    def _result(self, given: deque[_Task]) -> Result:
        """What became of the oldest record that was sent; where that ended the process, another one gets *given*."""
        try:
            result: Result = receive(self._process.stdout)[0]
        except (EOFError, OSError, ValueError):
            result = self._replace()
            for task in given:
                self._send(task)
        return result

    def _replace(self) -> RejectedError:
        """Start another process in place of the one that died; why it did."""
        _close(self._process)
        status = self._process.wait()
        with self._lock:
            if not self._ended:
                self._process = self._start()
        detail = f"The process that parsed it ended with status {status}: it took more than {LONGEST_S} s, or too much memory."
        return RejectedError(
            CRASHED, f"{detail} It is tried again the next time; leave the page out if that does not help."
        )

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        with self._lock:
            self._ended = True
            self._process.kill()

    def join(self) -> None:
        """Wait until all of it has ended."""
        self._thread.join()
        self._process.wait()
        _close(self._process)


def _widen(stream: IO[bytes] | None) -> None:
    import fcntl  # not on Windows, where no process is started

    assert stream is not None
    with suppress(OSError, AttributeError):  # more than a user may have of them in all; not on macOS
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE)


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream:
            try:
                stream.close()
            except BrokenPipeError:  # what was not written yet has no reader any more
                continue
