"""CSV: quoted line ends, separators, encodings, broken rows."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcs import entry

from newsearch.corpus.formats import table
from newsearch.corpus.formats.base import Kind, RawRecord, RejectedError
from newsearch.corpus.formats.records import parse_record
from newsearch.corpus.formats.table import read_table


def read(raw):
    return list(read_table(entry(raw if isinstance(raw, bytes) else raw.encode(), "a.csv")))


def rows(raw):
    return [orjson.loads(one.raw) if isinstance(one, RawRecord) else one for one in read(raw)]


def test_a_row_is_an_article():
    """Its fields go by the names that JSON's do; its number is that of the row below the header."""
    raw = 'title,text,date,authors\r\n"Kein Schiff, nirgends","Die Fähre liegt.\r\nIm ""Dock"".",2024-03-03,Eva M; Max M\r\n'
    (record,) = read(raw)
    assert (record.place, record.kind) == ("a.csv:1", Kind.RECORD)
    article = parse_record(record.raw).article
    assert (article.title, article.text) == ("Kein Schiff, nirgends", 'Die Fähre liegt.\n\nIm "Dock".')
    assert (article.authors, article.published.date().isoformat()) == (("Eva M", "Max M"), "2024-03-03")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings(separator, encoding):
    """German spreadsheets write semicolons, old ones Windows-1252."""
    lines = [["title", 'name, "kurz"; lang', "text"], ["Fähre", "", "Öl, Käse; Köln | Ende"]]
    raw = io.StringIO()
    csv.writer(raw, delimiter=separator).writerows(lines)
    assert rows(raw.getvalue().encode(encoding)) == [{"title": "Fähre", "text": "Öl, Käse; Köln | Ende"}]


def test_bytes_of_another_encoding_late_in_the_file():
    """What its first bytes do not tell: rows of two encodings put together."""
    raw = "title,text\n" + "Fähre,im Dock\n" * 3000
    found = rows(raw.encode() + "Käse,Öl\n".encode("cp1252"))
    assert (len(found), found[0], found[-1]) == (
        3001,
        {"title": "Fähre", "text": "im Dock"},
        {"title": "Käse", "text": "Öl"},
    )


def test_a_broken_row_costs_itself():
    """The reject names its line; a text with a line end that is not quoted is no shorter article."""
    raw = 'title,text\n"A\nB",eins\n"C"x,zwei\nD,drei,vier\nE\n,\nF,fünf\nG,"sechs\n'
    found = read(raw)
    assert [(one.place, getattr(one, "reason", "")) for one in found] == [
        ("a.csv:1", ""),
        ("a.csv:2", "broken row"),
        ("a.csv:3", "other fields than the header"),
        ("a.csv:4", "other fields than the header"),
        ("a.csv:6", ""),
        ("a.csv:7", "broken row"),
    ]
    assert "begins in line 4" in found[1].detail
    assert "Found 3 fields in line 5, wanted 2" in found[2].detail
    assert "begins in line 9" in found[5].detail


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no header"),
        (b"text\nDie Faehre\n", "no header"),
        (b"title,text\n", "empty file"),
        (b"\x00\x01,\n", "binary file"),
        (b'"title,text\n', "no header"),
    ],
)
def test_a_file_without_rows_says_so(raw, reason):
    """Never silence."""
    with pytest.raises(RejectedError) as caught:
        read(raw)
    assert caught.value.reason == reason


def test_a_line_without_end_is_not_held(monkeypatch):
    """Its beginning is enough to know."""
    monkeypatch.setattr(table, "MAX_FIELD", 1000)
    with pytest.raises(RejectedError, match="line too long"):
        read("title,text\nA," + "x" * 5000)


CELLS = st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(CELLS)
def test_what_csv_wrote_comes_back(cells):
    """Whatever stands in the cells; line ends of all kinds, quotes, separators."""
    cells = [[cell.encode("utf-8", "ignore").decode().replace("\0", "") for cell in row] for row in cells]
    raw = io.StringIO()
    csv.writer(raw, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *cells])
    wanted = [{name: cell for name, cell in zip("ab", row, strict=True) if cell} for row in cells if any(row)]
    assert rows(raw.getvalue()) == wanted


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader(raw):
    """Rows, rejects, or one reason for the file."""
    try:
        found = read(b"title,text\n" + raw)
    except RejectedError as exc:
        assert exc.reason in ("empty file", "binary file")  # noqa: PT017 - either way is right
    else:
        assert all(one.place.startswith("a.csv:") for one in found)
