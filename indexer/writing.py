"""A generation written into a folder that nobody reads yet, by two threads: one would wait for the disk half of the time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import orjson

from newsearch.indexer.duplicates import stories_of
from newsearch.indexer.files import sync_folder, write_synced
from newsearch.indexer.generation import CODED, LANGUAGES, SCAN, VECTORS
from newsearch.indexer.manifest import FORMAT, NAME, IndexManifest, describe_files, pack
from newsearch.indexer.postings import Update
from newsearch.indexer.stores.faiss_store import FaissStore
from newsearch.indexer.stores.kinds import scan_of
from newsearch.indexer.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from newsearch.indexer.contents import Contents, Places
    from newsearch.indexer.kept import Kept
    from newsearch.indexer.ragged import Ragged, Woven

Measure = Callable[["NDArray[np.float16]"], dict[str, Any]]
"""Takes the vectors as written, shape (n, dimension); returns what `newsearch.indexer.background` measures."""


def write_generation(
    folder: Path,
    contents: Contents,
    places: Places,
    manifest: IndexManifest,
    vocabulary: int,
    kept: Kept | None = None,
    measure: Measure | None = None,
) -> IndexManifest:
    """Write *contents* into the empty folder *folder*, its manifest last; everything is on the disk when this returns.

    Args:
        folder: Where; nobody reads it yet.
        contents: Articles and passages.
        places: Where the articles are, in the order of *contents*.
        manifest: What to say of it; the rest is added here.
        vocabulary: How many pieces there are.
        kept: What is brought up to date instead of being made anew.
        measure: Measures the background, where *manifest* does not have it.

    Returns:
        The manifest as written: with the files, what was measured, and the present format.

    Raises:
        DiskFullError: There is no space left.
    """
    contents = contents.signed()
    with ThreadPoolExecutor(1) as pool:
        terms = pool.submit(_write_terms, folder, contents.pieces, vocabulary, kept)
        articles = pool.submit(_write_articles, folder, contents, places)
        measured = manifest.measured | _write_vectors(folder, contents.embedded, manifest.dimension, kept, measure)
        terms.result()
        counts = manifest.counts | {"stories": articles.result()}
    written = replace(manifest, counts=counts, measured=measured, files=describe_files(folder), format=FORMAT)
    write_synced(folder / NAME, lambda file: file.write(pack(written)))
    sync_folder(folder)
    return written


def _write_articles(folder: Path, contents: Contents, places: Places) -> int:
    """Write columns and texts; returns how many stories there are."""
    write_synced(folder / "texts.jsonl", lambda file: _write_runs(contents.texts, file))
    stories = stories_of(contents.signatures)
    _write_arrays(
        folder,
        {
            "columns.spans": contents.spans.flat,
            "columns.starts": contents.spans.starts,
            LANGUAGES: contents.languages.codes,
            "columns.articles": _article_rows(contents, places, stories),
            "columns.signatures": contents.signatures,
            "columns.copies": places.copies.flat,
            "columns.copies.starts": places.copies.starts,
            "texts.starts": contents.texts.starts,
        },
    )
    names = {"file": places.files.names, "passage": contents.languages.names} | {
        c: getattr(contents.columns, c).names for c in CODED
    }
    write_synced(folder / "columns.names.json", lambda file: file.write(orjson.dumps(names)))
    return len(np.unique(stories))


def _write_terms(folder: Path, pieces: Ragged | Woven, vocabulary: int, kept: Kept | None) -> None:
    """Write pieces and postings."""
    postings: Update | Ragged
    if kept:
        postings = Update.of(kept.old.terms, pieces, kept.passages)
    else:
        pieces = pieces.whole()
        postings = Terms.of(pieces, vocabulary).postings
    write_synced(folder / "terms.pieces.npy", lambda file: _save_items(pieces, file))
    write_synced(folder / "terms.postings.npy", lambda file: _save_items(postings, file))
    _write_arrays(folder, {"terms.starts": pieces.starts, "terms.offsets": postings.starts})


def _write_vectors(
    folder: Path, embedded: Ragged | Woven, dimension: int, kept: Kept | None, measure: Measure | None
) -> dict[str, Any]:
    """Write the vectors, and their scan where there is one; returns what was measured."""
    head = FaissStore.head_of(int(embedded.starts[-1]), dimension)
    write_synced(folder / VECTORS, lambda file: _write_runs(embedded, file, head))
    vectors = FaissStore.open(folder / VECTORS).vectors()  # mapped, so that they are in memory once
    scan, dense = scan_of(vectors, kept)
    if scan:
        raw = scan.serialised()
        write_synced(folder / SCAN, lambda file: file.write(raw.data))
    return {"dense": dense} | ({"background": measure(vectors)} if measure else {})


def _write_arrays(folder: Path, arrays: dict[str, NDArray[Any]]) -> None:
    for name, array in arrays.items():
        write_synced(folder / f"{name}.npy", partial(_save, array))


def _save(array: NDArray[Any], file: IO[bytes]) -> None:
    np.save(file, array)


def _save_items(sequences: Ragged | Woven | Update, file: IO[bytes]) -> None:
    """As ``np.save(file, sequences.flat)``, run by run."""
    first = next(sequences.runs())[:0]
    head = np.lib.format.header_data_from_array_1_0(first) | {"shape": (int(sequences.starts[-1]), *first.shape[1:])}
    np.lib.format.write_array_header_1_0(file, head)
    _write_runs(sequences, file)


def _write_runs(sequences: Ragged | Woven | Update, file: IO[bytes], head: bytes = b"") -> None:
    file.write(head)
    file.writelines(np.ascontiguousarray(run).data for run in sequences.runs())


def _article_rows(contents: Contents, places: Places, stories: NDArray[np.int32]) -> NDArray[Any]:
    """One row an article: id, version, place, story, and the columns."""
    columns = contents.columns
    numbers = ["first_day", "last_day", *CODED, "file", "record", "story"]
    rows = np.zeros(len(contents), [("id", "S16"), ("version", "u1", 32), *((n, "i4") for n in numbers)])
    rows["id"], rows["version"] = places.ids, contents.versions
    rows["first_day"], rows["last_day"] = columns.first_day, columns.last_day
    rows["file"], rows["record"] = places.files.codes, places.records
    rows["story"] = stories
    for name in CODED:
        rows[name] = getattr(columns, name).codes
    return rows
