"""Parallel text: read, held out, tokenised once, and drawn in batches."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import numpy as np

from newsearch.indexer.ragged import Ragged, starts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

DOMAINS: Final = ("gen", "doc", "lex")
HELD_OUT: Final = 2_000
"""General sentence pairs kept out of training to validate on (the first long ones of the file, which is shuffled)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An English sentence and its German translations, best first where the source ranks them."""

    domain: str
    english: str
    german: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The training pairs as pieces.

    Attributes:
        english: One sequence a pair.
        german: One sequence a translation; those of pair i are ``first[i]`` to ``first[i + 1]``.
        first: First translation of each pair, shape (n_pairs + 1,), int64.
        domain: Index into DOMAINS of each pair, shape (n_pairs,), int8.
        titles: English titles.
        passages: The German passage under each title.
    """

    english: Ragged
    german: Ragged
    first: NDArray[np.int64]
    domain: NDArray[np.int8]
    titles: Ragged
    passages: Ragged


def open_text(path: Path) -> TextIO:
    """A text file, decompressed on the way where it ends in ``.xz``."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def read_pairs(path: Path, sources: tuple[str, ...] = DOMAINS) -> Iterator[Pair]:
    """The pairs of a ``domain TAB english TAB german [TAB german …]`` file, of the named domains, in its order."""
    with open_text(path) as lines:
        for line in lines:
            domain, english, *german = line.rstrip("\n").split("\t")
            if domain in sources and german:
                yield Pair(domain, english, tuple(german))


def read_titles(path: Path) -> Iterator[tuple[str, str]]:
    """The (English title, German passage) lines of a titles file, in its order."""
    with open_text(path) as lines:
        for line in lines:
            title, passage = line.rstrip("\n").split("\t")[:2]
            yield title, passage


def split_held_out(pairs: Iterator[Pair]) -> tuple[list[Pair], Iterator[Pair]]:
    """The validation pairs and an iterator over the rest, which never holds one of their English sides."""
    held: list[Pair] = []
    rest: list[Pair] = []
    for pair in pairs:
        wanted = pair.domain == "gen" and 40 < len(pair.english) < 300
        (held if wanted else rest).append(pair)
        if len(held) == HELD_OUT:
            break
    return held, _chain_without(rest, pairs, {pair.english for pair in held})


def _chain_without(first: list[Pair], then: Iterator[Pair], english: set[str]) -> Iterator[Pair]:
    for source in (first, then):
        for pair in source:
            if pair.english not in english:
                yield pair


def tokenise(tokenizer: Tokenizer, texts: Iterator[str], batch: int = 50_000) -> Ragged:
    """The piece numbers of each text, without special pieces, in order."""
    parts = [Ragged(np.zeros(0, np.int32), starts_of([]))]
    while some := list(islice(texts, batch)):
        encodings = tokenizer.encode_batch_fast(some, add_special_tokens=False)
        parts.append(Ragged.of([e.ids for e in encodings], np.int32))
    return Ragged(np.concatenate([p.flat for p in parts]), starts_of(np.concatenate([p.lengths for p in parts])))


def make_corpus(tokenizer: Tokenizer, pairs: list[Pair], titles: list[tuple[str, str]]) -> Corpus:
    """The pairs and titles as pieces of *tokenizer*'s vocabulary."""
    counts = np.fromiter((len(p.german) for p in pairs), np.int64, len(pairs))
    return Corpus(
        english=tokenise(tokenizer, (p.english for p in pairs)),
        german=tokenise(tokenizer, (g for p in pairs for g in p.german)),
        first=starts_of(counts),
        domain=np.fromiter((DOMAINS.index(p.domain) for p in pairs), np.int8, len(pairs)),
        titles=tokenise(tokenizer, (t for t, _ in titles)),
        passages=tokenise(tokenizer, (p for _, p in titles)),
    )
