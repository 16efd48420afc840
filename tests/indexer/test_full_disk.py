"""A disk that is full: a sentence and status 10, what served before goes on serving, and the next run ends well."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crashes import OPERATIONS
from small_disk import COMMANDS, NO_NAMESPACE
from worlds import World

if TYPE_CHECKING:
    from crashes import Ended, Warm

PROGRAM = Path(__file__).with_name("small_disk.py")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="a small disk of one's own needs Linux and its unshare")
def test_a_disk_that_is_full_at_each_page_and_each_file_is_said_and_harms_nothing(tmp_path: Path) -> None:
    """The real thing, a tmpfs of a few pages in a mount namespace; see small_disk.py for what it looks at."""
    command = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets a user make no mount namespace (unshare)")
    done = subprocess.run([*command, sys.executable, PROGRAM, tmp_path], capture_output=True, text=True, check=False)
    if done.returncode == NO_NAMESPACE:
        pytest.skip(f"this system lets a user mount no tmpfs: {done.stdout}")
    assert done.returncode == 0, done.stderr
    said = {(operation, shortage): lines for operation, shortage, lines in map(json.loads, done.stdout.splitlines())}
    assert set(COMMANDS) == set(OPERATIONS)
    assert list(said) == [(operation, shortage) for operation in COMMANDS for shortage in ("pages", "files")]
    for lines in said.values():
        assert all(line.startswith("newsearch: No space") and line.count("\n") == 1 for line in lines)
        assert all("ree some space" in line for line in lines)
    for operation, files in [
        ("build", "lock writer settings.toml articles.sqlite keys.npy vectors.npy manifest.json CURRENT"),
        ("rebuild", "writer articles.sqlite keys.npy vectors.npy manifest.json CURRENT"),
        ("rollback", "writer CURRENT"),
        ("remove", "writer articles.sqlite manifest.json CURRENT"),
    ]:
        assert [name for name in files.split() if name not in "".join(said[operation, "files"])] == []
    for operation in (
        "build",
        "rebuild",
        "remove",
    ):  # which of the two that are written at once is refused, chance decides
        assert any(name in line for line in said[operation, "files"] for name in ("columns.", "texts.", "terms."))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked for each run")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_sync_that_finds_the_disk_full_is_said_and_harms_nothing(in_memory: Path, warm: Warm, operation: str) -> None:
    """Network disks take what is written, and refuse it when it is synced. Faked: os.fsync fails from the n-th on."""
    world = World(in_memory, warm.run)

    def refused(ended: Ended) -> bool:
        return (ended.status, "Free some space" in ended.said) == (10, True)

    served = world.stopped_at_each_step(operation, "full_at", refused, in_memory / "base")
    assert len(served) >= 2
