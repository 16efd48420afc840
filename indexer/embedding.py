"""Articles into contents: passages cut, put into context, and embedded, what is in the cache excepted."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.article import Precision
from newsearch.corpus.errors import ModelError
from newsearch.corpus.language import passage_languages
from newsearch.corpus.versions import pack
from newsearch.indexer.chunker import Chunking, Span, chunk, split_span
from newsearch.indexer.columns import Coded, Columns
from newsearch.indexer.contents import Contents, bytes_of
from newsearch.indexer.embedders.base import Embedder, Inputs
from newsearch.indexer.ragged import Ragged, starts_of
from newsearch.indexer.signatures import sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.indexer.cache import EmbeddingCache
    from newsearch.indexer.table import StaticTable

MAX_PIECES: Final = 200
"""Longest input in pieces, context included (DESIGN section 3); 600 characters of news are 90 to 160 pieces."""

HEADLINE_LENGTH: Final = 120
"""How much of a headline goes in front of each passage, in code points; longer ones repeat the lead."""

BATCH: Final = 128
"""Articles that are chunked, cut into pieces and embedded together: about 1,000 passages, 0.1 s with the static table."""

NONE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Maker:
    """What passages are made with."""

    embedder: Embedder
    table: StaticTable
    chunking: Chunking
    zone: ZoneInfo
    cache: EmbeddingCache


def passage_input(article: Article, span: Span) -> str:
    """What is embedded for a passage: the headline, a line feed, the passage; without a headline the passage alone."""
    headline = _headline(article)
    passage = article.text[span[0] : span[1]]
    return f"{headline}\n{passage}" if headline else passage


def _headline(article: Article) -> str:
    """What stands in front of each of its passages."""
    return article.title[:HEADLINE_LENGTH].strip()


def make_contents(
    versions: Iterable[tuple[bytes, Article]], maker: Maker, progress: Callable[[int, int], None]
) -> Contents:
    """Cut and embed articles.

    Args:
        versions: Key and article, in the order wanted.
        maker: Embedder, table, chunking, cache.
        progress: Takes how many articles are done and how many passages of them were not in the cache, after each batch.

    Returns:
        Their contents, in order; empty ones of the right widths where there are no articles.
    """
    parts = list(_batches(versions, maker, progress))
    while len(parts) > 1:  # in a tree, so that each passage is copied a few times and not once a batch
        parts = [a.join(b) for a, b in zip_longest(parts[::2], parts[1::2], fillvalue=parts[0].take(NONE))]
    return parts[0]


def _batches(
    versions: Iterable[tuple[bytes, Article]], maker: Maker, progress: Callable[[int, int], None]
) -> Iterator[Contents]:
    done = embedded = 0
    yield _contents_of([], [], cut([], maker), maker)[0]
    for keys, articles, passages in _cut_ahead(versions, maker):
        contents, new = _contents_of(keys, articles, passages, maker)
        done, embedded = done + len(keys), embedded + new
        progress(done, embedded)
        yield contents


def _cut_ahead(
    versions: Iterable[tuple[bytes, Article]], maker: Maker
) -> Iterator[tuple[list[bytes], list[Article], tuple[list[list[Span]], Inputs]]]:
    """The articles in batches with their passages, the next one being cut while the one before is embedded.

    The tokenizer keeps its cores busy without the interpreter. Where *versions* breaks off, what came before is still yielded.
    """
    rest = iter(versions)
    before: tuple[list[bytes], list[Article], Future[tuple[list[list[Span]], Inputs]]] | None = None
    with ThreadPoolExecutor(1) as pool:
        while True:
            try:
                some = list(islice(rest, BATCH))
            except BaseException:
                if before:
                    yield before[0], before[1], before[2].result()
                raise
            ahead = pool.submit(cut, [article for _, article in some], maker)
            if before:
                yield before[0], before[1], before[2].result()
            if not some:
                return
            before = [key for key, _ in some], [article for _, article in some], ahead


def _contents_of(
    keys: Sequence[bytes], articles: Sequence[Article], passages: tuple[list[list[Span]], Inputs], maker: Maker
) -> tuple[Contents, int]:
    """The contents of a batch that was cut into *passages*, and how many of them were embedded."""
    spans, inputs = passages
    vectors, embedded = _embed(inputs, maker)
    starts = starts_of([len(of) for of in spans])
    contents = Contents(
        versions=np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), 32),
        texts=bytes_of([pack(_in_zone(a, maker.zone)) + b"\n" for a in articles]),
        columns=Columns.of(articles, maker.zone),
        spans=Ragged(np.array([s for of in spans for s in of], np.int32).reshape(-1, 2), starts),
        embedded=Ragged(vectors, starts),
        pieces=Ragged(inputs.pieces.flat.astype(np.uint16), inputs.pieces.starts),
        languages=Coded.of(
            tag
            for article, of in zip(articles, spans, strict=True)
            for tag in passage_languages(article.text, of, article.language)
        ),
        signatures=sign([a.text for a in articles]),
    )
    return contents, embedded


def _in_zone(article: Article, zone: ZoneInfo) -> Article:
    """*article* with its times in the index's zone, so that the day a hit shows is the day that a filter counts."""
    published = article.published
    if published and article.precision in (None, Precision.INSTANT):
        published = published.astimezone(zone)
    return replace(article, published=published, updated=article.updated and article.updated.astimezone(zone))


def cut(articles: Sequence[Article], maker: Maker) -> tuple[list[list[Span]], Inputs]:
    """The passages of *articles*, none longer in pieces than the embedder reads and MAX_PIECES, and their inputs."""
    spans = [chunk(a.text, maker.chunking) for a in articles]
    longest = min(MAX_PIECES, maker.embedder.max_pieces)
    articles = _with_room(articles, maker.embedder, maker.table)
    while True:
        inputs = _inputs(articles, spans, maker.table)
        lengths = np.maximum(inputs.pieces.lengths, maker.embedder.count_pieces(inputs))
        long = lengths > longest
        if not long.any():
            return spans, inputs
        flags = iter(long.tolist())
        spans = [
            [part for s in of for part in (_halves(a, s, longest) if next(flags) else [s])]
            for a, of in zip(articles, spans, strict=True)
        ]


def inputs_of(
    articles: Sequence[Article], spans: Sequence[Sequence[Span]], embedder: Embedder, table: StaticTable
) -> Inputs:
    """What was embedded for the passages *spans* of each of *articles*, all in one, in order."""
    return _inputs(_with_room(articles, embedder, table), spans, table)


def _inputs(articles: Sequence[Article], spans: Sequence[Sequence[Span]], table: StaticTable) -> Inputs:
    texts = [passage_input(a, s) for a, of in zip(articles, spans, strict=True) for s in of]
    headlines = table.pieces_of([_headline(a) for a in articles])
    bodies = table.pieces_of([a.text[s[0] : s[1]] for a, of in zip(articles, spans, strict=True) for s in of])
    # a headline is cut once and not with each of its passages, since no piece goes over the line feed between them
    rows = np.empty((len(texts), 2), np.int64)
    rows[:, 0] = np.repeat(np.arange(len(articles)), [len(of) for of in spans])
    rows[:, 1] = len(articles) + np.arange(len(texts))
    both = headlines.weave(bodies, rows.ravel())
    return Inputs(texts, Ragged(both.flat, both.starts[::2]))


def _with_room(articles: Sequence[Article], embedder: Embedder, table: StaticTable) -> list[Article]:
    """*articles*, without the headlines that would leave a passage no room: 120 ellipses are 360 pieces."""
    headlines = [a.title[:HEADLINE_LENGTH] for a in articles]
    inputs = Inputs(headlines, table.pieces_of(headlines))
    lengths = np.maximum(inputs.pieces.lengths, embedder.count_pieces(inputs))
    room = min(MAX_PIECES, embedder.max_pieces) // 2
    return [replace(a, title="") if n > room else a for a, n in zip(articles, lengths.tolist(), strict=True)]


def _halves(article: Article, span: Span, longest: int) -> list[Span]:
    """A passage that is too long for the embedder, in two.

    Raises:
        ModelError: It is one character, and still more than the embedder reads.
    """
    parts = split_span(article.text, span)
    if len(parts) == 1:
        raise ModelError(
            f"The model reads {longest} pieces, and one character of the article {article.url or article.text[:40]!r} is more. "
            "Wanted: a model that reads at least 128 pieces. Name another one with --model."
        )
    return parts


def _embed(inputs: Inputs, maker: Maker) -> tuple[NDArray[np.float16], int]:
    """Vectors of the inputs, shape (n, dimension), and how many were not in the cache; those are there afterwards."""
    keys = [maker.cache.key(t) for t in inputs.texts]
    vectors, known = maker.cache.get(keys)
    missing = np.flatnonzero(~known)
    if len(missing):
        some = Inputs([inputs.texts[i] for i in missing.tolist()], inputs.pieces.take(missing))
        vectors[missing] = maker.embedder.embed_passages(some).astype(np.float16)
        maker.cache.add([keys[i] for i in missing.tolist()], vectors[missing])
    return vectors, len(missing)
