"""Floors of what is read of real pages; `python -m benchmarks.extraction` measures the figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.extraction import ours, score
from benchmarks.pages import read_fundus, read_scrapinghub
from newsearch.corpus.language import detect_language

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"

pytestmark = pytest.mark.skipif(not PAGES.exists(), reason=f"the real pages are not here: {PAGES}")


def test_publishers_pages_keep_their_floors():
    """German and English pages of the half for judging: F1, headline, day; none is rejected."""
    pages = [page for page in read_fundus(PAGES / "fundus" / "test_data") if page.language and page.judging]
    scores = score(pages, ours)
    assert len(scores) == 102
    assert not [one.page.name for one in scores if one.rejected]
    assert fmean(one.f1 for one in scores) >= 0.96
    assert fmean(one.title for one in scores) >= 0.82
    assert fmean(one.day for one in scores) >= 0.97


def test_every_gold_text_is_in_the_language_that_is_detected():
    """258 texts in 25 languages: 110 German, 84 English, none of the others taken for either, none without a language."""
    tags = Counter(detect_language(page.text) for page in read_fundus(PAGES / "fundus" / "test_data"))
    assert (tags["de"], tags["en"], tags[""], len(tags), tags.total()) == (110, 84, 0, 25, 258)


@pytest.mark.slow
def test_every_publishers_page_is_read_or_rejected():
    """In any language; one has no text without its scripts."""
    scores = score(list(read_fundus(PAGES / "fundus" / "test_data")), ours)
    assert len(scores) == 258
    assert [one.page.name for one in scores if one.rejected] == ["kr/HankookIlbo_2026_01_29.html.gz"]


@pytest.mark.slow
def test_scrapinghubs_pages_keep_their_floor():
    """English pages, old and new, blogs among them."""
    assert fmean(one.f1 for one in score(list(read_scrapinghub(PAGES / "scrapinghub")), ours)) >= 0.96
