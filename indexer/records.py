"""Articles as JSON objects, as a generation keeps them."""

from __future__ import annotations

from datetime import datetime

import orjson

from newsearch.corpus.article import Article, Precision, Source


def encode(article: Article) -> bytes:
    """*article* without id and source, as one JSON object; empty fields are left out."""
    fields = {
        "title": article.title,
        "text": article.text,
        "lead": article.lead,
        "url": article.url,
        "external_id": article.external_id,
        "published": article.published.isoformat() if article.published else None,
        "precision": article.precision,
        "updated": article.updated.isoformat() if article.updated else None,
        "language": article.language,
        "publisher": article.publisher,
        "agency": article.agency,
        "authors": article.authors,
        "section": article.section,
    }
    return orjson.dumps({name: value for name, value in fields.items() if value})


def decode(record: bytes, article_id: str, source: Source) -> Article:
    """The article that `encode` wrote, with its id and place.

    Raises:
        ValueError: *record* is no such object.
    """
    fields = orjson.loads(record)
    for name in ("published", "updated"):
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
    if "precision" in fields:
        fields["precision"] = Precision(fields["precision"])
    fields["authors"] = tuple(fields.get("authors", ()))
    return Article(**{"title": "", "text": "", **fields}, id=article_id, source=source)
