"""Everything newsearch refuses, and the exit status the command line gives for it.

    NewsearchError                    1
    ├── UsageError                    2  the request cannot be met as it was put
    ├── IndexNotFoundError            3  no index where one was named
    ├── DamagedIndexError             4  an index that does not hold what its manifest promises
    ├── BusyError                     5  another writer is at work on the index
    ├── NothingReadableError          6  not one article in the sources
    ├── SwitchRefusedError            8  a rebuild that would lose what it must not
    ├── ModelError                    9  the model is missing, or another one than the index was built with
    └── DiskFullError                10  no space left; the index that was there still serves

A message says what, what was found, what was wanted and what to do. Exit status 7 is no error: the work is done, with
rejects to look at.
"""

from __future__ import annotations

from typing import ClassVar


class NewsearchError(Exception):
    """Base of all errors that newsearch raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(NewsearchError):
    """The request cannot be met as it was put: a missing path, a folder in the way, a date that is none."""

    exit_code = 2


class IndexNotFoundError(NewsearchError):
    """There is no index where one was named."""

    exit_code = 3


class DamagedIndexError(NewsearchError):
    """An index does not hold what its manifest promises, or was written by a version this one cannot read."""

    exit_code = 4


class BusyError(NewsearchError):
    """Another process is writing the index."""

    exit_code = 5


class NothingReadableError(NewsearchError):
    """Not one article could be read from the sources."""

    exit_code = 6


class SwitchRefusedError(NewsearchError):
    """A rebuild would lose what it must not, and did not switch."""

    exit_code = 8


class ModelError(NewsearchError):
    """A model cannot be had, or is another one than the index was built with."""

    exit_code = 9


class DiskFullError(NewsearchError):
    """The disk is full; the index that was there before still serves."""

    exit_code = 10
