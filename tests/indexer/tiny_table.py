"""Static tables of a few words, whose cosines and weights are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from newsearch.indexer.table import StaticTable, quantise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNKNOWN = "[UNK]"


def tokenizer_of(words: Sequence[str]) -> Tokenizer:
    """A tokenizer that lower-cases, cuts at white space and punctuation, and knows *words*; number 0 is any other."""
    vocabulary = {word: number for number, word in enumerate([UNKNOWN, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def table_of(vectors: Mapping[str, Sequence[float]]) -> StaticTable:
    """A table of *vectors*, which are numbered from 1 in their order; unknown words weigh nothing."""
    rows = np.array(list(vectors.values()), np.float32)
    packed, scales = quantise(np.vstack([np.zeros((1, rows.shape[1]), np.float32), rows]))
    return StaticTable("tiny", tokenizer_of(list(vectors)), packed, scales)


HARBOUR = {
    "hafen": (2.0, 0.0, 0.0),  # weight 2
    "port": (1.6, 1.2, 0.0),  # weight 2; cosine .8 to hafen, .6 to kai
    "kai": (0.0, 1.0, 0.0),
    "schiff": (0.0, 0.6, 0.8),  # cosine .8 to boot, .6 to kai, .36 to port
    "boot": (0.0, 0.0, 1.0),
}
"""Five words of weight 1 or 2."""
