"""The sample archive's dumps: 26 pages of five papers and more, German and English, each with its paper's noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsearch.corpus.formats.dump import clean_dump
from newsearch.corpus.reading import read_articles
from newsearch.corpus.report import Reject

DUMPS = Path(__file__).parents[2] / "sample" / "archive" / "dumps"
NOISE = ["(00)", "[…]", "Kommentare]", "omments]", "Suchbegriff", "vor 46 Minuten", "hours ago", "Newsletter", "Foto:",
         "Photo:", "Quelle:", "Source:", "Lesen Sie auch", "Read more:", "Teilen Drucken", "Share this", "Startseite |",
         "Cookie-Ein", "Most read", "Trending", "· Quelle", "Staff Writer", "Subscribe", "Merkliste"]  # fmt: skip

pytestmark = pytest.mark.skipif(not DUMPS.exists(), reason=f"the sample archive is not here: {DUMPS}")


@pytest.fixture(scope="module", params=sorted(DUMPS.rglob("*.txt")), ids=lambda path: path.stem)
def parsed(request):
    (found,) = read_articles(request.param)
    assert not isinstance(found, Reject)
    return found[1]


def test_the_article_has_all_its_fields(parsed):
    """Every page of the archive names them."""
    article = parsed.article
    assert all((article.title, article.lead, article.published, article.publisher, article.section, article.language))
    assert article.text.startswith(article.lead)
    assert article.text.count("\n\n") >= 4
    assert article.text.rstrip('“”"')[-1] in ".!?"


def test_no_noise_is_left(parsed):
    """Of what the papers put around their articles nothing is searchable."""
    article = parsed.article
    found = [noise for noise in NOISE if noise in f"{article.title}\n{article.lead}\n{article.text}"]
    assert found == []


def test_nothing_is_lost(parsed):
    """No sentence of the article is among what was dropped: no dropped line above the end is prose."""
    below = next(index for index, block in enumerate(parsed.dropped) if block.reason == "category line")
    assert all(len(block.text) < 100 for block in parsed.dropped[:below])


def test_the_clean_article_cleans_to_itself(parsed):
    """As a dump of its own: headline and text, nothing more to drop."""
    again, dropped = clean_dump(f"{parsed.article.title}\n\n{parsed.article.text}")
    assert (again.title, again.text, dropped) == (parsed.article.title, parsed.article.text, [])
