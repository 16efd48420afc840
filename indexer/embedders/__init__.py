"""The embedders by name."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import ModelError

if TYPE_CHECKING:
    from newsearch.indexer.embedders.base import Embedder
    from newsearch.indexer.table import StaticTable

OWN: Final = ("bilingual", "static", "toy")
"""Embedders that need no sentence-transformers."""

SHIPPED: Final = ("bilingual", "static")
NEAR: Final = 0.8
"""Likeness, by difflib, from which a name is a slip: "bilingul" is .94. The hub would be asked for it for a minute."""

DEFAULT: Final = "bilingual"
"""What `newsearch build` embeds with where nothing else is asked for."""


def load_embedder(name: str, table: StaticTable, threads: int | None = None) -> Embedder:
    """The embedder that *name* stands for.

    Args:
        name: ``bilingual`` (the encoder that ships), ``static`` (the table that ships), ``toy`` (for tests), or anything that
            sentence-transformers opens: a folder, or the name of a model on the hub.
        table: The table that ships.
        threads: How many cores it may keep busy; all where None. The table and the toy use one.

    Raises:
        ModelError: There is no such model, or it cannot be had.
    """
    if name == "bilingual":
        from newsearch.indexer.embedders.bilingual import BilingualEmbedder

        return BilingualEmbedder.open(table, threads=threads)
    if name == "static":
        from newsearch.indexer.embedders.static import StaticEmbedder

        return StaticEmbedder(table)
    if name == "toy":
        from newsearch.indexer.embedders.toy import ToyEmbedder

        return ToyEmbedder()
    meant = get_close_matches(name.casefold(), SHIPPED, 1, NEAR)
    if meant and not Path(name).exists():
        raise ModelError(f"There is no model {name!r}. Did you mean: {meant[0]}?")
    from newsearch.indexer.embedders.transformer import TransformerEmbedder

    return TransformerEmbedder.load(name, threads)


def model_reference(name: str) -> str:
    """*name* as it is kept in an index: a folder by its absolute path, so that a later run finds it from anywhere.

    A name of ours is never a folder; one that is called ``static`` is named ``./static``.
    """
    return str(Path(name).resolve()) if name not in OWN and Path(name).is_dir() else name
