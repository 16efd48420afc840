"""JSON arrays, element by element."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcs import entry

from newsearch.corpus.formats import jsonarray
from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.jsonarray import array_elements
from newsearch.corpus.formats.jsonfiles import read_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def elements(raw, most=1 << 20):
    file = io.BytesIO(raw)
    return list(array_elements(lambda count: file.read(min(count, most))))


@settings(max_examples=150, deadline=None)
@given(st.lists(JSON, max_size=5), st.integers(1, 9), st.sampled_from([None, 2]), st.booleans())
def test_the_elements_are_those_of_the_array(array, piece, indent, ascii_only):
    """Whatever they are and wherever the file is cut into pieces."""
    raw = json.dumps(array, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if b"\xed" not in raw:  # half a character, written as such
        assert [json.loads(one) for one in elements(raw, piece)] == array


def test_bytes_come_out_as_they_stand_in_the_file():
    """Of any encoding; half characters, NaN, numbers of any length, line ends in strings."""
    parts = [
        b'{"a": "K\xe4se"}',
        b'{"b":\t"\\ud83d"}',
        b'{"c": NaN}',
        b'{"d": 123456789012345678901234}',
        b'{"e": "x\ny"}',
    ]
    assert elements(b"\xef\xbb\xbf [" + b" ,\n".join(parts) + b"]\n", 3) == parts


def test_arrays_after_one_another():
    """As tools leave that append."""
    assert elements(b'[{"a":1}]\n[{"b":2},{"c":3}]') == [b'{"a":1}', b'{"b":2}', b'{"c":3}']


@pytest.mark.parametrize(
    ("raw", "count", "detail"),
    [
        (b'[{"a": 1}, {"b": 2}', 2, "does not end"),
        (b'[{"a": 1}, {"b": ', 1, "at '"),
        (b'[{"a": 1}, {"b" 2}, {"c": 3}]', 1, "What came before was read, and nothing after"),
        (b'[{"a": 1}] und mehr', 1, "behind an array"),
        (b'[{"a": 1}, ' + b"[" * 100_000, 1, "nested too deeply"),
    ],
)
def test_what_comes_before_a_fault_is_read(raw, count, detail):
    """And the fault is said, with the number of the record."""
    *records, reject = read_json(entry(raw, "a.json"))
    assert [one.record for one in records] == list(range(1, count + 1))
    assert (reject.place, reject.reason) == (f"a.json:{count + 1}", "broken JSON")
    assert detail in reject.detail


def test_an_element_without_end_is_not_held(monkeypatch):
    """A quotation mark that never closes would make one of the rest of the file."""
    monkeypatch.setattr(jsonarray, "MAX_ELEMENT", 5000)
    monkeypatch.setattr(jsonarray, "_PIECE", 1000)
    asked = []
    file = io.BytesIO(b'[{"a": "' + b"x" * 100_000)
    with pytest.raises(RejectedError, match="too large"):
        list(array_elements(lambda count: asked.append(count) or file.read(count)))
    assert sum(asked) < 10_000


def test_answers_of_services_hold_lists():
    """With other fields beside the list; an article with a list of its own is one article."""
    found = list(
        read_json(entry(b'{"status": "ok", "total": 2, "articles": [{"text": "a"}, {"text": "b"}]}', "a.json"))
    )
    assert [one.record for one in found] == [1, 2]
    found = list(read_json(entry(b'{"text": "a", "images": [{"href": "x"}]}', "a.json")))
    assert [one.record for one in found] == [0]
