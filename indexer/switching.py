"""A generation written aside, looked at, moved into place, and switched in."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from typing import TYPE_CHECKING

from newsearch.indexer.files import disk_space_for, sync_folder
from newsearch.indexer.generation import Generation
from newsearch.indexer.writing import write_generation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsearch.indexer.contents import Contents, Places
    from newsearch.indexer.kept import Kept
    from newsearch.indexer.layout import Layout
    from newsearch.indexer.manifest import IndexManifest
    from newsearch.indexer.writing import Measure

_LIBRARIES = ("newsearch", "faiss-cpu", "numpy", "onnxruntime", "tokenizers")


def name_of(moment: datetime, fingerprint: str) -> str:
    """The name of a generation that is written at *moment*, UTC, with the model of this *fingerprint*."""
    return f"{moment:%Y%m%dT%H%M%S.%f}Z-{fingerprint[:8]}"


def counts_of(contents: Contents) -> dict[str, int]:
    """How many articles, passages and pieces there are, for the manifest."""
    return {"articles": len(contents), "passages": len(contents.spans.flat), "pieces": int(contents.pieces.starts[-1])}


def versions_here() -> dict[str, str]:
    """The versions of newsearch and of the libraries that write its files, for the manifest."""
    return {name: version(name) for name in _LIBRARIES}


def write_and_switch(
    layout: Layout,
    contents: Contents,
    places: Places,
    manifest: IndexManifest,
    vocabulary: int,
    check: Callable[[Generation], None],
    kept: Kept | None = None,
    measure: Measure | None = None,
) -> IndexManifest:
    """Write a generation aside, see that it may serve, move it into place, and switch to it.

    Args:
        layout: Of the index, whose only writer the caller is.
        contents: See `write_generation`; likewise the others.
        places: See there.
        manifest: See there.
        vocabulary: See there.
        check: Raises where the generation may not serve; then nothing is left of it.
        kept: See `write_generation`.
        measure: See there.

    Returns:
        The manifest as written.

    Raises:
        DiskFullError: There is no space left; the generation that served still does.
    """
    aside = layout.generations / f".{manifest.id}"
    final = layout.generations / manifest.id
    with disk_space_for(aside):
        aside.mkdir(parents=True, exist_ok=True)
    try:
        written = write_generation(aside, contents, places, manifest, vocabulary, kept, measure)
        check(Generation(aside))
        aside.rename(final)
        sync_folder(layout.generations)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    layout.switch(final)
    return written
