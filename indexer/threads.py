"""How many cores newsearch keeps busy: the one place that tells the libraries.

FAISS and torch bring OpenMP, numpy brings OpenBLAS, tokenizers brings Rayon, and each of them starts a thread a core unless
told otherwise, also where it runs inside a thread of the others. ONNX Runtime gets the number from its embedder.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLES: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
"""What the libraries read when they are loaded, or first used."""


def cores() -> int:
    """How many cores this process may use: in a container or under ``taskset`` fewer than there are."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@cache
def pool() -> ThreadPoolExecutor:
    """Threads that stay, one a core, for parts of a search.

    Nothing that is given to them may wait for what is given to them later.
    """
    return ThreadPoolExecutor(cores(), "newsearch-search")


def _forked() -> None:
    """Have a forked process wait for no thread of its parent's: it has none of them, neither ours nor those of tokenizers."""
    pool.cache_clear()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # which asks for it at each call


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def keep_busy(threads: int | None) -> int:
    """Have the libraries keep *threads* cores busy at most from now on, in this process and in those that it starts.

    Args:
        threads: At least 1; where None, everything stays as the environment says.

    Returns:
        How many cores an embedder may keep busy: *threads*, or `cores`.
    """
    if threads is None:
        return cores()
    os.environ.update(dict.fromkeys(VARIABLES, str(threads)))  # for what is loaded later
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)  # for what is loaded already; it holds until somebody lifts it
    return threads


@contextmanager
def one_core() -> Iterator[None]:
    """Have what is computed inside not depend on the number of cores: sums are then added up in one order."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
