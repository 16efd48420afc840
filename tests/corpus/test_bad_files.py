"""Whatever lies in an archive: read as far as it goes, or rejected with file and place; the reading goes on."""

from __future__ import annotations

import gzip
import os
import tracemalloc

import orjson
import pytest

from newsearch.corpus import reading
from newsearch.corpus.reading import read_sources
from newsearch.corpus.store import ArticleStore

GOOD = orjson.dumps({"title": "Kein Schiff", "text": "Die Fähre liegt im Dock."})


@pytest.fixture
def read(tmp_path):
    """Reads the folder `archive`, in which a good file lies behind all others, and gives the rejects by place."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "z.jsonl").write_bytes(GOOD)

    def run(source=folder):
        with ArticleStore.open(tmp_path / "articles.sqlite") as store:
            report = read_sources([source], store).report
        assert report.kept >= 1
        assert report.read == report.kept + report.duplicates + report.rejected_total + report.skipped.total()
        return {reject.place: reject.reason for reject in report.examples if reject.reason != "duplicate"}

    return folder, run


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_of_50_mb_is_never_held(read, packed):
    folder, run = read
    page = b"<html><body>" + b"<p>Ein Satz, der sich wiederholt.</p>" * 1_400_000
    (folder / "a.html").write_bytes(gzip.compress(page, 1) if packed else page)
    del page
    tracemalloc.start()
    assert run() == {"a.html": "too large"}
    assert tracemalloc.get_traced_memory()[1] < 45_000_000  # some 10 MB are read before it is known of a packed page
    tracemalloc.stop()


def test_a_name_with_line_ends_is_a_name(read):
    folder, run = read
    (folder / "a\nb\t\x1b[31m.jsonl").write_bytes(b"kaputt")
    (folder / "c\nd.jsonl").write_bytes(GOOD.replace(b"Kein", b"Ein"))
    assert run() == {"a\nb\t\x1b[31m.jsonl:1": "broken JSON"}


def test_a_file_that_vanishes_before_it_is_opened_is_a_reject(read, monkeypatch):
    folder, run = read
    (folder / "a.jsonl").write_bytes(GOOD)
    real = reading.raw_records

    def vanish(found, root):
        (folder / "a.jsonl").unlink(missing_ok=True)
        return real(found, root)

    monkeypatch.setattr(reading, "raw_records", vanish)
    assert run() == {"a.jsonl": "cannot be read"}


def test_a_file_that_becomes_shorter_while_it_is_read_is_read_as_far_as_it_goes(read, monkeypatch):
    """What is gone is no reject: the file is as it is now."""
    folder, run = read
    lines = [orjson.dumps({"text": f"Satz {n} " + "x" * 1000}) for n in range(1000)]
    (folder / "a.jsonl").write_bytes(b"\n".join(lines))
    real = reading.raw_records

    def shorten(found, root):
        for number, raw in enumerate(real(found, root)):
            if number == 10 and found.path == "a.jsonl":
                os.truncate(found.file, 200_500)
            yield raw

    monkeypatch.setattr(reading, "raw_records", shorten)
    (place,) = run()
    assert place.startswith("a.jsonl:")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_reject(read):
    folder, run = read
    (folder / "a.jsonl").touch(mode=0)
    assert run() == {"a.jsonl": "cannot be read"}


def test_a_folder_of_links_to_itself_ends(read):
    folder, run = read
    (folder / "a").symlink_to(folder)
    (folder / "b").symlink_to(folder / "b")
    assert run() == {"a": "link to a folder", "b": "cannot be read"}


def test_two_encodings_in_one_file_are_both_read(read, tmp_path):
    """Lines that were pasted together from two tools."""
    folder, run = read
    line = '{"title": "Fähre", "text": "%s größere Schiffe fahren täglich."}'
    (folder / "a.jsonl").write_bytes((line % "Zwölf").encode() + b"\n" + (line % "Fünf").encode("cp1252"))
    assert run() == {}
    with ArticleStore.open(tmp_path / "articles.sqlite") as store:
        found = read_sources([folder / "a.jsonl"], store)
        texts = [store.article(seen.key, seen.source).text for seen in found.sightings]
    assert texts == ["Zwölf größere Schiffe fahren täglich.", "Fünf größere Schiffe fahren täglich."]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_or_device_is_not_waited_for(read):
    folder, run = read
    os.mkfifo(folder / "a.tar.gz")
    (folder / "b.txt").symlink_to("/dev/zero")
    assert run() == {"a.tar.gz": "not a file", "b.txt": "not a file"}
