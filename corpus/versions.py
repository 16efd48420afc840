"""Article versions, what is known of one without its text, and how they are packed into bytes."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import orjson

from newsearch.corpus.article import Article, DateOrigin, Precision
from newsearch.corpus.report import WITHDRAWAL, Dropped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsearch.corpus.article import Source


@dataclass(frozen=True, slots=True)
class Version:
    """An article as some bytes gave it: immutable, addressed by what it was made of.

    Attributes:
        key: Of what it was made of, 32 bytes; see `newsearch.corpus.formats.base.RawRecord.key`.
        content: SHA-256 over title, lead, text, publisher, 32 bytes: equal for equal articles.
        article: The article without id and source.
    """

    key: bytes
    content: bytes
    article: Article


Counts = tuple[tuple[str, int], ...]
"""What was dropped of a page, counted by reason."""


def is_withdrawn(dropped: Counts) -> bool:
    """Whether a version of which this was dropped says that its article is not, or no longer, to be published."""
    return bool(dropped) and any(reason == WITHDRAWAL for reason, _ in dropped)


class StoredVersion(NamedTuple):
    """What is known of a stored version without touching its text: enough for its id and for telling newer from older.

    A rebuild makes one of each article, four times as fast as a frozen dataclass.

    Attributes:
        dropped: What was dropped of its page, counted by reason.
    """

    key: bytes
    content: bytes
    url: str
    publisher: str
    external_id: str
    published: datetime | None
    updated: datetime | None
    dropped: Counts = ()

    @classmethod
    def of(cls, version: Version, dropped: Sequence[Dropped]) -> Self:
        """The same of a version that is not stored yet."""
        article = version.article
        counts = Counter(str(block.reason) for block in dropped)
        return cls(
            version.key,
            version.content,
            article.url,
            article.publisher,
            article.external_id,
            article.published,
            article.updated,
            tuple(counts.items()),
        )


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article of the archive where the last reading saw it.

    Attributes:
        article_id: See `newsearch.corpus.article.article_id`.
        key: Its version's key.
        content: Its version's content hash.
        source: Where it lies.
    """

    article_id: str
    key: bytes
    content: bytes
    source: Source


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version in which an article was read.

    Attributes:
        key: The version's key.
        content: Its content hash; the same article read by a better reader may have it again.
        first_read: When it was first read; None where that was before this was noted.
        published: Its publication date.
        updated: When it says that it was last changed.
    """

    key: bytes
    content: bytes
    first_read: datetime | None
    published: datetime | None
    updated: datetime | None


_PLAIN: Final = ("title", "text", "lead", "url", "external_id", "language", "publisher", "agency", "section")
_LATER: Final[Mapping[str, object]] = {"place": "", "date_confidence": None, "date_ahead": False}
"""What the first versions that were packed do not hold, and what it is there."""


def pack(article: Article) -> bytes:
    """*article* without id and source, as bytes."""
    fields: dict[str, object] = {name: getattr(article, name) for name in (*_PLAIN, *_LATER)}
    fields |= {"authors": article.authors, "precision": article.precision, "date_origin": article.date_origin}
    fields |= {"published": write_moment(article.published), "updated": write_moment(article.updated)}
    return orjson.dumps(fields)


def unpack(raw: bytes) -> Article:
    """The article that `pack` made *raw* of, also before a field was added."""
    fields = orjson.loads(raw)
    precision, origin = fields["precision"], fields.get("date_origin")
    return Article(
        **{name: fields[name] for name in _PLAIN},
        **{name: fields.get(name, default) for name, default in _LATER.items()},
        authors=tuple(fields["authors"]),
        precision=Precision(precision) if precision else None,
        date_origin=DateOrigin(origin) if origin else None,
        published=read_moment(fields["published"]),
        updated=read_moment(fields["updated"]),
    )


def pack_dropped(dropped: Sequence[Dropped]) -> list[tuple[int, str, str]]:
    """*dropped* as rows of number, reason and text: one of JSON without a reason, since a page drops a hundred blocks."""
    texts = [(str(block.reason), block.text) for block in dropped]
    return [(0, "", orjson.dumps(texts).decode())] if texts else []


def unpack_dropped(rows: Iterable[tuple[str, str]]) -> Iterator[Dropped]:
    """What was dropped, from rows of reason and text; before schema 4 each block had its own."""
    for reason, text in rows:
        if reason:
            yield Dropped(reason, text)
        else:
            yield from (Dropped(*block) for block in orjson.loads(text))


@functools.lru_cache(maxsize=1024)
def read_counts(text: str) -> Counts:
    """The counts that are written in *text* as JSON; a page's noise is much like its neighbour's, hence the cache."""
    return tuple((reason, count) for reason, count in orjson.loads(text)) if text else ()


def write_counts(counts: Counts) -> str:
    """*counts* as JSON, or empty."""
    return orjson.dumps(counts).decode() if counts else ""


def write_moment(moment: datetime | None) -> str:
    """*moment* in ISO 8601, or empty."""
    return moment.isoformat() if moment else ""


def read_moment(text: str) -> datetime | None:
    """The moment that `write_moment` wrote."""
    return datetime.fromisoformat(text) if text else None
