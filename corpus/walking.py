"""Sources to files: folders are walked in sorted order; all that is met comes out, if only as a reject."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.report import Reject
from newsearch.corpus.sidecars import is_host, is_page, is_sidecar, sidecars_of
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SAVED: Final = words("_files _dateien -dateien")
"""What browsers add to a page's name for the folder of what belongs to it."""


UNREADABLE: Final = "cannot be read"


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a source holds.

    Attributes:
        path: Below the source, POSIX form.
        file: Where to open it.
        beside: Files beside a page that may name its address, the most telling first.
        among_pages: HTML pages lie in its folder or above it, so that an image is a part of one.
        beside_page: A page of the same name lies beside it, so that a JSON object without text only describes that page.
    """

    path: str
    file: str
    beside: tuple[str, ...] = ()
    among_pages: bool = False
    beside_page: bool = False


def walk(root: str) -> Iterator[Found | Reject]:
    """The files of a source in sorted order, so that two runs agree; what is hidden and indexes of ours are skipped.

    A link to a folder is not followed (it may lead back here) but reported.

    Args:
        root: File or folder, absolute.
    """
    if os.path.isdir(root):  # noqa: PTH112 - strings on the way of a million files
        yield from _walk_folder(root, "", among_pages=is_host(os.path.basename(root)))  # noqa: PTH119
    else:
        yield from _checked(Found(os.path.basename(root), root))  # noqa: PTH119


def _walk_folder(folder: str, below: str, *, among_pages: bool) -> Iterator[Found | Reject]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as exc:
        yield unreadable(below or ".", exc)
        return
    names = {entry.name for entry in found}
    among_pages = among_pages or any(map(is_page, names))
    for entry in found:
        if not entry.name.startswith("."):
            yield from _walk_entry(entry, below, names, among_pages=among_pages)


def _walk_entry(
    entry: os.DirEntry[str], below: str, names: Collection[str], *, among_pages: bool
) -> Iterator[Found | Reject]:
    path = f"{below}{entry.name}"
    if entry.is_dir(follow_symlinks=False):
        if not _is_index(entry.path):
            yield from _walk_folder(entry.path, f"{path}/", among_pages=among_pages or _is_of_pages(entry.name))
    elif entry.is_symlink() and os.path.isdir(entry.path):  # noqa: PTH112
        detail = "A link to a folder is not followed. To read it, name the folder itself as a source."
        yield Reject(printable(path), "link to a folder", detail)
    elif not is_sidecar(entry.name, names):
        folder = entry.path[: -len(entry.name)]
        beside = tuple(folder + name for name in sidecars_of(entry.name) if name in names)
        of_page = any(page in names for page in _pages_of(entry.name))
        yield from _checked(Found(path, entry.path, beside, among_pages, of_page))


def _is_of_pages(folder: str) -> bool:
    return is_host(folder) or folder.lower().endswith(tuple(_SAVED))


def _pages_of(name: str) -> Iterator[str]:
    """The pages that a JSON file may be beside: ``story.html`` for ``story.json``."""
    stem, dot, suffix = name.rpartition(".")
    if dot and suffix.lower() == "json":
        yield from (f"{stem}{page}{packed}" for page in (".html", ".htm") for packed in ("", ".gz", ".xz", ".zst"))


def _is_index(folder: str) -> bool:
    """Whether *folder* is an index of ours, as `newsearch build .` makes one among the articles: it is no source."""
    parts = (os.path.join(folder, "settings.toml"), os.path.join(folder, "generations"))  # noqa: PTH118
    return os.path.isfile(parts[0]) and os.path.isdir(parts[1])  # noqa: PTH112, PTH113


def _checked(found: Found) -> Iterator[Found | Reject]:
    """*found*, unless its name is no text: nothing could name such a file in a result."""
    try:
        found.path.encode("utf-8")
        yield found
    except UnicodeEncodeError:
        yield Reject(printable(found.path), "file name is not UTF-8", "Rename the file, for example with convmv.")


def file_status(found: Found) -> os.stat_result:
    """What the system knows of a file, without opening it.

    Raises:
        RejectedError: It is no file: a pipe would be waited on for ever.
        OSError: It is gone, or not to be looked at.
    """
    status = os.stat(found.file)  # noqa: PTH116
    if not stat.S_ISREG(status.st_mode):
        raise RejectedError("not a file", "Found a pipe, socket or device, wanted a file.")
    return status


def printable(path: str) -> str:
    """*path* with the bytes that are no UTF-8 written out."""
    return path.encode("utf-8", "backslashreplace").decode()


def unreadable(place: str, exc: OSError) -> Reject:
    """The reject for what the system does not let us read."""
    detail = (
        f"{exc.strerror or exc}. Wanted a file or folder that this user may read; check its permissions and its disk."
    )
    return Reject(printable(place), UNREADABLE, detail)
