"""What the tests of the indexer share."""

from __future__ import annotations

import os

import pytest

from newsearch.indexer.table import StaticTable

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when huggingface_hub is imported: no test asks the network


@pytest.fixture(scope="session")
def shipped() -> StaticTable:
    """The static table that ships."""
    return StaticTable.open()
