"""How much is done at once: searches run in a few threads, some wait for one, and what is beyond that is sent away."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from newsearch.search.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

WAITING: Final = 128
"""Requests that may wait: four times the 32 clients of benchmarks/serving.py, some seconds of searches."""

LONGEST_S: Final = 30.0
"""Seconds after which a client has an answer, if only this one; a proxy in front commonly waits 60."""


class Workload:
    """A few worker threads and a bounded queue before them."""

    def __init__(self, threads: int, waiting: int = WAITING, longest_s: float = LONGEST_S) -> None:
        """Run at most *threads* at once, let *waiting* wait, and give up on an answer after *longest_s* seconds."""
        self._pool = ThreadPoolExecutor(threads, "search")
        self._most = threads + waiting
        self._longest_s = longest_s
        self._counting = Lock()
        self.pending = 0

    async def run(self, work: Callable[[], _T]) -> _T:
        """What *work* returns, from a worker thread.

        Raises:
            Problem: Too many wait already, or it took too long.
        """
        if self.pending >= self._most:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Too many requests wait already.",
                f"{self.pending} of them",
                "the request once more, later",
            )
        self._count(1)
        future = self._pool.submit(work)
        future.add_done_callback(self._ended)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._longest_s)
        except TimeoutError:
            raise Problem(
                HTTPStatus.GATEWAY_TIMEOUT,
                "The answer took too long.",
                f"more than {self._longest_s:g} seconds",
                "a narrower question",
            ) from None

    def _ended(self, _future: Any) -> None:
        self._count(-1)

    def _count(self, by: int) -> None:
        with self._counting:
            self.pending += by

    def close(self) -> None:
        """Wait for what runs, and forget what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)
