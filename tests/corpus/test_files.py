"""Walking folders, splitting files; every bad file says what it is."""

from __future__ import annotations

import io
import os
import tracemalloc

import orjson
import pytest

from newsearch.corpus.formats import jsonfiles
from newsearch.corpus.formats.base import Kind, RawRecord
from newsearch.corpus.formats.files import raw_records
from newsearch.corpus.formats.jsonfiles import bounded_lines
from newsearch.corpus.formats.records import parse_record
from newsearch.corpus.report import Reject
from newsearch.corpus.walking import walk

LINE = b'{"title": "Kein Schiff", "text": "Die F\xc3\xa4hre liegt im Dock."}'


def read(path):
    """All that one file gives."""
    return [raw for found in walk(str(path)) for raw in ([found] if isinstance(found, Reject) else raw_records(found))]


def only_reject(path):
    (reject,) = read(path)
    assert isinstance(reject, Reject)
    return reject


def write(path, content):
    path.write_bytes(content)
    return path


def test_folders_are_walked_in_order_without_hidden_files(tmp_path):
    """Two runs agree, and .DS_Store, .git and editors' files are not counted."""
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden/x.txt", ".DS_Store", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Titel\n\nText")
    assert [raw.path for raw in read(tmp_path)] == ["a.txt", "b/1.txt", "b/2.txt", "c.txt"]


def test_a_loop_of_links_ends(tmp_path):
    """A link to a folder is reported, not followed; a link to a file is read."""
    write(tmp_path / "a.txt", b"Titel\n\nText")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "z.txt").symlink_to(tmp_path / "a.txt")
    first, loop, last = read(tmp_path)
    assert (first.path, last.path) == ("a.txt", "z.txt")
    assert (loop.place, loop.reason) == ("loop", "link to a folder")
    assert "name the folder itself as a source" in loop.detail


def test_the_source_itself_may_be_a_link(tmp_path):
    """The user named it."""
    (tmp_path / "real").mkdir()
    write(tmp_path / "real" / "a.txt", b"Titel\n\nText")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [raw.path for raw in read(tmp_path / "link")] == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "content", "reason", "detail"),
    [
        ("bericht.pdf", b"%PDF", "not a known format", r"Found a .pdf file. What is read: text dumps"),
        ("seite.xml", b"<urlset>", "not a known format", "JSON articles (.jsonl and .ndjson"),
        ("Makefile", b"x", "not a known format", "Found a file without a suffix"),
        ("README.md", b"x", "not a known format", "Found a .md file"),
        (
            "README.txt",
            b"Ein Ordner\n\nvoller Artikel",
            "not an article",
            "A file named README describes a folder. If it is an",
        ),
        ("license.txt", b"MIT\n\nyou may", "not an article", "rename it"),
        ("a.txt", b"", "empty file", "Found 0 bytes. If there should be an article: copy the file here again."),
        ("a.jsonl", b"", "empty file", "Found 0 bytes"),
        ("a.jsonl", b"\n\n \n", "empty file", "Found 3 empty lines, wanted one JSON object a line."),
        ("a.jsonl", b"\x00\x01\n", "binary file", "NUL bytes"),
        ("a.json", b"\x00\x01", "binary file", "NUL bytes"),
        ("a.json", b"[]", "not an object", "Found an empty array, wanted an article"),
        ("a.json", b"17", "not an object", "Found a number"),
        ("a.json", b'{"text": "Die F', "broken JSON", "at character"),
    ],
)
def test_a_file_that_holds_nothing_to_read_says_so(tmp_path, name, content, reason, detail):
    """What was found, what was wanted, what to do; never silence."""
    reject = only_reject(write(tmp_path / name, content))
    assert (reject.place, reject.reason) == (name, reason)
    assert detail in reject.detail


@pytest.mark.parametrize(("name", "most"), [("a.txt", "20"), ("a.json", "128")])
def test_a_file_of_200_mb_is_never_read(tmp_path, name, most):
    """Its size is asked; reading it would cost memory and time."""
    with (tmp_path / name).open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    reject = only_reject(tmp_path / name)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert reject.reason == "too large"
    assert reject.detail.startswith(f"Found 200 MB, wanted at most {most} MB. ")


def test_a_file_that_is_gone_is_a_reject(tmp_path):
    """A link into nothing, a file deleted while the folder is walked."""
    (tmp_path / "a.txt").symlink_to(tmp_path / "nothing")
    reject = only_reject(tmp_path)
    assert reject.reason == "cannot be read"
    assert reject.detail.startswith("No such file or directory. Wanted a file or folder that this user may read")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_a_reject(tmp_path):
    """The folders beside it are read."""
    (tmp_path / "a").mkdir(mode=0)
    write(tmp_path / "b.txt", b"Titel\n\nText")
    reject, raw = read(tmp_path)
    assert (reject.place, reject.reason, raw.path) == ("a/", "cannot be read", "b.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json"])
def test_a_pipe_is_not_waited_for(tmp_path, name):
    """Opening it would stop the nightly run for ever."""
    os.mkfifo(tmp_path / name)
    assert only_reject(tmp_path).reason == "not a file"


def test_a_name_that_is_no_text_is_a_reject(tmp_path):
    """Nothing could print, store or link it."""
    try:
        write(tmp_path / os.fsdecode(b"K\xf6ln.txt"), b"Titel\n\nText")
    except OSError:
        pytest.skip("this file system only takes UTF-8")
    reject = only_reject(tmp_path)
    assert (reject.place, reject.reason) == ("K\\udcf6ln.txt", "file name is not UTF-8")


@pytest.mark.parametrize(
    ("name", "content", "records"),
    [
        ("a.jsonl", LINE + b"\n\n" + LINE + b"\r\n", [1, 3]),
        ("a.ndjson", b"\xef\xbb\xbf" + LINE, [1]),
        ("a.jsonl", (LINE + b"\n" + LINE).decode().encode("utf-16"), [1, 2]),
        ("a.JSON", LINE, [0]),
        ("a.json", orjson.dumps(orjson.loads(LINE), option=orjson.OPT_INDENT_2), [0]),
        ("a.json", b"[" + LINE + b",\n" + LINE + b"]", [1, 2]),
        ("a.json", b'{"articles": [' + LINE + b"]}", [1]),
        ("a.json", b'{"V1": ' + LINE + b', "V2": ' + LINE + b"}", [1, 2]),
        ("a.json", LINE + b"\n" + LINE + b"\n", [1, 2]),
        ("a.json", b'{"text": "Die F\n' + LINE + b"\n", [1, 2]),
    ],
)
def test_json_is_split_by_what_it_holds(tmp_path, name, content, records):
    """Lines, one object, an array, an object of articles: users do not know what their tool wrote."""
    found = read(write(tmp_path / name, content))
    assert [raw.record for raw in found] == records
    assert all(raw.kind is Kind.RECORD for raw in found)
    assert orjson.loads(found[-1].raw) == orjson.loads(LINE)


@pytest.mark.parametrize("value", ['"Kein \\ud83d Schiff"', "123456789012345678901234567890"])
def test_what_orjson_refuses_is_read_from_an_array_as_from_lines(tmp_path, value):
    """Half a character, as tools leave that cut strings, or a large number rejects no record."""
    line = b'{"title": %s, "text": "Die Faehre liegt im Dock."}' % value.encode()
    parsed = [
        parse_record(raw.raw)
        for name, content in (("a.jsonl", line), ("a.json", b"[" + line + b"]"))
        for raw in read(write(tmp_path / name, content))
    ]
    assert parsed[0] == parsed[1]
    assert parsed[0].article.text == "Die Faehre liegt im Dock."


def test_a_line_too_long_is_skipped_and_the_rest_read(tmp_path, monkeypatch):
    """The reject names file and line; the lines around it are kept."""
    monkeypatch.setattr(jsonfiles.bounded_lines, "__defaults__", (100,))
    first, long, last = read(write(tmp_path / "a.jsonl", LINE + b"\n" + b"x" * 3_000_000 + b"\n" + LINE))
    assert (first.record, last.record) == (1, 3)
    assert (long.place, long.reason) == ("a.jsonl:2", "line too long")
    assert "wanted one article a line. It was skipped and the lines after it were read" in long.detail


def test_no_more_than_the_limit_of_a_line_is_held():
    """16 MB, whatever the file's size."""
    asked = []
    file = io.BytesIO(b"a\n" + b"x" * 5_000_000 + b"\nb")

    def readline(most):
        asked.append(most)
        return file.readline(most)

    assert list(bounded_lines(readline, 10)) == [b"a\n", None, b"b"]
    assert max(asked) <= 1 << 20


def test_equal_bytes_have_equal_keys_of_their_kind(tmp_path):
    """A version is found by its bytes, wherever they lie now; a dump and a record are never mixed up."""
    (one,) = read(write(tmp_path / "a.jsonl", LINE))
    (two,) = read(write(tmp_path / "b.ndjson", b"  " + LINE + b"\n"))
    dump = RawRecord("c.txt", 0, Kind.DUMP, LINE)
    assert one.key == two.key != dump.key
    assert len(one.key) == 32
