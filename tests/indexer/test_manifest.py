"""What a generation says of itself."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson
import pytest

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.manifest import FORMAT, IndexManifest, describe_files, pack, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = IndexManifest(
    id="20260102T030405.000000Z-abcdef01",
    created="2026-01-02T03:04:05+00:00",
    model="toy",
    fingerprint="abcdef01" * 8,
    dimension=32,
    table="0123" * 16,
    settings={"chunker": 1, "passages": {"target": 350, "limit": 600, "short": 150}, "time_zone": "Europe/Berlin"},
    counts={"articles": 2, "passages": 5, "pieces": 77},
    versions={"newsearch": "0.1.0"},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A generation of two files and its manifest."""
    (tmp_path / "vectors.faiss").write_bytes(b"12345")
    (tmp_path / "texts.jsonl").write_bytes(b"")
    write(tmp_path, replace(MANIFEST, files=describe_files(tmp_path)))
    return tmp_path


def write(folder: Path, manifest: IndexManifest) -> None:
    (folder / "manifest.json").write_bytes(pack(manifest))


def test_what_was_written_is_read(folder):
    read = read_manifest(folder)
    assert replace(read, files={}) == MANIFEST
    assert read.files == {
        "texts.jsonl": {"bytes": 0, "sha256": sha256(b"").hexdigest()},
        "vectors.faiss": {"bytes": 5, "sha256": sha256(b"12345").hexdigest()},
    }


def test_a_manifest_is_json_for_people(folder):
    outer = orjson.loads((folder / "manifest.json").read_bytes())
    assert outer["manifest"]["counts"] == {"articles": 2, "passages": 5, "pieces": 77}
    assert outer["manifest"]["format"] == FORMAT


def test_a_changed_number_does_not_fit_the_manifests_own_hash(folder):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"articles": 2', b'"articles": 3'))
    with pytest.raises(DamagedIndexError, match=r"manifest\.json was changed after it was written.*newsearch rebuild"):
        read_manifest(folder)


def test_a_file_of_another_size_is_named_with_both_sizes(folder):
    (folder / "vectors.faiss").write_bytes(b"1234")
    with pytest.raises(DamagedIndexError, match=r"vectors\.faiss has 4 bytes, the manifest promises 5 bytes"):
        read_manifest(folder)


def test_a_missing_file_is_named(folder):
    (folder / "texts.jsonl").unlink()
    with pytest.raises(DamagedIndexError, match=r"texts\.jsonl is missing, the manifest promises 0 bytes"):
        read_manifest(folder)


@pytest.mark.parametrize("number", [0, FORMAT + 1, None, "1"])
def test_another_format_is_refused_with_both_numbers(folder, number):
    """Also before its own hash is asked: a later format may hash otherwise."""
    path = folder / "manifest.json"
    outer = orjson.loads(path.read_bytes())
    outer["manifest"]["format"] = number
    path.write_bytes(orjson.dumps(outer))
    with pytest.raises(DamagedIndexError, match=rf"written in format {number}, this newsearch reads formats 1 to 3"):
        read_manifest(folder)


@pytest.mark.parametrize(
    "raw", [b"", b"junk", b"{}", b"[]", b"null", b'{"manifest": {}}', b'{"manifest": [], "sha256": ""}']
)
def test_a_manifest_that_is_none_says_what_to_do(folder, raw):
    (folder / "manifest.json").write_bytes(raw)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json cannot be read .*Run newsearch rebuild") as caught:
        read_manifest(folder)
    assert caught.value.exit_code == 4


def test_a_generation_without_a_manifest_was_never_finished(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(DamagedIndexError, match=r"manifest\.json cannot be read"):
        read_manifest(folder)
