"""From a trained table to the folder that ships: int8 vectors, scales, tokenizer, fingerprint."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

from newsearch.indexer.files import write_whole
from newsearch.indexer.table import FORMAT, near_of, quantise

if TYPE_CHECKING:
    from numpy.typing import NDArray

FINGERPRINTED: Final = ("tokenizer.json", "vectors.npy", "scales.npy")


def export_table(table: NDArray[np.float32], tokenizer: Path, folder: Path) -> str:
    """Write *table* and its tokenizer into *folder* as `StaticTable.open` reads them, and return the fingerprint.

    Args:
        table: Weighted vectors, shape (n_pieces, dimension), float32.
        tokenizer: A tokenizer.json.
        folder: Made where it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vectors, scales = quantise(table)
    write_whole(folder / "vectors.npy", lambda file: np.save(file, vectors))
    write_whole(folder / "scales.npy", lambda file: np.save(file, scales))
    write_near(vectors, folder)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    fingerprint = fingerprint_of(folder)
    facts = {"format": FORMAT, "name": "static", "fingerprint": fingerprint, "dimension": table.shape[1]}
    write_whole(folder / "model.json", lambda file: file.write(orjson.dumps(facts, option=orjson.OPT_INDENT_2)))
    return fingerprint


def write_near(vectors: NDArray[np.int8], folder: Path) -> None:
    """Write what pieces are near each piece; it follows from the vectors, so the fingerprint leaves it out."""
    near = near_of(vectors)
    write_whole(folder / "near.npy", lambda file: np.save(file, near.flat))
    write_whole(folder / "near.counts.npy", lambda file: np.save(file, near.lengths.astype(np.uint16)))


def fingerprint_of(folder: Path) -> str:
    """SHA-256 over the files that the vectors depend on."""
    digest = hashlib.sha256()
    for name in FINGERPRINTED:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
