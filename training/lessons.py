"""What the encoder learns from: texts in both languages, each with the teacher's vector of its English side."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from tokenizers import Tokenizer

from training.student import Student, by_length, padded, with_special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.pairs import Pair

SHARES: Final = {"gen": 0.82, "doc": 0.15, "lex": 0.03}
"""Share of the lessons by domain: newsearch reads news, not product documentation."""

POOL: Final = 8_192
"""Lessons that are sorted by length together: 3.1% of a batch is padding then."""

JOINED: Final = (2, 9)
"""Sentences of a joined passage, fewest and most: 109 pieces on average, 208 at the 95th percentile; news passages have 78."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text of the student's and the English text whose vector it is to have."""

    text: str
    english: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded pieces and mask, shape (n, longest), int64, and the teacher's unit vectors, shape (n, width), float32."""

    pieces: torch.Tensor
    mask: torch.Tensor
    targets: torch.Tensor


def endless(pairs: list[Pair], rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """English and German sides in random order, again and again; of several translations one at random."""
    while True:
        for row in rng.permutation(len(pairs)):
            german = pairs[row].german
            yield pairs[row].english, german[int(rng.random() * len(german))]


def draw(pairs: list[Pair], joined: float, english: float, seed: int) -> Iterator[Lesson]:
    """Lessons without end, the same for the same arguments.

    Args:
        pairs: Sentence pairs of all domains; a domain that is not there leaves its share to the others.
        joined: Share of the lessons that are 2 to 9 sentences of one domain, made into a passage.
        english: Share of the lessons in which the student reads the English side.
        seed: Of the one generator.
    """
    rng = np.random.default_rng(seed)
    pools = {domain: [p for p in pairs if p.domain == domain] for domain in SHARES}
    there = [domain for domain in SHARES if pools[domain]]
    shares = np.array([SHARES[domain] for domain in there])
    sides = {domain: endless(pools[domain], rng) for domain in there}
    while True:
        for domain in rng.choice(there, POOL, p=shares / shares.sum()):
            several = domain != "lex" and rng.random() < joined
            count = int(rng.integers(JOINED[0], JOINED[1] + 1)) if several else 1
            left, right = zip(*islice(sides[str(domain)], count), strict=True)
            text = left if rng.random() < english else right
            yield Lesson(" ".join(text), " ".join(left))


class Teacher:
    """The English encoder's vectors, each computed once and kept in a folder."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._student = Student.of(folder, attention="sdpa")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()  # its file pads every text to 128 pieces
        self._tokenizer.no_truncation()
        self._paths = cache / "teacher.keys", cache / "teacher.vectors"
        cache.mkdir(parents=True, exist_ok=True)
        sizes = 8, 2 * self.width
        for path in self._paths:
            path.touch()
        known = min(path.stat().st_size // size for path, size in zip(self._paths, sizes, strict=True))
        for path, size in zip(self._paths, sizes, strict=True):
            os.truncate(path, known * size)  # what an interrupted run wrote of one file only
        keys = np.fromfile(self._paths[0], np.uint64)
        self._vectors = [np.fromfile(self._paths[1], np.float16).reshape(known, self.width)]
        self._rows = {int(key): row for row, key in enumerate(keys)}

    @property
    def width(self) -> int:
        """Of its vectors."""
        return int(self._student.pieces.embedding_dim)

    def vectors(self, texts: list[str]) -> torch.Tensor:
        """Unit vectors of English *texts*, shape (n, width), float32."""
        keys = [_key(t) for t in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        if new:
            self._add(list(new), self._student.encode(with_special(self._tokenizer, list(new.values()))))
        rows = [self._rows[key] for key in keys]
        return torch.from_numpy(self._all()[rows].astype(np.float32))

    def _add(self, keys: list[int], vectors: torch.Tensor) -> None:
        known = len(self._rows)
        self._rows |= {key: known + i for i, key in enumerate(keys)}
        self._vectors.append(vectors.numpy().astype(np.float16))
        with self._paths[1].open("ab") as file:
            self._vectors[-1].tofile(file)
        with self._paths[0].open("ab") as file:  # after the vectors: a key without a vector would be wrong
            np.array(keys, np.uint64).tofile(file)

    def _all(self) -> NDArray[np.float16]:
        if len(self._vectors) > 1:
            self._vectors = [np.concatenate(self._vectors)]
        return self._vectors[0]


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def batches(
    lessons: Iterator[Lesson], teacher: Teacher, tokenizer: Tokenizer, budget: int, seed: int, skip: int = 0
) -> Iterator[Batch]:
    """Batches of like length without end, each of at most *budget* pieces; the first *skip* are left out, untaught."""
    rng = np.random.default_rng(seed)
    while True:
        pool = list(islice(lessons, POOL))
        pieces = with_special(tokenizer, [lesson.text for lesson in pool])
        rows = by_length([len(p) for p in pieces], budget)
        order = rng.permutation(len(rows))[skip:]
        skip = max(0, skip - len(rows))
        if len(order):
            targets = teacher.vectors([lesson.english for lesson in pool])
        for i in order:
            yield Batch(*padded([pieces[row] for row in rows[i]]), targets[rows[i]])
