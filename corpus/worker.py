"""A process that parses: raw records in, articles or rejects out, until its input ends, which it does with its parent.

    python -P -m newsearch.corpus.worker

Each message is two lengths of four bytes each, a pickle, and bytes that go beside it: those of a page, which need not be copied
into the pickle and out of it.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final

from newsearch.corpus.formats import parse
from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.report import CRASHED

if TYPE_CHECKING:
    from datetime import datetime

    from newsearch.corpus.formats import Parsed, RawRecord

    _Request = tuple[RawRecord, datetime]

LONGEST_S: Final = 60
"""Seconds that a record may take; the slowest of ../shared/pages takes one, a page of the 10 MB that are allowed some four."""
MEMORY_BYTES: Final = 4 << 30
"""Ten times what a page of 10 MB takes."""
GARBAGE: Final = 50_000
"""Objects between two collections: with Python's 700 they take a twentieth of the time, and pages leave little in cycles."""
_LENGTHS: Final = struct.Struct(">II")


def attempt(raw: RawRecord, now: datetime) -> Parsed | RejectedError:
    """The article of a record, or why there is none: also where parsing failed as it never should."""
    try:
        return parse(raw, now)
    except RejectedError as exc:
        return exc
    except Exception as exc:  # noqa: BLE001 - one page must not end the reading of a million
        detail = f"{type(exc).__name__}: {exc}"
        return RejectedError(
            CRASHED, f"Parsing it failed ({detail[:200]}). This is a fault of newsearch: please report it."
        )


def send(stream: IO[bytes] | None, message: object, beside: bytes = b"") -> None:
    """Write a message to a pipe, and bytes that go beside it.

    Raises:
        OSError: The other side is gone.
    """
    assert stream is not None
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTHS.pack(len(data), len(beside)) + data)
    stream.write(beside)
    stream.flush()


def receive(stream: IO[bytes] | None) -> tuple[Any, bytes]:
    """Read a message from a pipe, and the bytes beside it.

    Raises:
        EOFError: The other side is gone.
    """
    assert stream is not None
    lengths = stream.read(_LENGTHS.size)
    data, beside = map(stream.read, _LENGTHS.unpack(lengths)) if len(lengths) == _LENGTHS.size else (b"", b"")
    if not data:
        raise EOFError
    return pickle.loads(data), beside  # noqa: S301 - from the process at the other end of our own pipe


def main() -> None:
    """Parse what comes. A record that takes too long ends the process: the alarm needs no interpreter to go off."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not lie between the replies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the parent ends this one
    _limit_memory()
    gc.set_threshold(GARBAGE)
    waiting: SimpleQueue[_Request | None] = SimpleQueue()
    threading.Thread(target=_take, args=(requests, waiting), daemon=True).start()
    while (request := waiting.get()) is not None:
        raw, now = request
        signal.alarm(LONGEST_S)
        result = attempt(raw, now)
        signal.alarm(0)
        send(replies, result)


def _take(requests: IO[bytes], waiting: SimpleQueue[_Request | None]) -> None:
    """Read what comes while something is parsed: whoever writes it must not wait, since he reads the replies, too."""
    try:
        while True:
            (raw, now), content = receive(requests)
            waiting.put((replace(raw, raw=content), now))
    except EOFError:
        pass
    finally:
        waiting.put(None)


def _limit_memory() -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard == resource.RLIM_INFINITY or hard > MEMORY_BYTES:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, hard))


if __name__ == "__main__":
    main()
