"""Input embeddings for German pieces, from English ones that mean the same.

WECHSEL (Minixhofer, Paischer, Rekabsaz, NAACL 2022, section 3.2): a new piece gets the softmax-weighted mean of the source
model's embeddings of the pieces nearest to it in a static bilingual space, here the token table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.indexer.embedders.base import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEIGHBOURS: Final = 10
TEMPERATURE: Final = 0.1
"""Both as in the paper's own code and in the prototype of DESIGN.md."""

MOSTLY_GERMAN: Final = 8
"""A word that both languages write alike ("die") counts as German where it is this many times as frequent there."""

LEAST_LENGTH: Final = 0.9
"""A mean of vectors is shorter than they are; it is stretched to this share of their mean length."""

BLOCK: Final = 2_000


def initial_embeddings(
    source: NDArray[np.float32],
    pieces: list[str],
    table: NDArray[np.float32],
    english: NDArray[np.int64],
    german: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The input embeddings of the extended vocabulary.

    Args:
        source: The English model's input embeddings, shape (n_source, width); its pieces are the first of *pieces*.
        pieces: The extended vocabulary in the order of its numbers.
        table: Static vectors of all pieces in one bilingual space, shape (n_pieces, dimension).
        english: How often each piece occurs in the English sides, shape (n_pieces,).
        german: How often each occurs in the German sides, shape (n_pieces,).

    Returns:
        Shape (n_pieces, width), float32. The source's rows are as they were, except those of words that are mostly German,
        which are the mean of both.
    """
    mixed = mixtures(source, anchors(pieces[: len(source)], english), table)
    out = mixed.copy()
    out[: len(source)] = source
    shared = shared_words(pieces[: len(source)], english[: len(source)], german[: len(source)])
    out[shared] = (source[shared] + mixed[shared]) / 2
    return out


def anchors(pieces: list[str], english: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the whole English words among *pieces* that the parallel text holds: only they have a trained vector."""
    whole = [i for i, piece in enumerate(pieces) if piece[0] not in "#[" and english[i] > 0]
    return np.array(whole, np.int64)


def shared_words(pieces: list[str], english: NDArray[np.int64], german: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the words of more than one letter that are written alike in both languages and are mostly German."""
    mostly = german > MOSTLY_GERMAN * np.maximum(english, 1)
    return np.array([i for i in np.flatnonzero(mostly) if len(pieces[i]) > 1 and pieces[i].isalpha()], np.int64)


def mixtures(source: NDArray[np.float32], anchor: NDArray[np.int64], table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each piece as the weighted mean of the anchors nearest to it, shape (n_pieces, width), float32."""
    units = unit(table)
    least = LEAST_LENGTH * np.linalg.norm(source[anchor], axis=1).mean()
    out = np.empty((len(table), source.shape[1]), np.float32)
    for start in range(0, len(table), BLOCK):
        cosines = units[start : start + BLOCK] @ units[anchor].T
        near = np.argpartition(-cosines, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        weights = np.exp(np.take_along_axis(cosines, near, axis=1) / TEMPERATURE)
        weights /= weights.sum(axis=1, keepdims=True)
        out[start : start + BLOCK] = np.einsum("pn,pnw->pw", weights, source[anchor[near]])
    lengths = np.linalg.norm(out, axis=1, keepdims=True)
    stretched: NDArray[np.float32] = (out / lengths * np.maximum(lengths, least)).astype(np.float32)
    return stretched
