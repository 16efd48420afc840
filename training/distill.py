"""Multilingual distillation: the student's vector of either side is pulled to the teacher's vector of the English one.

Reimers & Gurevych, EMNLP 2020, section 3, with cosine distance in place of squared error, and a contrastive term: each
text has to find its own teacher vector among those of its batch and of the batches before (a queue, as in MoCo, He et al.,
CVPR 2020, section 3.2). The rate rises, stays, and falls linearly at the end (warm-up, stable, decay), so that a run can be
made longer without beginning anew.

An own loop, measured against sentence-transformers' trainer: docs/decisions.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch.nn.functional import cross_entropy

from newsearch.indexer.files import write_whole
from training.lessons import Batch
from training.student import Student

WARM_UP: Final = 100
"""Steps until the full rate."""

SCALE: Final = 20.0
"""Inverse temperature of the contrastive term; all-MiniLM-L6-v2 was trained with it (its model card)."""

COSINE: Final = 4.0
"""Weight of the cosine distance beside the contrastive term, as in the prototype."""

EVERY: Final = 100
"""Steps between progress lines."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; written to the log.

    Attributes:
        steps: Batches in all.
        decay: How many of the last of them the rate takes to fall to zero.
        budget: Pieces a batch.
        rate: Learning rate of the body (AdamW).
        embedding_rate: Of the input embeddings (Adam on the rows that a batch holds).
        joined: Share of lessons that are passages of 2 to 9 sentences.
        english: Share of lessons in which the student reads English.
        queue: Teacher vectors of earlier batches that count as wrong answers.
        seed: Of everything that is random.
    """

    steps: int = 2_000
    decay: int = 500
    budget: int = 4_096
    rate: float = 1e-4
    embedding_rate: float = 3e-3
    joined: float = 0.2
    english: float = 0.2
    queue: int = 4_096
    seed: int = 0


class Learner:
    """The student with its optimisers; everything that a checkpoint holds.

    The body is stepped in float32 copies, since bfloat16 is too coarse to add small steps to; the embeddings' rows that a
    batch does not hold are left alone, which is what keeps a step of 64,522 rows cheap.
    """

    def __init__(self, student: Student, recipe: Recipe) -> None:
        self.student = student
        self._recipe = recipe
        self._half = [p for name, p in student.body.named_parameters() if "word_embeddings" not in name]
        self._whole = [p.detach().float().clone().requires_grad_() for p in self._half]
        self._body = torch.optim.AdamW(self._whole, lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self._embeddings = torch.optim.SparseAdam(
            list(student.pieces.parameters()), lr=recipe.embedding_rate, betas=(0.9, 0.98)
        )
        self.queue = torch.zeros(0, student.pieces.embedding_dim)
        self.step = 0

    def learn(self, batch: Batch) -> tuple[float, float]:
        """One step. Returns the mean cosine distance to the teacher and the contrastive loss, before the step."""
        found = self.student(batch.pieces, batch.mask)
        distance = 1 - (found * batch.targets).sum(-1).mean()
        bank = torch.cat([batch.targets, self.queue])
        contrast = cross_entropy(found @ bank.T * SCALE, torch.arange(len(found)))
        (COSINE * distance + contrast).backward()
        self.step += 1
        self._apply()
        self.queue = bank[: self._recipe.queue]
        return distance.item(), contrast.item()

    def _apply(self) -> None:
        for whole, half in zip(self._whole, self._half, strict=True):
            whole.grad = None if half.grad is None else half.grad.float()
            half.grad = None
        torch.nn.utils.clip_grad_norm_([p for p in self._whole if p.grad is not None], 1.0)
        share = share_of_rate(self.step, self._recipe)
        for optimiser, rate in ((self._body, self._recipe.rate), (self._embeddings, self._recipe.embedding_rate)):
            optimiser.param_groups[0]["lr"] = rate * share
            optimiser.step()
            optimiser.zero_grad()
        with torch.no_grad():
            for whole, half in zip(self._whole, self._half, strict=True):
                half.copy_(whole)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {
            "step": self.step,
            "queue": self.queue,
            "whole": self._whole,
            "pieces": self.student.pieces.weight.detach(),
            "body": self._body.state_dict(),
            "embeddings": self._embeddings.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from *state*; the rates are those of the recipe."""
        self.step, self.queue = state["step"], state["queue"]
        with torch.no_grad():
            self.student.pieces.weight.copy_(state["pieces"])
            for whole, half, old in zip(self._whole, self._half, state["whole"], strict=True):
                whole.copy_(old)
                half.copy_(old)
        self._body.load_state_dict(state["body"])
        self._embeddings.load_state_dict(state["embeddings"])


def share_of_rate(step: int, recipe: Recipe) -> float:
    """The share of the learning rate at *step*, from 1 to recipe.steps: up to 1, then 1, then down to nearly 0."""
    left = (recipe.steps - step + 1) / max(recipe.decay, 1)
    return min(1.0, step / WARM_UP, left)


def distill(
    learner: Learner,
    recipe: Recipe,
    lessons: Iterator[Batch],
    report: Callable[[str], None],
    validate: Callable[[], str],
    checkpoint: Path,
) -> None:
    """Take the steps that are left, with a progress line every 100 and a checkpoint and validation every 500."""
    began, sums, seen = time.monotonic(), [0.0, 0.0], [0, 0]
    first = learner.step
    while learner.step < recipe.steps:
        batch = next(lessons)
        for i, loss in enumerate(learner.learn(batch)):
            sums[i] += loss / EVERY
        seen[0] += len(batch.pieces)
        seen[1] += int(batch.mask.sum())
        if (learner.step - first) % EVERY == 0:
            took = time.monotonic() - began
            report(
                f"step {learner.step}/{recipe.steps}  distance {sums[0]:.4f}  contrast {sums[1]:.3f}  "
                f"{seen[0] / took:.0f} pairs/s  {seen[1] / took:.0f} pieces/s"
            )
            sums = [0.0, 0.0]
        if learner.step % (5 * EVERY) == 0 or learner.step == recipe.steps:
            write_checkpoint(learner, checkpoint)
            report(f"step {learner.step}/{recipe.steps}  held out: {validate()}")


def write_checkpoint(learner: Learner, path: Path) -> None:
    """Write *learner*'s state aside, then put it in place."""
    write_whole(path, lambda file: torch.save(learner.state(), file))
