"""Whether a generation is what it says of itself: asked before it is switched in, and by ``newsearch verify``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.duplicates import stories_of
from newsearch.indexer.embedding import HEADLINE_LENGTH, MAX_PIECES, inputs_of
from newsearch.indexer.manifest import check_hashes
from newsearch.indexer.signatures import VERSION, sign
from newsearch.indexer.stores.kinds import recall_of
from newsearch.indexer.stores.nearest import BLOCK
from newsearch.indexer.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from newsearch.indexer.contents import Contents
    from newsearch.indexer.embedders.base import Embedder
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.table import StaticTable

SAMPLE: Final = 32
"""Passages that are cut and embedded again, evenly spread over the index: a fifth of a second with the encoder."""

OTHER_POSTINGS: Final = "the postings are not those of the passages' pieces"

LENGTH: Final = 2e-3
"""How far a vector's length may be from 1: float16 keeps each number to 5e-4 of itself, so the whole to less than that."""

SAME: Final = 0.99
"""Cosine of the same text embedded twice, at least: float16 costs 1e-6, another number of threads or a GPU some 1e-3."""

QUERIES: Final = 16
LEAST_RECALL: Final = 0.9
"""Of the best ten passages of QUERIES queries, what a scan must find. It was chosen for .995 over 64; one that is cut off,
or belongs to other vectors, finds next to none."""


def sound(generation: Generation) -> list[str]:
    """What is wrong with *generation* as numbers: counts, vectors, spans, some postings, what its search misses.

    Returns:
        One sentence each; none where it is sound.

    Raises:
        DamagedIndexError: A file cannot be read.
    """
    if wrong := list(_counts(generation)):
        return wrong
    with ThreadPoolExecutor() as pool:  # each waits for memory most of the time
        found = pool.map(lambda look: list(look(generation)), (_vectors, _spans, _recall, _some_postings))
        return [sentence for some in found for sentence in some]


def same_again(generation: Generation, embedder: Embedder, table: StaticTable) -> list[str]:
    """Whether some passages, cut into pieces and embedded again, are what *generation* holds for them.

    This is what finds vectors that were put behind the wrong text, which every count and hash would miss.

    Args:
        generation: Sound, see `sound`.
        embedder: That it was built with.
        table: That it was built with.

    Returns:
        One sentence for each kind of difference; none where they agree, or where the generation was written with another
        model, or other lengths of headlines or passages, than this newsearch has.

    Raises:
        DamagedIndexError: An article cannot be read.
    """
    manifest, passages = generation.manifest, len(generation.article_of)
    models = (manifest.fingerprint, manifest.table) == (embedder.fingerprint, table.fingerprint)
    lengths = {"headline_length": HEADLINE_LENGTH, "max_pieces": MAX_PIECES}
    if not (passages and models and lengths.items() <= manifest.settings.items()):
        return []
    rows = _spread(passages)
    articles = [generation.article(int(generation.article_of[row])) for row in rows]
    inputs = inputs_of(articles, [[tuple(generation.spans.flat[row].tolist())] for row in rows], embedder, table)
    held = generation.terms.pieces
    cut = np.array([np.array_equal(held[row], inputs.pieces[i]) for i, row in enumerate(rows)])
    vectors = embedder.embed_passages(inputs)
    cosines = (vectors * generation.store.vectors()[rows].astype(np.float32)).sum(axis=1)
    near = (cosines >= SAME) | ~vectors.any(axis=1)  # a passage without a known word has no direction
    return [
        f"passage {rows[~same][0]} has other {what} than its text makes ({(~same).sum()} of {len(rows)} looked at)"
        for what, same in (("pieces", cut), ("numbers in its vector", near))
        if not same.all()
    ]


def differences(generation: Generation, wanted: Contents) -> list[str]:
    """What *generation* holds otherwise than *wanted*, to the bit, one sentence each; the columns left out.

    Raises:
        DamagedIndexError: A file cannot be read.
    """
    held = generation.contents
    pairs = {
        "versions": (held.versions, wanted.versions),
        "texts": (held.texts.flat, wanted.texts.flat),
        "ends of texts": (held.texts.starts, wanted.texts.starts),
        "passages": (held.spans.flat, wanted.spans.flat),
        "vectors": (held.vectors.view(np.uint16), wanted.vectors.view(np.uint16)),  # a NaN is no other NaN
        "pieces": (held.pieces.flat, wanted.pieces.flat),
        "languages": (held.languages.codes, wanted.languages.codes),
        "signatures": (held.signatures, wanted.signed().signatures),  # made when an older format is written anew
    }
    return [f"it holds other {name} than were written" for name, two in pairs.items() if not np.array_equal(*two)]


def verify(generation: Generation, embedder: Embedder, table: StaticTable) -> list[str]:
    """Everything that can be wrong with *generation* on disk, hashes first. Empty where it is sound."""
    try:
        check_hashes(generation.folder, generation.manifest)
        return (
            sound(generation)
            or [*_postings(generation), *_stories(generation)]
            or same_again(generation, embedder, table)
        )
    except DamagedIndexError as exc:
        return [str(exc)]


def _counts(generation: Generation) -> Iterator[str]:
    contents, places = generation.contents, generation.places
    found = {
        "articles": (
            contents.versions,
            contents.texts,
            contents.spans,
            contents.signatures,
            places.ids,
            places.records,
            places.copies,
        ),
        "passages": (contents.vectors, contents.spans.flat, contents.pieces, contents.languages.codes),
        "pieces": (contents.pieces.flat,),
    }
    for name, arrays in found.items():
        said = generation.manifest.counts[name]
        if other := {len(array) for array in arrays} - {said}:
            yield f"the manifest says {said:,} {name}, the files hold {' or '.join(f'{n:,}' for n in sorted(other))}"


def _vectors(generation: Generation) -> Iterator[str]:
    """Every vector is a number of length 1; of length 0 where the passage has no piece that the model knows."""
    vectors = generation.store.vectors()
    for start in range(0, len(vectors), BLOCK):
        some = vectors[start : start + BLOCK].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", some, some))  # as linalg.norm, which takes twice as long
        wrong = np.flatnonzero(~((np.abs(lengths - 1) <= LENGTH) | (lengths == 0)))  # a NaN is neither
        if len(wrong):
            yield f"the vector of passage {start + wrong[0]} has length {lengths[wrong[0]]:.3f}, wanted 1"
            return


def _recall(generation: Generation) -> Iterator[str]:
    """A scan finds what all the vectors say."""
    if generation.store.scan and (recall := recall_of(generation.store, QUERIES)) < LEAST_RECALL:
        yield f"the scan beside the vectors finds {recall:.3f} of the best ten, wanted {LEAST_RECALL}"


def _spans(generation: Generation) -> Iterator[str]:
    """Passages of an article follow each other and overlap nowhere; whether they end within it, a sample says."""
    spans = generation.spans
    begin, end = spans.flat.reshape(-1, 2).T
    first = np.zeros(len(spans.flat) + 1, bool)
    first[spans.starts] = True
    follows = np.concatenate([[True], begin[1:] >= end[:-1]]) if len(end) else np.ones(0, bool)
    wrong = np.flatnonzero((begin < 0) | (begin >= end) | ~(follows | first[:-1]))
    if len(wrong):
        row = wrong[0]
        yield f"passage {row} is {begin[row]} to {end[row]} of its article, wanted a stretch behind the one before"


def _some_postings(generation: Generation) -> Iterator[str]:
    """Passages spread over the index are named by their pieces' postings, and postings spread over all name one that has it."""
    pieces, postings = generation.terms.pieces, generation.terms.postings
    places = _spread(len(postings.flat))
    owners = np.searchsorted(postings.starts, places, "right") - 1
    pairs = [(row, piece) for row in _spread(len(pieces)).tolist() for piece in set(pieces[row].tolist())]
    named = [piece < len(postings) and _is_among(row, postings[piece]) for row, piece in pairs]
    held = [
        0 <= row < len(pieces) and piece in pieces[row]
        for row, piece in zip(postings.flat[places].tolist(), owners.tolist(), strict=True)
    ]
    if not all(named + held):
        yield OTHER_POSTINGS


def _is_among(number: int, ascending: NDArray[np.int32]) -> bool:
    place = int(np.searchsorted(ascending, number))
    return place < len(ascending) and bool(ascending[place] == number)


def _spread(number: int) -> NDArray[np.int64]:
    """SAMPLE of so many, evenly spread, ascending; fewer where there are fewer."""
    return np.unique(np.linspace(0, number - 1, min(SAMPLE, number)).astype(np.int64))


def _postings(generation: Generation) -> Iterator[str]:
    """The postings are those of the pieces, to the number."""
    terms = generation.terms
    wanted = Terms.of(terms.pieces, len(terms.postings)).postings
    if not (np.array_equal(wanted.starts, terms.postings.starts) and np.array_equal(wanted.flat, terms.postings.flat)):
        yield OTHER_POSTINGS


def _stories(generation: Generation) -> Iterator[str]:
    """The stories are those of the signatures, and for a sample these are those of the texts; an older format has neither."""
    signatures = generation.contents.signatures
    if not len(signatures) or (signatures["version"] != VERSION).any():
        return
    rows = _spread(len(signatures))
    wrong = rows[signatures[rows] != sign([generation.article(row).text for row in rows.tolist()])]
    if len(wrong):
        yield f"article {wrong[0]} has another signature than its text makes"
    elif not np.array_equal(stories_of(signatures), generation.stories):
        yield "the stories are not those of the articles' signatures"
