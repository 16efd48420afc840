"""A page's address where the page names none: a file beside it, or the folders of a mirror."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.records import load_json, read_text, values, web_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_MAX_BYTES: Final = 1_000_000
_PACKED: Final = (".gz", ".xz", ".zst")
_PAGES: Final = (".html", ".htm", ".xhtml", ".shtml")
_SHORTCUT: Final = re.compile(r"^(?:URL=)?(https?://\S+)\s*$", re.MULTILINE | re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_INDEX: Final = re.compile(r"(^|/)index\.x?html?$", re.IGNORECASE)
_KEPT: Final = "/?&=;:@!$'()*+,~%"
"""What stands in an address as it is; a mirror's names hold the rest unescaped, and ``%`` where it was escaped."""


def unpacked(name: str) -> str:
    """A file's name without the suffix of its compression."""
    return next((name[: -len(suffix)] for suffix in _PACKED if name.lower().endswith(suffix)), name)


def is_page(name: str) -> bool:
    """Whether a file is an HTML page by its name."""
    return unpacked(name).lower().endswith(_PAGES)


def sidecars_of(name: str) -> Iterator[str]:
    """The names of the files that may name the address of the page *name*, in the order in which they are asked.

    ``story.html.json``, ``story.json``, ``story.html.url``, ``story.url``; nothing where *name* is no page.
    """
    if is_page(name):
        whole = unpacked(name)
        stem = whole.rpartition(".")[0]
        names = (name, whole, stem)
        yield from dict.fromkeys(f"{part}{suffix}" for suffix in (".json", ".url") for part in names)


def is_sidecar(name: str, names: Collection[str]) -> bool:
    """Whether *name* tells by itself that it belongs to a page among *names*, so that it is nothing to read for itself.

    ``story.json`` does not: it may be an article of its own.
    """
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in ("json", "url"):
        return False
    if is_page(stem):
        return any(f"{unpacked(stem)}{packed}" in names for packed in ("", *_PACKED))
    return suffix == "url" and any(f"{stem}{page}{packed}" in names for page in _PAGES for packed in ("", *_PACKED))


def sidecar_url(files: Sequence[str]) -> str:
    """The address that the first of *files* with one names, or empty; one that cannot be read is passed over."""
    return next((url for file in files if (url := _url_in(Path(file)))), "")


def _url_in(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_MAX_BYTES)
        if file.suffix == ".url":
            match = _SHORTCUT.search(raw.decode("utf-8", "replace"))
            return web_address(match[1]) if match else ""
        value = load_json(raw)[1]
    except (OSError, RejectedError):
        return ""
    named = values(value, "url") if isinstance(value, dict) else ()
    return next((url for item in named if (url := web_address(item))), "")


def only_describes(raw: bytes) -> bool:
    """Whether a JSON document beside a page is no article of its own: one object without text."""
    try:
        value = load_json(raw)[1]
    except RejectedError:
        return False
    return isinstance(value, dict) and not read_text(value).parts


def is_host(folder: str) -> bool:
    """Whether *folder* is named as a host with a top-level domain that exists, as wget and HTTrack name them."""
    if not _HOST.fullmatch(folder):
        return False
    from tld import get_tld  # reads its list of domains, 5 ms; only where a folder's name looks like a host

    return get_tld(f"https://{folder}", fail_silently=True) is not None


def mirrored_url(root: str, path: str) -> str:
    """The address of a page in a mirror, or empty: ``www.example.org/politik/story.html`` stands for itself.

    Args:
        root: The source's absolute path; its last folder may be the host.
        path: The page below it, or below the archive file that holds it.
    """
    host, _, rest = path.partition("/")
    if not (rest and is_host(host)):
        host, rest = root.rstrip("/").rpartition("/")[2], path
        if not is_host(host) or root.endswith(f"/{path}"):
            return ""
    address = quote(_INDEX.sub(r"\1", unpacked(rest)), safe=_KEPT)
    return web_address(f"https://{host}/{address}")
