"""What a generation holds, against lists of plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.article import Article, Precision, Source, url_id
from newsearch.corpus.gathering import Copy
from newsearch.corpus.versions import Sighting, pack, unpack
from newsearch.indexer.columns import Coded, Columns
from newsearch.indexer.contents import Contents, Places, bytes_of, unpack_copies
from newsearch.indexer.ragged import Ragged, starts_of
from newsearch.indexer.signatures import sign

Row = tuple[bytes, bytes, str, list[list[int]], list[list[float]], list[list[int]]]
"""Of an article its version, text, publisher, and of its passages the spans, vectors and pieces."""

PASSAGES = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 9), st.integers(10, 20)).map(list),
        st.tuples(st.integers(-2, 2), st.integers(-2, 2)).map(list),
        st.lists(st.integers(0, 65_535), max_size=3),
    ),
    max_size=3,
)
ROWS = st.lists(
    st.tuples(
        st.binary(min_size=32, max_size=32), st.binary(max_size=5), st.sampled_from(["", "A", "B"]), PASSAGES
    ).map(lambda r: (*r[:3], [p[0] for p in r[3]], [p[1] for p in r[3]], [p[2] for p in r[3]])),
    max_size=5,
)


def contents_of(rows: list[Row]) -> Contents:
    spans, vectors, pieces = ([p for row in rows for p in row[part]] for part in (3, 4, 5))
    starts = starts_of([len(r[3]) for r in rows])
    return Contents(
        np.frombuffer(b"".join(r[0] for r in rows), np.uint8).reshape(-1, 32),
        bytes_of([r[1] for r in rows]),
        Columns.of([Article("", "", publisher=r[2]) for r in rows], ZoneInfo("UTC")),
        Ragged(np.array(spans, np.int32).reshape(-1, 2), starts),
        Ragged(np.array(vectors, np.float16).reshape(-1, 2), starts),
        Ragged.of(pieces, np.uint16),
        Coded.of("de" if n % 2 else "en" for _, n in spans),
        sign([r[1].hex(" ") for r in rows]),
    )


def rows_of(contents: Contents) -> list[Row]:
    publisher, passage, rows = contents.columns.publisher, 0, []
    for n in range(len(contents)):
        spans = contents.spans[n].tolist()
        own = range(passage, passage + len(spans))
        vectors, pieces = [contents.vectors[p].tolist() for p in own], [contents.pieces[p].tolist() for p in own]
        name = publisher.names[publisher.codes[n]]
        rows.append((contents.versions[n].tobytes(), contents.texts[n].tobytes(), name, spans, vectors, pieces))
        passage = own.stop
    return rows


@given(ROWS, ROWS, st.data())
@settings(deadline=None)
def test_taking_and_joining_articles_is_what_lists_do(first, second, data):
    joined = contents_of(first).join(contents_of(second))
    assert rows_of(joined) == first + second
    numbers = data.draw(st.lists(st.integers(0, len(joined) - 1), max_size=8)) if len(joined) else []
    taken = joined.take(np.array(numbers, np.int64))
    assert rows_of(taken) == [(first + second)[n] for n in numbers]
    ends = taken.spans.flat[:, 1].tolist()
    assert taken.languages.of_rows(np.arange(len(ends))) == ["de" if n % 2 else "en" for n in ends]
    types = (taken.versions, taken.texts.flat, taken.spans.flat, taken.vectors, taken.pieces.flat)
    assert [a.dtype for a in types] == [np.uint8, np.uint8, np.int32, np.float16, np.uint16]


def test_byte_strings_lie_behind_one_another():
    ragged = bytes_of([b"ab", b"", b"c"])
    assert [ragged[n].tobytes() for n in range(3)] == [b"ab", b"", b"c"]
    assert len(bytes_of([])) == 0


def sightings(*places: tuple[str, str, int]) -> list[Sighting]:
    return [Sighting(f"{n:016x}", bytes(32), b"", Source(*place)) for n, place in enumerate(places)]


def test_places_name_root_path_and_line():
    places = Places.of(sightings(("/a", "x.jsonl", 7), ("/a", "x.jsonl", 8), ("/a/x", ".jsonl", 0)))
    assert places.ids.tolist() == [b"0" * 15 + digit for digit in (b"0", b"1", b"2")]
    assert [places.files.names[c].split("\0") for c in places.files.codes] == [
        ["/a", "x.jsonl"],
        ["/a", "x.jsonl"],
        ["/a/x", ".jsonl"],
    ]
    assert places.records.tolist() == [7, 8, 0]


@pytest.mark.parametrize(
    "other", [("/a", "x.jsonl", 8), ("/a", "y.jsonl", 7), ("/b", "x.jsonl", 7)], ids=["line", "path", "root"]
)
def test_a_moved_article_is_in_another_place(other):
    here = Places.of(sightings(("/a", "x.jsonl", 7)))
    assert here.equals(Places.of(sightings(("/a", "x.jsonl", 7))))
    assert not here.equals(Places.of(sightings(other)))
    assert not here.equals(Places.of(sightings(("/a", "x.jsonl", 7), other)))
    assert not here.equals(Places.of([]))


def test_a_copy_that_comes_or_goes_is_another_place():
    here = sightings(("/a", "x.jsonl", 7), ("/a", "x.jsonl", 8))
    copy = Copy("Küstenbote", "https://a.example/2", datetime(2025, 6, 9, tzinfo=UTC), Source("/b", "y.txt"), "2" * 16)
    places = Places.of(here, {here[1].article_id: (copy, replace(copy, url="", published=None))})
    assert unpack_copies(places.copies[0].tobytes()) == ()
    assert unpack_copies(places.copies[1].tobytes()) == (copy, replace(copy, url="", published=None))
    assert places.take(np.array([1, 0])).copies[0].tobytes() == places.copies[1].tobytes()
    assert places.equals(places)
    assert not places.equals(Places.of(here))
    assert places.without_copies({"3" * 16}).equals(places)
    assert places.without_copies({copy.article_id}).equals(Places.of(here))


def test_a_copy_that_was_written_without_its_id_has_that_of_its_address_or_place():
    rows = [["", "https://a.example/2", "", "/b", "y.txt", 0], ["", "", "", "/b", "z.jsonl", 3]]
    found = [copy.article_id for copy in unpack_copies(orjson.dumps(rows))]
    assert found == [url_id("https://a.example/2"), Article("", "").at(Source("/b", "z.jsonl", 3)).id]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
ZONES = st.just(UTC) | st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1605, 1, 1), datetime(2999, 1, 1), timezones=ZONES)  # noqa: DTZ001  the zone is drawn
ARTICLES = st.builds(
    Article,
    **dict.fromkeys(
        ("title", "text", "lead", "url", "external_id", "language", "publisher", "agency", "section"), TEXTS
    ),
    published=st.none() | MOMENTS,
    precision=st.none() | st.sampled_from(Precision),
    updated=st.none() | MOMENTS,
    authors=st.lists(TEXTS, max_size=3).map(tuple),
)


@given(ARTICLES)
def test_an_article_comes_back_from_its_bytes_as_it_was(article):
    """The bytes are `texts`: a generation shows its hits from them alone. Also the offset from UTC stays."""
    back = unpack(pack(article))
    assert back == article
    assert (back.published and back.published.utcoffset()) == (article.published and article.published.utcoffset())
    assert b"\n" not in pack(article)
