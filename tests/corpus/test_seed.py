"""The seed: the text dump this project started from. Its text stays in ../shared; here are markers and hashes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsearch.corpus.formats.body import mark_noise, split_lines
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.reading import read_articles

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "000_045bbd2a98748141.txt"
NOISE = ["Mia Goth", "Ferrari", "Exor", "NHL", "bitcoin", "Suchbegriff", "Kommentare", "(00)", "HYMER", "Wegner",
         "Stromnetze", "Sigourney", "Eulerpool", "vor 46 Minuten", "[InvestmentWeek]"]  # fmt: skip

pytestmark = pytest.mark.skipif(not SEED.exists(), reason=f"the seed is not here: {SEED}")


@pytest.fixture(scope="module")
def parsed():
    ((_, found),) = read_articles(SEED)
    return found


def test_the_seeds_fields(parsed):
    """Headline, date, publisher, section, language; the lead is the first paragraph."""
    article = parsed.article
    assert article.title.startswith("Kollege KI übernimmt – Amazon will ")
    assert article.published == datetime(2025, 6, 21, 8, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (article.publisher, article.section, article.language) == ("InvestmentWeek", "Unternehmen", "de")
    assert article.text.startswith(article.lead)
    assert article.lead.startswith("CEO Andy Jassy")


@pytest.mark.parametrize("noise", NOISE)
def test_none_of_the_pages_noise_is_part_of_the_article(parsed, noise):
    """Nothing of it may be searchable."""
    article = parsed.article
    assert noise not in f"{article.title}\n{article.lead}\n{article.text}"


def test_the_seeds_text_is_whole(parsed):
    """26 paragraphs, the model question's passage among them; pinned by the hash."""
    parts = parsed.article.text.split("\n\n")
    assert len(parts) == 26
    assert parts[18].startswith("Amazon ist nicht allein.")
    assert "nachgewiesen wird, dass KI die Aufgabe nicht" in parts[18]
    assert parts[-1].startswith("Ein Amazon-Angestellter bringt es")
    digest = hashlib.sha256(parsed.article.text.encode()).hexdigest()
    assert digest[:16] == "d1419aba3110dcfd"


def test_the_seeds_noise_is_reported(parsed):
    """16 teasers, each with its headline but the one that has none."""
    reasons = [block.reason for block in parsed.dropped]
    assert (reasons.count(Reason.TEASER), reasons.count(Reason.TEASER_HEADLINE)) == (16, 15)
    assert reasons.count(Reason.KEYWORDS) == 1
    assert Reason.AFTER_END not in reasons


def test_the_clean_seed_cleans_to_itself(parsed):
    """Cleaning the clean text drops nothing more."""
    assert set(mark_noise(split_lines(parsed.article.text))) == {None}
