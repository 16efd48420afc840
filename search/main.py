"""``newsearch``: the entry point. Errors become one line on stderr and an exit status here, and nowhere else."""

from __future__ import annotations

import errno
import signal
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, NoReturn

import typer

from newsearch.corpus.errors import DiskFullError, NewsearchError
from newsearch.search.commands import app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
TERMINATED: Final = 143


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit status (DESIGN section 5).

    Args:
        arguments: Without the program's name; those of the process where None.
    """
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal in Latin-1 has no “; it gets a ? and no traceback
    status = run(with_search(list(sys.argv[1:] if arguments is None else arguments)))
    sys.exit(status)


def with_search(arguments: list[str]) -> list[str]:
    """*arguments* with ``search`` in front where the first one is a question: it holds white space."""
    if arguments and not arguments[0].startswith("-") and any(c.isspace() for c in arguments[0].strip()):
        return ["search", *arguments]
    return arguments


def run(arguments: list[str]) -> int:
    """Run the command and return its exit status; what went wrong is on stderr."""
    try:
        status = typer.main.get_command(app).main(arguments, prog_name="newsearch", standalone_mode=False)
    except NewsearchError as exc:
        return _complain(str(exc), exc.exit_code)
    except typer.TyperException as exc:
        getattr(exc, "show", str)()  # usage errors print themselves; typer names only their base class
        return WRONG_USAGE
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"No space left on the disk ({exc}). Free some, and run the command again."
            return _complain(message, DiskFullError.exit_code)
        if exc.filename is None:
            raise
        message = f"{exc.filename} cannot be used ({exc.strerror}). Check the path, its permissions and its disk."
        return _complain(message, NewsearchError.exit_code)
    if status == INTERRUPTED:
        return _complain("interrupted; run the same command again to go on", INTERRUPTED)
    return status if isinstance(status, int) else 0


def _complain(message: str, status: int) -> int:
    from newsearch.search.show import plain  # a file's name in the message may hold what steers a terminal

    sys.stdout.flush()
    print("newsearch: " + "\n".join(map(plain, message.split("\n"))), file=sys.stderr)  # noqa: T201
    return status


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Unwind as from an exception, so that what was begun aside is cleared away."""
    print("newsearch: terminated; run the same command again to go on", file=sys.stderr)  # noqa: T201
    sys.exit(TERMINATED)
