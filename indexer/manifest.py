"""What a generation says of itself, read and checked before any of its arrays is opened."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.files import hashes_of

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 3
"""Number of the layout of a generation's files. 2: what was measured stands in the manifest, and a scan may lie beside the
vectors. 3: each passage has a language; signatures and stories of the articles, and where their
copies lie."""

FIRST_WITH_STORIES: Final = 3

READABLE: Final = (1, 2, 3)
"""Formats that this newsearch opens; a golden index of each is in tests/data/golden."""

NAME: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class IndexManifest:
    """What a generation says of itself.

    Attributes:
        id: The generation's name: UTC time and the model's fingerprint.
        created: UTC time, ISO 8601.
        model: What `--model` named.
        fingerprint: Digest of the model; another one's vectors mean something else.
        dimension: Width of the vectors.
        table: Fingerprint of the static table that the term leg was built with.
        settings: What the passages depend on: chunker version and lengths, time zone.
        counts: articles, passages, pieces; from format 3 on stories.
        files: Bytes and SHA-256 of each file beside the manifest.
        versions: Of newsearch and the libraries that wrote it.
        measured: What was measured while it was written: ``dense`` (see `newsearch.indexer.stores.kinds`) and
            ``background`` (see `newsearch.indexer.background`), which older generations of the same format lack.
        format: Layout of the files.
    """

    id: str
    created: str
    model: str
    fingerprint: str
    dimension: int
    table: str
    settings: dict[str, Any]
    counts: dict[str, int]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    measured: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT


def describe_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Bytes and SHA-256 of every file in *folder*, by name."""
    paths = sorted(folder.iterdir())
    return {p.name: {"bytes": p.stat().st_size, "sha256": h} for p, h in zip(paths, hashes_of(paths), strict=True)}


def pack(manifest: IndexManifest) -> bytes:
    """The manifest as JSON, with the hash of itself."""
    body = asdict(manifest)
    return orjson.dumps({"manifest": body, "sha256": _digest(body)}, option=orjson.OPT_INDENT_2)


def read_manifest(folder: Path) -> IndexManifest:
    """The manifest of the generation in *folder*, whose files are there in the size that it promises.

    Raises:
        DamagedIndexError: It is missing, changed, of another format, or a file is missing or of another size.
    """
    path = folder / NAME
    try:
        outer = orjson.loads(path.read_bytes())
        body = outer["manifest"]
        sound = _digest(body) == outer["sha256"]
        found = body.get("format")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise DamagedIndexError(f"{path} cannot be read ({exc}). {REPAIR}") from exc
    if found not in READABLE:
        raise DamagedIndexError(
            f"{folder} was written in format {found}, this newsearch reads formats {READABLE[0]} to {FORMAT}. "
            "Install the newsearch that wrote it, or run: newsearch rebuild"
        )
    if not sound:
        raise DamagedIndexError(f"{path} was changed after it was written: its own hash does not fit. {REPAIR}")
    manifest = IndexManifest(**body)
    _check_sizes(folder, manifest)
    return manifest


REPAIR: Final = "Run newsearch rebuild to write the index anew from its sources."


def check_hashes(folder: Path, manifest: IndexManifest) -> None:
    """Read every file of the generation in *folder* and compare it with the manifest.

    Raises:
        DamagedIndexError: One is not what was written, or cannot be read.
    """
    try:
        hashes = hashes_of([folder / name for name in manifest.files])
    except OSError as exc:
        raise DamagedIndexError(f"{exc.filename} cannot be read ({exc.strerror}). {REPAIR}") from exc
    for (name, facts), found in zip(manifest.files.items(), hashes, strict=True):
        if found != facts["sha256"]:
            raise DamagedIndexError(
                f"{folder / name} was changed after it was written: its hash does not fit. {REPAIR}"
            )


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _check_sizes(folder: Path, manifest: IndexManifest) -> None:
    for name, facts in manifest.files.items():
        path = folder / name
        try:
            found: int | None = path.stat().st_size
        except OSError:
            found = None
        if found != facts["bytes"]:
            state = "is missing" if found is None else f"has {found} bytes"
            raise DamagedIndexError(f"{path} {state}, the manifest promises {facts['bytes']} bytes. {REPAIR}")
