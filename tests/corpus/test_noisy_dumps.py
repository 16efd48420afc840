"""Dumps of our own writing, each with another kind of noise, and beside each the article that a person takes from it."""

from __future__ import annotations

import gzip
import lzma
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest

from newsearch.corpus.formats.body import mark_noise, split_lines
from newsearch.corpus.formats.dump import clean_dump, parse_dump
from newsearch.corpus.formats.html import parse_html
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import join

SHARED = Path(__file__).parents[3] / "shared"
FOLDER = Path(__file__).parents[1] / "data" / "dumps"
KINDS = {
    "author-box": Reason.AUTHOR_BOX,
    "captions": Reason.CAPTION,
    "cookie-wall": Reason.COOKIES,
    "correction-note": Reason.DATE_LINE,
    "dateline": Reason.CAPTION,
    "english-page": Reason.ADVERTISEMENT,
    "english-paywall": Reason.PAYWALL,
    "hard-wrapped": Reason.END_MARK,
    "keyword-spam": Reason.KEYWORDS,
    "live-ticker": Reason.NAVIGATION,
    "mixed-encodings": Reason.CAPTION,
    "newsletter-box": Reason.NEWSLETTER,
    "paywall": Reason.PAYWALL,
    "print-page": Reason.NAVIGATION,
    "readers-comments": Reason.AFTER_END,
    "related-list": Reason.RELATED,
    "share-buttons": Reason.SHARING,
    "soft-hyphens": Reason.NEWSLETTER,
    "tables": Reason.TABLE,
    "teasers": Reason.TEASER,
}


def clean(kind):
    return (FOLDER / f"{kind}.clean.txt").read_text("utf-8").rstrip("\n")


def test_every_dump_has_its_clean_text_and_its_test():
    """Nothing lies there unread."""
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        f"{kind}{end}" for kind in KINDS for end in (".txt", ".clean.txt")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_noise_is_kept_and_nothing_of_the_article_is_lost(kind):
    """The article is the one that was written out by hand, letter by letter; its day is known; what was dropped says why."""
    parsed = parse_dump((FOLDER / f"{kind}.txt").read_bytes())
    article = parsed.article
    assert f"{article.title}\n\n{article.text}" == clean(kind)
    assert article.published == datetime(2026, 3, 3, 18, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    assert KINDS[kind] in [block.reason for block in parsed.dropped]


@pytest.mark.parametrize("kind", KINDS)
def test_the_clean_text_cleans_to_itself(kind):
    """Nothing more is dropped of it, joined or changed."""
    article, dropped = clean_dump(clean(kind))
    assert (f"{article.title}\n\n{article.text}", dropped) == (clean(kind), [])


def test_a_note_of_a_correction_and_a_dateline_stay_text():
    """They are the article's: one can be asked for, the other is quoted."""
    assert "Hinweis der Redaktion: In einer früheren Fassung" in clean("correction-note")
    article = parse_dump((FOLDER / "dateline.txt").read_bytes()).article
    assert (article.place, article.agency, article.text[:22]) == ("Wiesenau", "dpa", "Wiesenau (dpa/lno) - D")


def kept(text):
    lines = split_lines(text)
    return [line.text for line, reason in zip(lines, mark_noise(lines), strict=True) if reason is None]


@pytest.mark.skipif(not SHARED.exists(), reason=f"the real articles are not here: {SHARED}")
def test_cleaning_real_articles_twice_is_cleaning_once():
    """Every twentieth article of the evaluation archive, with an empty line between paragraphs and without."""
    with lzma.open(SHARED / "eval" / "articles.jsonl.xz") as file:
        texts = [orjson.loads(line)["text"] for at, line in enumerate(file) if at % 20 == 0]
    for text in [*texts, *(text.replace("\n\n", "\n") for text in texts)]:
        once = kept(text)
        assert kept(join(once)) == once


@pytest.mark.skipif(not SHARED.exists(), reason=f"the real pages are not here: {SHARED}")
def test_the_text_of_real_pages_is_clean_characters():
    """Of an article that was taken from a page no line is joined, broken or changed when it is cleaned as a dump."""
    pages = sorted((SHARED / "pages" / "fundus" / "test_data").rglob("*.html.gz"))[::25]
    for page in pages:
        text = parse_html(gzip.decompress(page.read_bytes())).article.text
        assert join([line.text for line in split_lines(text)]) == text
