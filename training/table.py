"""The static token table: one vector a piece, trained so that the sums of a pair's two sides meet.

InfoNCE with in-batch negatives (van den Oord et al. 2018, eq. 4) between the normalised weighted sums of the English and
German pieces; a piece's weight is exp(w), and ends up as its vector's length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from newsearch.indexer.embedders.base import unit
from newsearch.indexer.ragged import Ragged, starts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.pairs import Corpus

SHARES: Final = {"gen": 0.64, "doc": 0.25, "lex": 0.05}
"""Share of a batch by domain; the rest is title→passage pairs. As in the prototype whose figures stand in DESIGN.md."""

PIECE_DROPOUT: Final = 0.1
"""Share of pieces left out of a side in training, so that no single word carries a sentence."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; written to the log."""

    dimension: int = 256
    steps: int = 1_430
    batch: int = 2_048
    rate: float = 0.02
    temperature: float = 0.05
    seed: int = 0


class Table(torch.nn.Module):
    """The vectors and log weights of a vocabulary's pieces."""

    def __init__(self, pieces: int, dimension: int) -> None:
        super().__init__()
        self.vectors = torch.nn.EmbeddingBag(pieces, dimension, mode="sum", include_last_offset=True)
        torch.nn.init.normal_(self.vectors.weight, std=0.1)
        self.log_weights = torch.nn.Parameter(torch.zeros(pieces))

    def forward(self, pieces: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        """Unit vectors of the sequences, shape (n, dimension)."""
        weights = torch.exp(self.log_weights[pieces])
        return normalize(self.vectors(pieces, starts, per_sample_weights=weights), dim=-1)

    def weighted(self) -> NDArray[np.float32]:
        """The table as it is used: each piece's vector times its weight, shape (pieces, dimension)."""
        scaled: torch.Tensor = self.vectors.weight * torch.exp(self.log_weights)[:, None]
        return scaled.detach().numpy().astype(np.float32)


def gather(ragged: Ragged, rows: NDArray[np.int64], rng: np.random.Generator, dropout: float) -> Ragged:
    """The sequences *rows*, behind one another, with a share of the pieces of sequences of four or more left out."""
    length = ragged.lengths[rows]
    row = np.repeat(np.arange(len(rows)), length)
    flat = ragged.flat[ragged.items_of(rows)]
    keep = (rng.random(len(flat)) >= dropout) | (length[row] < 4)
    return Ragged(flat[keep], starts_of(np.bincount(row[keep], minlength=len(rows))))


def draw(corpus: Corpus, recipe: Recipe, rng: np.random.Generator) -> tuple[Ragged, Ragged, Ragged, Ragged]:
    """One batch: English, German, titles, passages; sequences of one are paired with those of the next by position."""
    pools = [np.flatnonzero(corpus.domain == d) for d in range(len(SHARES))]
    sizes = [int(recipe.batch * share) if len(p) else 0 for share, p in zip(SHARES.values(), pools, strict=True)]
    pairs = np.concatenate([rng.choice(p, n) for p, n in zip(pools, sizes, strict=True) if n])
    spread = corpus.first[pairs + 1] - corpus.first[pairs]
    translation = corpus.first[pairs] + (rng.random(len(pairs)) * spread).astype(np.int64)
    titles = rng.integers(0, max(len(corpus.titles), 1), (recipe.batch - len(pairs)) if len(corpus.titles) else 0)
    return (
        gather(corpus.english, pairs, rng, PIECE_DROPOUT),
        gather(corpus.german, translation, rng, PIECE_DROPOUT),
        gather(corpus.titles, titles, rng, 0.0),
        gather(corpus.passages, titles, rng, PIECE_DROPOUT),
    )


def train(
    corpus: Corpus,
    pieces: int,
    recipe: Recipe,
    report: Callable[[str], None],
    validate: Callable[[NDArray[np.float32]], float],
) -> NDArray[np.float32]:
    """Train a table.

    Args:
        corpus: Pairs as pieces of the vocabulary.
        pieces: Size of the vocabulary.
        recipe: Steps, batch, rates, seed.
        report: Takes a progress line every 100 steps.
        validate: Scores a table on held-out pairs, higher is better; its value is reported every 500 steps.

    Returns:
        Weighted vectors, shape (pieces, recipe.dimension), float32; a vector's length is its piece's weight.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    table = Table(pieces, recipe.dimension)
    optimiser = torch.optim.Adam(table.parameters(), lr=recipe.rate, betas=(0.9, 0.99))
    began, running = time.monotonic(), 0.0
    for step in range(1, recipe.steps + 1):
        loss = batch_loss(table, draw(corpus, recipe, rng), recipe.temperature)
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1.0, step / 100) * max(0.02, 1 - step / recipe.steps)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        running += loss.item()
        if step % 100 == 0:
            rate = step * recipe.batch / (time.monotonic() - began)
            report(f"step {step}/{recipe.steps}  loss {running / 100:.4f}  {rate:.0f} pairs/s")
            running = 0.0
        if step % 500 == 0 or step == recipe.steps:
            report(f"step {step}/{recipe.steps}  held-out translation found first: {validate(table.weighted()):.4f}")
    return table.weighted()


def batch_loss(table: Table, batch: tuple[Ragged, Ragged, Ragged, Ragged], temperature: float) -> torch.Tensor:
    """Symmetric InfoNCE of one batch: each side has to find its other side among all of the batch's."""
    sides = [table(torch.from_numpy(r.flat.astype(np.int64)), torch.from_numpy(r.starts)) for r in batch]
    left, right = torch.cat([sides[0], sides[2]]), torch.cat([sides[1], sides[3]])
    scores = left @ right.T / temperature
    labels = torch.arange(len(left))
    loss: torch.Tensor = (cross_entropy(scores, labels) + cross_entropy(scores.T, labels)) / 2
    return loss


def found_first(table: NDArray[np.float32], english: Ragged, german: Ragged) -> float:
    """Share of English sides whose nearest German side is their own, by cosine of pooled vectors."""
    left, right = pooled(table, english), pooled(table, german)
    return float((np.argmax(left @ right.T, axis=1) == np.arange(len(left))).mean())


def pooled(table: NDArray[np.float32], texts: Ragged) -> NDArray[np.float32]:
    """Normalised sums of the texts' pieces, shape (n, dimension)."""
    return unit(np.stack([table[texts[row]].sum(axis=0) for row in range(len(texts))]))
