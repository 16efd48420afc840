"""Articles of real HTML pages against their gold, trafilatura alone in its default setting beside ours; and pages a second.

    python -m benchmarks.extraction
    python -m benchmarks.extraction --worst 20
    python -m benchmarks.extraction --speed

Rules were chosen on one half of the pages, and the other half judges them (`GoldPage.judging`).
"""

from __future__ import annotations

import argparse
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import TYPE_CHECKING, Final

from benchmarks.common import shared, show
from benchmarks.pages import read_fundus, read_scrapinghub, same_day, token_f1
from newsearch.corpus.article import Precision
from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.html import parse_html
from newsearch.corpus.formats.html.blocks import split_blocks
from newsearch.corpus.formats.html.matching import letters
from newsearch.corpus.formats.html.page import read_page
from newsearch.corpus.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.pages import GoldPage


TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What one way finds on a page; empty where it finds no article."""

    text: str = ""
    title: str = ""
    published: datetime | None = None
    precision: Precision | None = None
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """How one page came out.

    Attributes:
        page: The page.
        f1: Of its words.
        title: Whether the headline is the gold's, letter for letter.
        alike: Whether it is but for quotation marks, dashes and other signs.
        shown: Whether a block of the page holds the gold's headline, signs and case aside. Else it is only written for search
            engines and other sites, and no reader of the page sees it.
        day: Whether the day is the gold's.
        rejected: Why there is no article, empty where there is one.
    """

    page: GoldPage
    f1: float
    title: bool
    alike: bool
    shown: bool
    day: bool
    rejected: str


def ours(page: GoldPage) -> Found:
    """The article that newsearch finds on *page*."""
    try:
        article = parse_html(page.raw, page.url).article
    except RejectedError as error:
        return Found(rejected=str(error))
    return Found(article.text, article.title, article.published, article.precision)


def trafilatura_alone(page: GoldPage) -> Found:
    """The article that trafilatura finds on *page*, in its default setting."""
    from trafilatura import bare_extraction

    found = bare_extraction(page.raw, url=page.url or None, with_metadata=True)
    if found is None or isinstance(found, dict):
        return Found(rejected="no article")
    day = datetime.fromisoformat(found.date) if found.date else None
    return Found(found.text or "", found.title or "", day, Precision.DAY)


def score(pages: Sequence[GoldPage], way: Callable[[GoldPage], Found]) -> list[Score]:
    """How *way* does on each of *pages*."""
    scores = []
    for page in pages:
        found = way(page)
        scores.append(
            Score(
                page,
                token_f1(page.text, found.text),
                bool(page.title) and one_line(page.title) == one_line(found.title),
                bool(page.title) and letters(page.title) == letters(found.title),
                shows(page, page.title),
                bool(page.published) and same_day(page.published, found.published, found.precision),
                found.rejected,
            )
        )
    return scores


def shows(page: GoldPage, title: str) -> bool:
    """Whether one block of *page* holds *title*, signs and case aside; not whether there is one to be shown."""
    wanted = letters(title)
    if not wanted:
        return False
    try:
        blocks = split_blocks(read_page(page.raw).body, {})
    except RejectedError:
        return False
    return any(wanted in letters(block.text) for block in blocks)


def means(scores: Sequence[Score]) -> dict[str, object]:
    """The means over *scores*; headline and day only where the gold has them."""
    row: dict[str, object] = {"pages": len(scores), "rejected": sum(bool(one.rejected) for one in scores)}
    row["f1"] = round(fmean(one.f1 for one in scores), 4)
    if scores[0].page.title:
        row |= {
            "title": round(fmean(one.title for one in scores), 3),
            "title but for signs": round(fmean(one.alike for one in scores), 3),
            "pages that show the gold's title": sum(one.shown for one in scores),
            "title on those": round(fmean(one.title for one in scores if one.shown), 3),
            "day": round(fmean(one.day for one in scores), 3),
        }
    return row


def table(scores: Sequence[Score]) -> dict[str, object]:
    """All of *scores*, and each half."""
    halves = {"choosing": False, "judging": True}
    rows = {name: means([one for one in scores if one.page.judging is half]) for name, half in halves.items()}
    return {"all": means(scores), **rows}


def speed(pages: Sequence[GoldPage]) -> dict[str, object]:
    """Pages a second of processor time, one process: ours and trafilatura's in turn, three times each, the best of each."""
    best = dict[str, float]()
    for _ in range(TIMES):
        for way in (ours, trafilatura_alone):
            began = time.process_time()
            for page in pages:
                way(page)
            rate = len(pages) / (time.process_time() - began)
            best[way.__name__] = max(rate, best.get(way.__name__, 0))
    return {"pages": len(pages), **{f"{name}, pages/s": round(rate, 1) for name, rate in best.items()}}


def main() -> None:
    """Print the table, and the worst pages where they are asked for; or the speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list so many of the worst pages of each set")
    parser.add_argument("--speed", action="store_true", help="pages a second instead")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    fundus = list(read_fundus(shared("pages/fundus/test_data")))
    if options.speed:
        show({"fundus": speed(fundus)})
        return
    sets = {
        "fundus de+en": [page for page in fundus if page.language],
        "fundus others": [page for page in fundus if not page.language],
        "scrapinghub": list(read_scrapinghub(shared("pages/scrapinghub"))),
    }
    facts: dict[str, object] = {}
    for name, pages in sets.items():
        scores = score(pages, ours)
        facts[name] = {"newsearch": table(scores), "trafilatura": table(score(pages, trafilatura_alone))}
        missed = sorted(scores, key=lambda one: (one.f1, one.page.name))
        facts[f"{name}, worst"] = [
            f"{one.f1:.3f} {one.page.name} title={one.title} day={one.day} {one.rejected}"
            for one in missed[: options.worst]
        ]
        facts[f"{name}, rejected"] = {one.page.name: one.rejected for one in scores if one.rejected}
        if options.worst:
            facts[f"{name}, wrong day"] = [one.page.name for one in scores if one.page.published and not one.day]
            facts[f"{name}, wrong title"] = [one.page.name for one in scores if one.page.title and not one.title]
    show(facts)


if __name__ == "__main__":
    main()
