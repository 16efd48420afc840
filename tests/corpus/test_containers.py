"""Files in files: read as deep as they are packed, and as far as they are sound."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsearch.corpus import containers, streams
from newsearch.corpus.formats.base import Kind
from newsearch.corpus.formats.files import raw_records
from newsearch.corpus.report import Reject
from newsearch.corpus.walking import walk

LINES = b"".join(orjson.dumps({"title": f"Nr. {n}", "text": f"Satz {n}."}) + b"\n" for n in range(500))
PAGE = b"<!doctype html><html><body><p>Die F\xc3\xa4hre liegt im Dock.</p></body></html>"


def read(path):
    """All that one source gives."""
    return [
        raw
        for found in walk(str(path))
        for raw in ([found] if isinstance(found, Reject) else raw_records(found, str(path)))
    ]


def write(path, content):
    path.write_bytes(content)
    return path


def tar(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def rejects(found):
    return [(raw.place, raw.reason) for raw in found if isinstance(raw, Reject)]


def places(found):
    return [raw.place for raw in found if not isinstance(raw, Reject)]


PACKERS = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
    "two gz": lambda raw: gzip.compress(raw[:1000]) + gzip.compress(raw[1000:]),
    "two xz, padded": lambda raw: lzma.compress(raw[:1000]) + bytes(8) + lzma.compress(raw[1000:]) + bytes(4),
    "two zst": lambda raw: zstandard.compress(raw[:1000]) + zstandard.compress(raw[1000:]),
}


def _unsized(raw):
    packer = zstandard.ZstdCompressor().compressobj()
    return packer.compress(raw) + packer.flush()


PACKERS["zst without a size"] = _unsized


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.json", "a"])
def test_a_compressed_file_is_read_as_what_it_holds(tmp_path, packer, name):
    """Whatever its name says; its lines have the numbers that they have unpacked."""
    found = read(write(tmp_path / name, PACKERS[packer](LINES)))
    assert b"\n".join(raw.raw for raw in found) + b"\n" == LINES
    assert places(found)[::499] == [f"{name}:1", f"{name}:500"]


@pytest.mark.parametrize("packer", ["gz", "xz", "zst"])
def test_what_comes_before_a_broken_tail_is_read(tmp_path, packer):
    """A download that stopped: the whole lines that there are, then a reject that names the file."""
    whole = PACKERS[packer](b"".join(orjson.dumps({"text": "x" * 50 + str(n**5)}) + b"\n" for n in range(20_000)))
    found = read(write(tmp_path / f"a.jsonl.{packer}", whole[: len(whole) // 2]))
    assert rejects(found) == [(f"a.jsonl.{packer}", "cut off")]
    assert len(places(found)) > 5_000


@pytest.mark.parametrize("packer", ["gz", "xz", "zst"])
def test_what_comes_before_a_wrong_byte_is_read(tmp_path, packer):
    """A disk that forgets: never a crash, never a silent stop."""
    raw = b"".join(orjson.dumps({"text": "x" * 50 + str(n**5)}) + b"\n" for n in range(20_000))
    broken = bytearray(PACKERS[packer](raw))
    for at in range(len(broken) // 2, len(broken) // 2 + 20):
        broken[at] ^= 0xFF
    found = read(write(tmp_path / "a.jsonl", bytes(broken)))
    assert ("a.jsonl", "broken archive") in rejects(found)


MEMBERS = {"06/story.html": PAGE, "./07/lines.jsonl": LINES, "leer.jsonl": b"", ".hidden/x.html": PAGE}
INSIDE = ["/06/story.html", "/07/lines.jsonl:1", "/07/lines.jsonl:500"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2025.tar", tar(MEMBERS)),
        ("2025.tar.gz", tar(MEMBERS, "w:gz")),
        ("2025.txz", tar(MEMBERS, "w:xz")),
        ("2025.tar.zst", zstandard.compress(tar(MEMBERS))),
        ("2025.zip", zipped(MEMBERS)),
        ("2025.zip", zipped(MEMBERS, zipfile.ZIP_LZMA)),
        ("2025", zipped(MEMBERS, zipfile.ZIP_STORED)),
    ],
)
def test_members_stand_behind_their_archive(tmp_path, name, content):
    found = read(write(tmp_path / name, content))
    assert [places(found)[at] for at in (0, 1, -1)] == [name + inside for inside in INSIDE]
    assert rejects(found) == [(f"{name}/leer.jsonl", "empty file")]


def test_archives_in_archives_are_read(tmp_path):
    """A zip in a tar is held in memory to be read from its end; what comes after it is still read."""
    inner = zipped({"a/b.html.gz": gzip.compress(PAGE), "c.html": PAGE})
    found = read(write(tmp_path / "x.tgz", tar({"in.zip": inner, "z.html": PAGE}, "w:gz")))
    assert places(found) == ["x.tgz/in.zip/a/b.html.gz", "x.tgz/in.zip/c.html", "x.tgz/z.html"]
    assert {(raw.kind, raw.raw) for raw in found} == {(Kind.HTML, PAGE)}


def test_names_lead_nowhere(tmp_path):
    """Nothing is written; and no link of a hit may lead out of the archive."""
    members = {"../../etc/passwd.html": PAGE, "/abs.html": PAGE, "a\nb.html": PAGE, "..": PAGE}
    assert places(read(write(tmp_path / "x.tar", tar(members)))) == [
        "x.tar/etc/passwd.html",
        "x.tar/abs.html",
        "x.tar/a\nb.html",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.tar"]


def test_a_name_that_is_no_utf8_is_written_out(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", encoding="cp1252", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo("Köln.html")
        info.size = len(PAGE)
        archive.addfile(info, io.BytesIO(PAGE))
    assert places(read(write(tmp_path / "x.tar", out.getvalue()))) == ["x.tar/K\\xf6ln.html"]


def test_a_link_in_an_archive_is_a_reject(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("passwd.html")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    assert rejects(read(write(tmp_path / "x.tar", out.getvalue()))) == [("x.tar/passwd.html", "not a file")]


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.85])
def test_a_tar_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path, keep):
    whole = tar({f"{n}.html": PAGE + bytes([48 + n % 10]) * 2000 for n in range(40)})
    found = read(write(tmp_path / "x.tar", whole[: int(len(whole) * keep)]))
    assert len(places(found)) > 30 * keep
    assert rejects(found)[-1] in {("x.tar", "broken archive"), (f"x.tar/{len(places(found))}.html", "broken archive")}


def test_a_tar_with_a_broken_header_does_not_pass_for_a_shorter_one(tmp_path):
    """Python's tarfile takes it for the end."""
    whole = bytearray(tar({f"{n}.html": PAGE for n in range(5)}))
    whole[2 * 1024 + 10] ^= 0xFF
    found = read(write(tmp_path / "x.tar", bytes(whole)))
    assert places(found) == ["x.tar/0.html", "x.tar/1.html"]
    assert rejects(found) == [("x.tar", "broken archive")]


def test_a_zip_member_with_a_wrong_checksum_is_a_reject_and_the_others_are_read(tmp_path):
    whole = bytearray(zipped({"a.html": PAGE, "b.html": PAGE, "c.html": PAGE}, zipfile.ZIP_STORED))
    whole[whole.index(b"b.html") + 20] ^= 1
    found = read(write(tmp_path / "x.zip", bytes(whole)))
    assert places(found) == ["x.zip/a.html", "x.zip/c.html"]
    assert rejects(found) == [("x.zip/b.html", "broken archive")]
    assert "Bad CRC-32" in next(raw for raw in found if isinstance(raw, Reject)).detail


def test_an_encrypted_member_is_a_reject(tmp_path):
    whole = bytearray(zipped({"a.html": PAGE}))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    assert rejects(read(write(tmp_path / "x.zip", bytes(whole)))) == [("x.zip/a.html", "encrypted")]


def test_a_zip_that_is_cut_off_is_a_reject(tmp_path):
    """Its list of members is at its end."""
    whole = zipped(MEMBERS)
    (reject,) = read(write(tmp_path / "x.zip", whole[:-30]))
    assert (reject.place, reject.reason) == ("x.zip", "broken archive")
    assert "fetch or copy the file again" in reject.detail


def test_an_office_document_is_no_archive(tmp_path):
    (reject,) = read(write(tmp_path / "x.docx", zipped({"[Content_Types].xml": b"<a/>"})))
    assert reject.reason == "not a known format"


def test_a_bomb_ends_the_file_and_not_the_run(tmp_path, monkeypatch):
    """A thousandfold line, a zip in a zip in a zip; the file beside it is read."""
    monkeypatch.setattr(streams, "FREE_BYTES", 1_000_000)
    line = orjson.dumps({"text": "Null " * 1_000_000}) + b"\n"
    bomb = zipped({f"{n}.jsonl": line for n in range(10)})
    for _ in range(3):
        bomb = zipped({f"{n}.zip": bomb for n in range(10)})
    (tmp_path / "a").mkdir()
    write(tmp_path / "a" / "1.zip", bomb)
    write(tmp_path / "a" / "2.html", PAGE)
    found = read(tmp_path / "a")
    assert rejects(found)[-1] == ("1.zip", "archive bomb")
    assert len(rejects(found)) == 1
    assert "If it is sound, unpack it" in next(raw for raw in found if isinstance(raw, Reject)).detail
    assert places(found)[-1] == "2.html"


def test_an_archive_that_unpacks_to_itself_ends(tmp_path):
    content = PAGE
    for _ in range(containers.MAX_DEPTH + 1):
        content = gzip.compress(content)
    assert rejects(read(write(tmp_path / "r.gz", content))) == [("r.gz", "nested too deeply")]


def test_a_million_empty_members_end(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MAX_MEMBERS", 3)
    found = read(write(tmp_path / "x.tar", tar({f"{n}.html": PAGE for n in range(5)})))
    assert (len(places(found)), rejects(found)) == (3, [("x.tar", "archive bomb")])


def test_a_packed_web_archive_is_given_as_it_is(tmp_path):
    """Its reader finds what lies behind a broken record."""
    packed = gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n") * 3
    write(tmp_path / "x.warc.gz", packed)
    assert containers.is_web_archive(packed)
    assert containers.is_web_archive(zstandard.compress(b"WARC/1.0\r\n" * 5_000))
    assert not containers.is_web_archive(gzip.compress(PAGE))


PARTS = st.sampled_from([PAGE, LINES[:200], b"", tar({"a.html": PAGE}), zipped({"b.html": PAGE}), gzip.compress(PAGE)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    parts=st.lists(PARTS, min_size=1, max_size=3),
    wrap=st.sampled_from([tar, zipped]),
    pack=st.sampled_from([bytes, gzip.compress, lzma.compress, zstandard.compress]),
    at=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3),
    keep=st.floats(0.1, 1),
)
def test_whatever_is_broken_ends_in_records_and_rejects(tmp_path_factory, parts, wrap, pack, at, keep):
    """No other exception, no silence: a broken archive gives at least one entry."""
    raw = bytearray(pack(wrap({f"{n}.bin": part for n, part in enumerate(parts)})))
    for where, byte in at:
        raw[int(where * (len(raw) - 1))] ^= byte
    path = tmp_path_factory.mktemp("f") / "x"
    found = read(write(path, bytes(raw[: max(1, int(len(raw) * keep))])))
    assert found
    assert all(raw.place.startswith("x") for raw in found)
