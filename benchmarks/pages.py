"""Real pages with what a person says is their article, for the benchmarks and floors of extraction."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsearch.corpus.article import Precision
from newsearch.corpus.language import detect_language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and its article.

    Attributes:
        name: Of its file.
        raw: Its bytes.
        text: The article's text.
        title: Its headline, empty where the gold has none.
        published: When it was published, ISO 8601, empty where the gold has none.
        url: Where it was fetched from, or empty.
    """

    name: str
    raw: bytes
    text: str
    title: str = ""
    published: str = ""
    url: str = ""

    @property
    def language(self) -> str:
        """Language of the gold text: ``de``, ``en``, or empty for any other."""
        found = detect_language(self.text)
        return found if found in ("de", "en") else ""

    @property
    def judging(self) -> bool:
        """Whether it is of the half that rules are judged on, by a hash of the name; the other is for choosing them."""
        return bool(hashlib.sha256(self.name.encode()).digest()[0] & 1)


def read_fundus(folder: Path) -> Iterator[GoldPage]:
    """The pages of *folder* (``fundus/test_data``); a publisher's pages and the versions of its gold are in one order."""
    for path in sorted(folder.glob("*/*.json")):
        versions = json.loads(path.read_text("utf-8"))
        pages = sorted(path.parent.glob(f"{path.stem}_2*.html.gz"))
        ordered = sorted(versions, key=lambda version: [int(digits) for digits in re.findall(r"\d+", version)])
        for page, version in zip(pages, ordered, strict=True):
            gold = versions[version]
            parts = [*gold["body"]["summary"]]
            for section in gold["body"]["sections"]:
                parts += section["headline"] + section["paragraphs"]
            name = f"{path.parent.name}/{page.name}"
            yield GoldPage(name, gzip.decompress(page.read_bytes()), "\n".join(parts), *_head(gold))


def _head(gold: dict[str, Any]) -> tuple[str, str]:
    return gold["title"], gold["publishing_date"]


def read_scrapinghub(folder: Path) -> Iterator[GoldPage]:
    """The pages of *folder* (``scrapinghub``), all English; their gold has neither headline nor date."""
    for name, gold in json.loads((folder / "ground-truth.json").read_text("utf-8")).items():
        raw = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield GoldPage(name, raw, gold["articleBody"], url=gold["url"])


def token_f1(gold: str, found: str) -> float:
    """F1 of the words of *found* against those of *gold*, each as often as it occurs, whatever their case."""
    wanted, got = (Counter(map(str.casefold, _TOKEN.findall(text))) for text in (gold, found))
    if not wanted and not got:
        return 1.0
    return 2 * (wanted & got).total() / (wanted.total() + got.total())


def same_day(gold: str, found: datetime | None, precision: Precision | None) -> bool:
    """Whether *found* lies on the day of *gold*, in the zone that *gold* names; a bare day is compared as it stands."""
    if found is None:
        return False
    moment = datetime.fromisoformat(gold)
    return (found if precision is Precision.DAY else found.astimezone(moment.tzinfo)).date() == moment.date()
