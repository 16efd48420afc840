"""``kill -9`` in the middle of whatever writes an index: every search answers from a whole generation, and the next run ends
where an undisturbed one ends.

At random moments, and, since those miss what takes no time, before and after each thing that is done to the disk.
"""

from __future__ import annotations

import lzma
import os
import random
import shutil
from pathlib import Path
from statistics import median

import orjson
import pytest
from changing import state
from crashes import OPERATIONS, Warm
from worlds import World

from newsearch.indexer.layout import KEEP, Layout

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked to be killed")

REAL = Path(__file__).parents[3] / "shared" / "eval" / "articles.jsonl.xz"


def kill_at_random(world: World, kills: int, seed: int) -> list[str]:
    """Kill each operation at moments drawn from the whole of its duration until *kills* have hit, equally many of each.

    Returns:
        What served after each hit, as ``operation: name``.
    """
    rng, served = random.Random(seed), []
    for operation, plan in OPERATIONS.items():
        seconds: list[float] = []
        hits = 0
        while hits < kills / len(OPERATIONS):
            if plan.on_nothing:
                shutil.rmtree(world.index, ignore_errors=True)
                new = world.advance()
            else:
                # after all turns a rollback may come back to the archive as it is, and one generation is left
                anew = plan.once or not seconds or len(Layout(world.index).kept()) < KEEP
                new = world.advance_on_two() if anew else world.advance()
            before = world.before(operation)
            measuring = len(seconds) < 3
            ended = world.run(operation, kill_after_s=None if measuring else rng.uniform(0, median(seconds)))
            if measuring:
                seconds.append(ended.seconds)
            assert ended.hit or ended.status == 0, ended
            name = world.check_serving(operation, before, new)
            world.check_next_run(
                world.advance() if rng.random() < 0.3 else new
            )  # the archive may have changed meanwhile
            if ended.hit:
                hits += 1
                served.append(f"{operation}: {name}")
    return served


def test_kills_at_random_moments_leave_a_whole_generation_and_the_next_run_ends_well(
    tmp_path: Path, warm: Warm
) -> None:
    """60 that hit, equally many of each operation; a kill that came when all was done counts for nothing."""
    served = kill_at_random(World(tmp_path, warm.run), 60, seed=20250621)
    assert len(served) >= 60


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_kill_at_each_step_leaves_a_whole_generation_and_the_next_run_ends_well(
    in_memory: Path, warm: Warm, operation: str
) -> None:
    """Before and after each file opened, moved, deleted or synced, and each commit; all that may serve has served."""
    world = World(in_memory, warm.run)
    served = world.stopped_at_each_step(operation, "kill_at", lambda ended: ended.hit, in_memory / "base")
    assert set(served) == OPERATIONS[operation].serves


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason=f"needs {REAL.name}, which is not in the repository")
def test_kills_of_a_real_archive_with_the_static_model(tmp_path: Path) -> None:
    """200 that hit."""
    with lzma.open(REAL) as file:
        real = [orjson.loads(line) for line, _ in zip(file, range(600), strict=False)]

    def edited(number: int, edition: int) -> dict[str, str]:
        return real[number] | ({"text": f"{real[number]['text']} Nachtrag {edition}."} if edition else {})

    with Warm("static") as warm:
        world = World(tmp_path, warm.run, "static", lambda turn: state(turn, 400, edited))
        served = kill_at_random(world, 200, seed=4)
    assert len(served) >= 200
