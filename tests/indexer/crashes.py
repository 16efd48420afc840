"""The operations that write an index, and a warm process that has them killed in the middle.

As a program this is a warm process: it has everything imported, reads one order a line from stdin, and forks a child that
carries it out and may be killed. So the kill meets the operation, and not the second that Python needs to import faiss.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Self

from changing import QUERIES, model_of, silent, state, write_source

from newsearch.corpus import reading
from newsearch.corpus.errors import NewsearchError
from newsearch.corpus.store import ArticleStore
from newsearch.indexer import embedding
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.indexer.takedown import take_down
from newsearch.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable


def _build(index: Path, source: Path, model: str) -> None:
    embedder, table = model_of(model)
    build(index, Settings((source,), model), silent, embedder, table)


def _rebuild(index: Path, source: Path, model: str) -> None:
    embedder, table = model_of(model)
    rebuild(index, silent, embedder=embedder, table=table)


def _rollback(index: Path, source: Path, model: str) -> None:
    layout = Layout(index)
    layout.open_current()
    with layout.writer():
        layout.rollback()


def article_to_remove(index: Path, model: str) -> str:
    """The id of the article that is taken down: the first that answers."""
    searcher = Searcher(Layout(index).open_current(), *model_of(model))
    return searcher.search(QUERIES[model][0]).hits[0].article.id


def _remove(index: Path, source: Path, model: str) -> None:
    take_down(index, article_to_remove(index, model), "court order")


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that changes an index.

    Attributes:
        run: Does it: takes the index, its source, and the name of the model.
        on_nothing: Whether it is done where no index is; else on one with two generations, whose source has changed since.
        serves: What may serve after a kill, and does after some: ``none``, ``older`` and ``current`` (the generations that
            there were before), ``new`` (the source as it is now), ``barred`` (the current one, with an article that is not
            shown) and ``removed`` (the same without that article).
        once: Whether it can be done only once with an index, so that each time begins with one made anew.
    """

    run: Callable[[Path, Path, str], None]
    on_nothing: bool
    serves: frozenset[str]
    once: bool = False


# Each is killed at random moments and at each step, by being in this table.
OPERATIONS: Final = {
    "build": Operation(_build, on_nothing=True, serves=frozenset({"none", "new"})),
    "rebuild": Operation(_rebuild, on_nothing=False, serves=frozenset({"current", "new"})),
    "rollback": Operation(_rollback, on_nothing=False, serves=frozenset({"current", "older"})),
    "remove": Operation(_remove, on_nothing=False, serves=frozenset({"current", "barred", "removed"}), once=True),
}


def finish(index: Path, source: Path, model: str) -> None:
    """What a user does next: rebuild, as the messages say; build again where there is nothing to go on from."""
    (_rebuild if (index / "settings.toml").exists() else _build)(index, source, model)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Attributes:
        status: As of a subprocess: 0 done, 10 no space left, -9 killed while it was at work.
        seconds: From its begin to its end.
        said: The message of the error that ended it.
    """

    status: int
    seconds: float
    said: str = ""

    @property
    def hit(self) -> bool:
        """Whether a kill met it at work."""
        return self.status == -signal.SIGKILL


class Warm:
    """The warm process, as a context manager."""

    def __init__(self, model: str = "toy") -> None:
        self._model = model

    def __enter__(self) -> Self:
        # one thread each: a child has only the thread that forked it, and would wait for the others for ever
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | threads | {"TOKENIZERS_PARALLELISM": "false"},
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, operation: str, index: Path, source: Path, **how: float | None) -> Ended:
        """Have a child carry out *operation*.

        Args:
            operation: One of OPERATIONS, or ``finish``: what a user does after it was cut off.
            index: The index's folder.
            source: The archive.
            how: ``kill_after_s`` seconds of work, ``kill_at`` the n-th step (see `Steps`), ``full_at`` the n-th fsync.
        """
        assert self._process.stdin
        assert self._process.stdout
        order = {"operation": operation, "index": str(index), "source": str(source), **how}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the warm process is gone"
        return Ended(**json.loads(answer))


class Steps:
    """Counts what this process does to the disk under *folder*, and kills it before the n-th step.

    A step is a file that is opened to be written, made, moved, deleted (Python's audit events tell), or synced, or a commit of
    the article store; a kill after the n-th is a kill before the one that follows it.
    """

    EVENTS: Final = frozenset(
        {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "sqlite3.connect"}
    )

    def __init__(self, folder: str, kill_at: int) -> None:
        self._folder, self._left = folder, kill_at

    def watch(self) -> None:
        """From now on."""
        os.fsync = self._before(os.fsync)
        ArticleStore.commit = self._before(ArticleStore.commit)  # type: ignore[method-assign]
        ArticleStore.record_rejects = self._before(ArticleStore.record_rejects)  # type: ignore[method-assign]
        sys.addaudithook(self._event)

    def _event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in self.EVENTS or (event == "open" and self._writes(*arguments)):
            self._step()

    def _writes(self, path: object, _mode: object, flags: int) -> bool:
        return bool(flags & (os.O_WRONLY | os.O_RDWR)) and str(path).startswith(self._folder)

    def _before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any) -> Any:
            self._step()
            return function(*arguments)

        return stepped

    def _step(self) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def _full(full_at: int) -> None:
    """Make the n-th fsync and all after it fail for want of space, as those of network file systems and quotas do."""
    real, calls = os.fsync, iter(range(1, 1 << 30))

    def fsync(descriptor: int) -> None:
        if next(calls) >= full_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    os.fsync = fsync


def _child(order: dict[str, Any], model: str) -> tuple[int, str]:
    """Carry out the order: the exit status, and the message. An error that is not ours ends the child with a traceback."""
    if order.get("kill_at"):
        Steps(order["index"], order["kill_at"]).watch()
    if order.get("full_at"):
        _full(order["full_at"])
    try:
        run = OPERATIONS[order["operation"]].run if order["operation"] in OPERATIONS else finish
        run(Path(order["index"]), Path(order["source"]), model)
    except NewsearchError as exc:
        return exc.exit_code, str(exc)
    return 0, ""


def _carry_out(order: dict[str, Any], model: str) -> Ended:
    said, say = os.pipe()
    child = os.fork()
    if not child:
        os.write(say, b"+")
        status, message = _child(order, model)
        os.write(say, message.encode()[:4000])
        os._exit(status)
    os.close(say)
    os.read(said, 1)
    began = time.monotonic()
    if (seconds := order.get("kill_after_s")) is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)  # where it has ended, it is a zombie, and nobody is hit
    _, status = os.waitpid(child, 0)
    took = time.monotonic() - began
    with os.fdopen(said, "rb") as file:
        return Ended(os.waitstatus_to_exitcode(status), took, file.read().decode())


def _serve(model: str) -> None:
    # a small archive goes through every step several times, as a large one does
    reading.BATCH, embedding.BATCH = (10, 10) if model == "toy" else (50, 50)  # type: ignore[misc]
    with TemporaryDirectory() as folder:  # what is imported late is imported before the first fork
        write_source(Path(folder, "a.jsonl"), state(0))
        _build(Path(folder, "i"), Path(folder, "a.jsonl"), model)
        write_source(Path(folder, "a.jsonl"), state(1))
        _rebuild(Path(folder, "i"), Path(folder, "a.jsonl"), model)
    for line in sys.stdin:
        ended = _carry_out(json.loads(line), model)
        sys.stdout.write(json.dumps(asdict(ended)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
