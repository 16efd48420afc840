"""What the tests of the indexer share."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from crashes import Warm

from newsearch.indexer.table import StaticTable

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when huggingface_hub is imported: no test asks the network


@pytest.fixture(scope="session")
def shipped() -> StaticTable:
    """The static table that ships."""
    return StaticTable.open()


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """A process that carries out operations, to be killed."""
    with Warm() as warm:
        yield warm


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder that is synced in no time, where the system has one; to a kill, all disks are alike."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)
