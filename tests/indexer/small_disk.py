"""Fill a small disk to the last page or the last file, at each point of every operation: a program for ``unshare -rm``.

The disk is a tmpfs that only this process sees, and it is really full: a ballast leaves 0, 1, 2, … pages (or names of files)
free until the operation goes through, so that each page and each file that it wants is refused once, by the system, to Python,
to numpy and to SQLite. After each refusal: exit status 10 and what to do; what served before serves and is sound; with
space again the next run ends as an undisturbed one and leaves nothing lying about.

Prints one JSON line for each operation and kind of shortage: how many runs were refused, and what they said.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from changing import model_of, state
from crashes import OPERATIONS, Ended, article_to_remove
from worlds import World

from newsearch.indexer.table import StaticTable
from newsearch.search.main import run

COMMANDS = {
    "build": ["build", "SOURCE", "--model", "toy"],
    "rebuild": ["rebuild"],
    "rollback": ["rollback"],
    "remove": ["remove", "ARTICLE", "--yes"],
}
PAGE = 4096
NO_NAMESPACE = 77
"""Exit status where this system lets nobody mount a disk of his own."""


def mount(folder: Path) -> None:
    """A disk of 8 MB and 1,000 files on *folder*."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=8m,nr_inodes=1000"):
        sys.stdout.write(os.strerror(ctypes.get_errno()))
        sys.exit(NO_NAMESPACE)


def command(operation: str, index: Path, source: Path) -> Ended:
    """The operation by the command line, in this process."""
    if operation == "finish":
        operation = "rebuild" if (index / "settings.toml").exists() else "build"
    names = {"SOURCE": str(source), "ARTICLE": article_to_remove(index, "toy") if operation == "remove" else ""}
    words = [names.get(word, word) for word in COMMANDS[operation]]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        status = run([*words, "--index", str(index)])
    return Ended(status, 0.0, said.getvalue())


def leave_pages(disk: Path, free: int) -> None:
    """Fill the disk but for *free* pages."""
    with (disk / "ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, (os.statvfs(disk).f_bavail - free) * PAGE)


def leave_files(disk: Path, free: int) -> None:
    """Fill the disk but for the names of *free* files."""
    (disk / "ballast").mkdir()
    for number in range(os.statvfs(disk).f_ffree - free):
        (disk / "ballast" / str(number)).touch()


LEAVE = {"pages": leave_pages, "files": leave_files}


def remove_ballast(disk: Path) -> None:
    """Make space again."""
    ballast = disk / "ballast"
    shutil.rmtree(ballast) if ballast.is_dir() else ballast.unlink()


def starve(operation: str, shortage: str, aside: Path, disk: Path) -> list[str]:
    """Run *operation* on a disk that has ever more space, until it goes through.

    Returns:
        What the command line said each time that it was refused.
    """
    world = World(disk, command, states=lambda turn: state(turn, 8))
    world.source = aside / "a.jsonl"
    new = world.advance_on_two()
    on_nothing = OPERATIONS[operation].on_nothing
    before = world.before(operation)
    base = shutil.copytree(world.index, aside / f"{operation} {shortage}")
    said: list[str] = []
    while True:
        shutil.rmtree(world.index)
        if not on_nothing:
            shutil.copytree(base, world.index)
        LEAVE[shortage](disk, len(said))
        ended = command(operation, world.index, world.source)
        if ended.status == 0:
            remove_ballast(disk)
            break
        assert ended.status == 10, ended
        said.append(ended.said)
        world.check_serving(operation, before, new)  # while the disk is full
        remove_ballast(disk)
        world.check_next_run(new)
    shutil.rmtree(world.index)
    return said


def main() -> None:
    aside = Path(sys.argv[1])
    disk = aside / "disk"
    disk.mkdir()
    mount(disk)
    StaticTable.open = lambda: model_of("toy")[1]  # an index of 60 pages: the table that ships makes it 300
    for operation in COMMANDS:
        for shortage in LEAVE:
            sys.stdout.write(json.dumps([operation, shortage, starve(operation, shortage, aside, disk)]) + "\n")


if __name__ == "__main__":
    main()
