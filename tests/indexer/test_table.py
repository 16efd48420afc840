"""The static token table."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tiny_table import HARBOUR, table_of

from newsearch.corpus.errors import ModelError
from newsearch.indexer.ragged import Ragged
from newsearch.indexer.table import FORMAT, MIN_COSINE, SHIPPED, StaticTable, lengths_of, quantise

if TYPE_CHECKING:
    from pathlib import Path

TABLE = table_of(HARBOUR)
NUMBERS = st.floats(-1e3, 1e3, width=32).map(lambda x: x if abs(x) > 1e-9 else 0.0)  # below 1e-12 a row counts as empty
TABLES = arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=NUMBERS)


@given(TABLES, st.sampled_from([63, 127]))
def test_int8_keeps_every_number_to_half_a_step(table, largest):
    """A step is the row's scale; the thousandth above is float32's own."""
    packed, scales = quantise(table, largest)
    assert (packed.dtype, scales.dtype) == (np.int8, np.float32)
    assert np.abs(packed.astype(int)).max(axis=1).tolist() == [largest if row.any() else 0 for row in table]
    error = np.abs(packed.astype(np.float64) * scales[:, None] - table)
    assert (error <= scales[:, None] * 0.501).all()


def test_the_largest_number_of_a_row_is_127_steps():
    packed, scales = quantise(np.array([[2.54, -1.27, 0], [0, 0, 0]], np.float32))
    assert packed.tolist() == [[127, -64, 0], [0, 0, 0]]  # 1.27 is 63.5 steps of .02
    assert scales[0] == pytest.approx(0.02)


def test_a_row_in_seven_bits_by_hand():
    packed, scales = quantise(np.array([[63, -31.4, 0.6], [0.5, -0.2, 0]], np.float32), 63)
    assert packed.tolist() == [[63, -31, 1], [63, -25, 0]]
    assert scales.tolist() == pytest.approx([1, 0.5 / 63])


def test_a_pieces_weight_is_its_vectors_length():
    assert lengths_of(TABLE.rows(np.arange(6))) == pytest.approx([0, 2, 2, 1, 1, 1], abs=0.01)


def test_pieces_near_a_piece_are_those_above_the_cosine_by_hand():
    """hafen to port .8; port to kai .6, to schiff .36; kai to schiff .6; schiff to boot .8; an unknown word is near nothing."""
    near = TABLE.neighbours
    assert [near[piece].tolist() for piece in range(6)] == [[], [1, 2], [1, 2, 3, 4], [2, 3, 4], [2, 3, 4, 5], [4, 5]]
    assert near.flat.dtype == np.uint16


def test_the_pieces_near_each_that_ship_are_those_of_the_vectors(shipped):
    """Every 500th piece against all; whole numbers below 2^24, so that the products are exact in float32."""
    some = np.arange(0, len(shipped.scales), 500)
    floats = shipped.vectors.astype(np.float32)
    lengths = lengths_of(floats)
    cosines = floats[some] @ floats.T / (lengths[some, None] * lengths)
    for piece, row in zip(some.tolist(), cosines, strict=True):
        near = set(shipped.neighbours[piece].tolist())
        assert set(np.flatnonzero(row > MIN_COSINE + 1e-5).tolist()) <= near
        assert near <= set(np.flatnonzero(row > MIN_COSINE - 1e-5).tolist())


def test_a_text_is_its_pieces_in_order_whatever_their_case():
    pieces = TABLE.pieces_of(["Hafen, PORT", "", "boot boot"])
    assert [pieces[n].tolist() for n in range(3)] == [[1, 0, 2], [], [5, 5]]


def test_a_sum_is_the_sum_of_the_pieces_vectors_as_often_as_they_occur():
    """hafen + hafen + kai = (4, 1, 0); no pieces sum up to zero."""
    sums = TABLE.sums(TABLE.pieces_of(["hafen kai hafen", "", "quark", "boot"]))
    assert sums == pytest.approx(np.array([[4, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]]), abs=0.01)
    assert TABLE.sums(TABLE.pieces_of([])).shape == (0, 3)


@given(st.lists(st.lists(st.integers(0, 39), max_size=12), max_size=6), st.integers(0, 99))
def test_sums_are_those_of_a_loop(texts, seed):
    packed, scales = quantise(np.random.default_rng(seed).standard_normal((40, 5)).astype(np.float32))
    table = StaticTable("", None, packed, scales)
    wanted = np.zeros((len(texts), 5))
    for row, text in enumerate(texts):
        for piece in text:
            wanted[row] += packed[piece].astype(float) * scales[piece]
    assert table.sums(Ragged.of(texts, np.int32)) == pytest.approx(wanted, abs=1e-4)


def test_the_shipped_table_is_what_its_model_json_says(shipped):
    facts = orjson.loads((SHIPPED / "model.json").read_bytes())
    assert (shipped.fingerprint, shipped.dimension) == (facts["fingerprint"], facts["dimension"])
    assert shipped.vectors.shape == (shipped.tokenizer.get_vocab_size(), facts["dimension"])
    assert shipped.scales.shape == (len(shipped.vectors),)


def test_the_shipped_tables_pieces_fit_into_16_bits(shipped):
    """A generation keeps them as uint16."""
    assert len(shipped.scales) <= 1 << 16


def test_the_shipped_table_cuts_no_text_off(shipped):
    """A tokenizer.json may hold a longest input, which would drop the end of a passage unseen."""
    assert shipped.pieces_of(["Hafen " * 5000]).lengths.tolist() == [5000 * len(shipped.pieces_of(["Hafen"])[0])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table of five words on disk."""
    (tmp_path / "model.json").write_bytes(orjson.dumps({"format": FORMAT, "fingerprint": "abc", "dimension": 3}))
    TABLE.tokenizer.save(str(tmp_path / "tokenizer.json"))
    np.save(tmp_path / "vectors.npy", TABLE.vectors)
    np.save(tmp_path / "scales.npy", TABLE.scales)
    np.save(tmp_path / "near.npy", TABLE.neighbours.flat)
    np.save(tmp_path / "near.counts.npy", TABLE.neighbours.lengths)
    return tmp_path


def test_a_table_on_disk_is_the_one_that_was_written(folder):
    opened = StaticTable.open(folder)
    assert opened.fingerprint == "abc"
    assert opened.pieces_of(["Hafen boot"])[0].tolist() == [1, 5]
    assert opened.rows(np.arange(6)).tolist() == TABLE.rows(np.arange(6)).tolist()


@pytest.mark.parametrize(
    "name", ["model.json", "tokenizer.json", "vectors.npy", "scales.npy", "near.npy", "near.counts.npy"]
)
@pytest.mark.parametrize("state", ["missing", "junk", "empty"])
def test_a_table_with_a_bad_file_says_which_table_and_what_to_do(folder, name, state):
    """Also the tokenizer, whose library raises nothing narrower than Exception."""
    (folder / name).unlink()
    if state != "missing":
        (folder / name).write_bytes(b"junk" if state == "junk" else b"")
    with pytest.raises(ModelError, match=rf"table in {folder} cannot be read .*install newsearch again"):
        StaticTable.open(folder)


def test_a_missing_file_is_named(folder):
    (folder / "vectors.npy").unlink()
    with pytest.raises(ModelError, match=r"vectors\.npy"):
        StaticTable.open(folder)
    assert ModelError.exit_code == 9


def test_a_table_of_another_format_is_refused_with_both_numbers(folder):
    (folder / "model.json").write_bytes(orjson.dumps({"format": 1, "fingerprint": "abc", "dimension": 3}))
    with pytest.raises(ModelError, match=r"has format 1, this newsearch reads 2"):
        StaticTable.open(folder)


@pytest.mark.parametrize("facts", [b"[]", b"3", b'{"format": 2}', b"{}"])
def test_a_model_json_that_is_no_description_is_refused(folder, facts):
    (folder / "model.json").write_bytes(facts)
    with pytest.raises(ModelError, match="cannot be read"):
        StaticTable.open(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    shutil.rmtree(tmp_path)
    with pytest.raises(ModelError, match=str(tmp_path)):
        StaticTable.open(tmp_path)
