"""How often Python looks for garbage is as it was afterwards, whatever happens inside."""

from __future__ import annotations

import gc

import pytest

from newsearch.indexer.garbage import THRESHOLDS, rarely_collected


def test_the_thresholds_come_back():
    before = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold() == THRESHOLDS != before
    with pytest.raises(KeyError), rarely_collected():
        raise KeyError
    assert gc.get_threshold() == before
