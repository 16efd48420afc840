"""WARC and ARC: sound records are read, broken ones say so, and what lies behind them is found."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcs import PAGE, arc_record, entry, packed, pages, record, response, short, without_skipped

from newsearch.corpus.formats.base import Kind, RejectedError
from newsearch.corpus.formats.tape import MAX_RECORD_BYTES
from newsearch.corpus.formats.warc import read_warc
from newsearch.corpus.report import Reject

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "pages" / "warc"
REQUEST = record(b"GET / HTTP/1.1\r\n\r\n", "request")


def read(raw, path="crawl.warc.gz"):
    return list(read_warc(entry(raw, path)))


def test_a_page_comes_with_its_address_and_charset():
    """The number counts all records, so that the place can be found again."""
    found = read(packed(record(b"software: x", "warcinfo"), REQUEST, record()))
    assert short(found) == [(1, "WARC: warcinfo record"), (2, "WARC: request record"), 3]
    page = found[2]
    assert (page.place, page.kind, page.raw) == ("crawl.warc.gz:3", Kind.HTML, PAGE)
    assert (page.url, page.charset) == ("https://kuestenbote.example/faehre", "utf-8")


@pytest.mark.parametrize(
    "pack",
    [
        lambda *records: b"".join(records),
        packed,
        lambda *records: gzip.compress(b"".join(records)),
        lambda *records: b"".join(zstandard.ZstdCompressor().compress(one) for one in records),
        lambda *records: packed(*records) + bytes(512),
    ],
    ids=["plain", "a member a record", "one member", "zstd", "padded"],
)
def test_a_file_is_packed_in_any_way(pack):
    """Whatever its name says; members by the record are the rule, and not what every tool does."""
    assert short(read(pack(record(), REQUEST, record()))) == [1, (2, "WARC: request record"), 3]


def test_zstd_with_a_dictionary():
    """As the Archive Team writes it: the dictionary in a frame of its own that unpackers pass over."""
    dictionary = zstandard.ZstdCompressionDict(record() * 4)
    frames = [zstandard.ZstdCompressor(dict_data=dictionary).compress(record()) for _ in range(2)]
    for stored in (dictionary.as_bytes(), zstandard.ZstdCompressor().compress(dictionary.as_bytes())):
        head = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored
        assert short(read(head + b"".join(frames))) == [1, 2]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (response(status="404 Not Found"), "WARC: HTTP status 404"),
        (response(status="301 Moved"), "WARC: HTTP status 301"),
        (response(mime="image/png"), "WARC: not HTML"),
        (response(mime="application/json"), "WARC: not HTML"),
        (b"<p>no head</p>", "no HTTP response"),
        (b"", "no HTTP response"),
        (response(PAGE, Content_Encoding="lzma2").replace(b"<", b"x"), "unknown coding"),
        (response(gzip.compress(bytes(20_000_000)), Content_Encoding="gzip"), "too large"),
    ],
)
def test_what_is_no_page_says_why(body, reason):
    """Redirects, errors and images are no articles and no faults of the file; a bomb is never unpacked whole."""
    assert short(read(record(body) + record())) == [(1, reason), 2]


@pytest.mark.parametrize("kind", ["revisit", "metadata", "resource", "conversion", "telepathy"])
def test_other_records_are_left_out_and_counted(kind):
    """By their type; one that nobody knows is no reason of its own."""
    (found,) = read(record(kind=kind))
    assert found.reason == f"WARC: {'other' if kind == 'telepathy' else kind} record"


def _chunked(body, size=7):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _deflated(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (_chunked(PAGE), {"Transfer_Encoding": "chunked"}),
        (PAGE, {"Transfer_Encoding": "chunked"}),
        (_chunked(gzip.compress(PAGE)), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (gzip.compress(PAGE), {"Content_Encoding": "GZIP"}),
        (PAGE, {"Content_Encoding": "gzip"}),
        (PAGE, {"X_Crawl_Content_Encoding": "gzip"}),
        (zlib.compress(PAGE), {"Content_Encoding": "deflate"}),
        (_deflated(PAGE), {"Content_Encoding": "deflate"}),
        (PAGE, {"Content_Encoding": "deflate"}),
        (brotli.compress(PAGE), {"Content_Encoding": "br"}),
        (PAGE, {"Content_Encoding": "br"}),
        (zstandard.compress(PAGE), {"Content_Encoding": "zstd"}),
        (gzip.compress(brotli.compress(PAGE)), {"Content_Encoding": "br, gzip"}),
        (PAGE, {"Content_Encoding": "utf-8"}),
    ],
)
def test_the_codings_of_http_are_undone(body, fields):
    """Also where the crawler has undone them already and left the header as it was, as most do."""
    assert [page.raw for page in read(record(response(body, **fields)))] == [PAGE]


def test_a_page_cut_off_on_its_way_is_given_as_far_as_it_goes():
    """The crawler's connection broke: what there is may still be the article."""
    noise = random.Random(7).randbytes(5000)
    body = gzip.compress(PAGE + noise)
    (page,) = read(record(response(body[:-2000], Content_Encoding="gzip")))
    assert page.raw.startswith(PAGE)
    assert len(PAGE) < len(page.raw) < len(PAGE) + 5000


def test_heads_as_tools_write_them():
    """Line feeds alone, folded lines, addresses in brackets as wget has them, spaces in them."""
    head = b"WARC/1.1\nwarc-type: response\nWARC-Target-URI: <https://a.example/a b>\nX: 1\n 2\nContent-Length: "
    body = response().replace(b"\r\n", b"\n")
    (page,) = read(head + b"%d\n\n" % len(body) + body + b"\n\n")
    assert (page.url, page.raw) == ("https://a.example/a%20b", PAGE)


@pytest.mark.parametrize("pack", [lambda *records: b"".join(records), packed])
@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (record(length=60), "wrong length"),
        (record(length=260), "wrong length"),
        (record(length=100_000), "wrong length"),
        (record(length=10**15), "wrong length"),
        (record(length="viele"), "no length"),
        (record(length=-1), "no length"),
        (record().replace(b"Content-Length", b"Inhalt"), "no length"),
        (b"Unsinn zwischen den Saetzen\r\n\r\n", "no record"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "no end"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n", "no end"),
    ],
    ids=range(10),
)
def test_what_lies_behind_a_broken_record_is_read(pack, broken, reason):
    """One reject that says where, and the sound records on both sides of it."""
    found = read(pack(record(), broken, record(url="https://a.example/2"), REQUEST))
    assert short(found) == [1, (2, reason), 3, (4, "WARC: request record")]
    assert found[2].url == "https://a.example/2"
    assert f"Record at byte {len(record()):,} of the content" in found[1].detail


@pytest.mark.parametrize("at", [12, 40, 200])
def test_a_damaged_gzip_member_costs_one_record(at):
    """Python's gzip, warcio and FastWARC end there, with nothing of the rest."""
    members = [packed(record(url=f"https://a.example/{number}")) for number in range(4)]
    members[1] = members[1][:at] + bytes([members[1][at] ^ 0x55]) + members[1][at + 1 :]
    found = read(b"".join(members))
    assert [page.url[-1] for page in pages(found)] == ["0", "2", "3"]
    assert {reject.reason for reject in found if isinstance(reject, Reject)} <= {"damaged", "no record", "wrong length"}


def test_a_checksum_that_is_wrong_spoils_its_record():
    """What was unpacked is whole by its length, and not what was packed."""
    members = [packed(record(url=f"https://a.example/{number}")) for number in range(3)]
    members[1] = members[1][:-5] + bytes([members[1][-5] ^ 1]) + members[1][-4:]
    found = read(b"".join(members))
    assert short(found) == [1, (2, "damaged"), 3]
    assert "cannot be unpacked" in found[1].detail


@pytest.mark.parametrize("pack", [lambda *records: b"".join(records), packed])
def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(pack):
    """And says so."""
    raw = pack(record(), record())
    for cut in (len(raw) - 30, len(raw) // 2 + 20):
        found = read(raw[:cut])
        assert short(found) == [1, (2, "cut off")]


def test_garbage_alone_is_one_reject():
    """No silent stop, and no reject for each of its lines."""
    assert short(read(b"Das ist kein Archiv.\nWirklich nicht.\n" * 9000)) == [(1, "no record")]
    with pytest.raises(RejectedError, match="Found no record"):
        read(b"\r\n\r\n")


def test_a_record_too_long_is_passed_over(monkeypatch):
    """A video of gigabytes is never held; a page of that size is rejected."""
    monkeypatch.setattr("newsearch.corpus.formats.tape.MAX_RECORD_BYTES", 100_000)
    long = response(PAGE + bytes(300_000))
    found = read(packed(record(long), record(long, "resource"), record(long[:90_000]), record()))
    assert short(found) == [(1, "too large"), (2, "WARC: resource record"), 3, 4]
    found = read(record(long, length=400_000) + record(long, length=90_000) + record())
    assert short(found) == [(1, "wrong length"), (2, "wrong length"), 3]
    assert MAX_RECORD_BYTES > 10_000_000


def test_arc():
    """Version 1 and 2, with the address as it was written then."""
    head = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain 9\n1 0 Test\n\n"
    long = b"https://a.example/2 1.2.3.4 20140216050221 text/html 200 - - 17 a.arc %d\n" % len(response()) + response()
    image, spaced = arc_record(mime="image/gif"), arc_record(url="http://a.example/?title=Examples From The Web")
    for pack in (lambda *records: b"".join(records), packed):
        found = read(pack(head, arc_record(), long + b"\n", image, spaced))
        assert short(found) == [(1, "WARC: filedesc record"), 2, 3, (4, "WARC: not HTML"), 5]
        assert [page.url for page in pages(found)][1:] == [
            "https://a.example/2",
            "http://a.example/?title=Examples%20From%20The%20Web",
        ]


def test_an_arc_record_of_wrong_length_costs_itself():
    """Its neighbours are found by how they begin."""
    bad = arc_record().replace(b" %d\n" % len(response()), b" 40\n")
    assert short(read(arc_record() + bad + arc_record())) == [1, (2, "wrong length"), 3]


@pytest.mark.skipif(not SAMPLES.exists(), reason="needs ../shared/pages, which is not part of the repository")
def test_the_samples_of_warcio():
    """Sixteen sound and broken files: every sound page, every fault, to the end of each."""
    found = {path.name: without_skipped(read(path.read_bytes(), path.name)) for path in sorted(SAMPLES.iterdir())}
    assert {name: short(those) for name, those in found.items() if those} == {
        "bad.arc": [(1, "no length"), (2, "no length"), (4, "no length")],
        "example-bad-non-chunked.warc.gz": [3],
        "example-bad.warc.gz.bad": [2],
        "example-iana.org-chunked.warc": [2],
        "example-space-in-url.arc": [(2, "cut off")],
        "example-trunc.warc": [3],
        "example-wget-bad-target-uri.warc.gz": [3],
        "example-wrong-chunks.warc.gz": [1],
        "example.arc": [2],
        "example.arc.gz": [2],
        "example.warc": [3],
        "example.warc.gz": [3],
    }
    sizes = {len(page.raw) for those in found.values() for page in pages(those)}
    assert sizes == {1270, 7223}
    assert len(found) == 16


SEVERAL = packed(record(), REQUEST, record(response(_chunked(PAGE), Transfer_Encoding="chunked")), record())
FLIPS = st.lists(st.tuples(st.integers(0, len(SEVERAL) - 1), st.integers(1, 255)), max_size=3)


@settings(max_examples=150, deadline=None)
@given(FLIPS, st.integers(0, len(SEVERAL)), st.booleans())
def test_no_damage_breaks_the_reader(flips, cut, plain):
    """Bytes flipped, bytes cut off, packed or plain: an end, and something said of each file that is not empty."""
    raw = bytearray(SEVERAL)
    if plain:
        raw = bytearray(gzip.decompress(SEVERAL))
    for at, change in flips:
        raw[at] ^= change
    try:
        found = read(bytes(raw[:cut]))
    except RejectedError as exc:
        assert exc.reason == "empty file"  # noqa: PT017 - either way is right
    else:
        assert 1 <= len(found) <= 12
        assert [one.place for one in found] == [f"crawl.warc.gz:{number}" for number in range(1, len(found) + 1)]
