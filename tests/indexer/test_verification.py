"""What is found in a generation that is not what it says of itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from newsearch.corpus.errors import DamagedIndexError
from newsearch.indexer.builder import build
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.generation import Generation
from newsearch.indexer.layout import Layout
from newsearch.indexer.manifest import NAME, describe_files, pack
from newsearch.indexer.settings import Settings
from newsearch.indexer.stores.faiss_store import FaissStore
from newsearch.indexer.verification import SAMPLE, same_again, sound, verify

TEXT = "Der Streik im Hafen von {n} dauert an. " * 12 + "\n\n" + "Die Fähre {n} fährt wieder. " * 16


@pytest.fixture
def generation(tmp_path, shipped):
    """Of six articles of some passages each, with the toy embedder."""
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(f"Meldung {n}\n\n{TEXT.format(n=n)}", "utf-8")
    build(tmp_path / "i", Settings((tmp_path,), "toy"), lambda *_: None, ToyEmbedder(), shipped)
    return Layout(tmp_path / "i").open_current()


def rewritten(generation, **arrays):
    """The generation with other arrays in its files, and a manifest whose sizes and hashes fit them."""
    for name, change in arrays.items():
        if name == "vectors":
            vectors = change(generation.store.vectors().copy())
            (generation.folder / "vectors.faiss").unlink()  # it is mapped
            (generation.folder / "vectors.faiss").write_bytes(FaissStore.head_of(*vectors.shape) + vectors.tobytes())
        else:
            path = generation.folder / f"{name.replace('_', '.')}.npy"
            array = change(np.load(path))
            path.unlink()
            np.save(path, array)
    (generation.folder / NAME).unlink()
    manifest = replace(generation.manifest, files=describe_files(generation.folder))
    (generation.folder / NAME).write_bytes(pack(manifest))
    return Generation(generation.folder)


def changed(row, value):
    """A change of one row of an array."""

    def change(array):
        array[row] = value
        return array

    return change


def test_what_was_built_is_sound(generation, shipped):
    assert len(generation.article_of) == 12
    assert verify(generation, ToyEmbedder(), shipped) == []


def test_a_vector_that_is_no_unit_vector_is_found(generation, shipped):
    vectors = generation.store.vectors()
    found = sound(rewritten(generation, vectors=changed(3, vectors[3] * 2)))
    assert found == ["the vector of passage 3 has length 2.000, wanted 1"]


def test_a_vector_with_nan_is_found(generation):
    found = sound(rewritten(generation, vectors=changed((4, 1), np.nan)))
    assert found == ["the vector of passage 4 has length nan, wanted 1"]


def test_a_vector_of_nothing_is_allowed(generation):
    """A passage of words that the model does not know has none."""
    assert sound(rewritten(generation, vectors=changed(2, 0))) == []


def test_vectors_behind_the_wrong_texts_are_found(generation, shipped):
    """Counts, lengths and hashes fit; only embedding again tells."""
    mixed = rewritten(generation, vectors=lambda v: np.roll(v, 1, axis=0))
    assert sound(mixed) == []
    looked_at = min(SAMPLE, len(mixed.article_of))
    (found,) = verify(mixed, ToyEmbedder(), shipped)
    assert found.startswith("passage 0 has other numbers in its vector than its text makes (")
    assert found.endswith(f" of {looked_at} looked at)")


def test_another_model_or_other_lengths_cannot_be_compared(generation, shipped):
    mixed = rewritten(generation, vectors=lambda v: np.roll(v, 1, axis=0))
    assert same_again(mixed, ToyEmbedder(salt="other"), shipped) == []
    settings = {**mixed.manifest.settings, "headline_length": 7}
    mixed.manifest = replace(mixed.manifest, settings=settings)
    assert same_again(mixed, ToyEmbedder(), shipped) == []


def test_pieces_of_another_text_are_found(generation, shipped):
    mixed = rewritten(generation, terms_pieces=changed(0, 5_000))
    assert same_again(mixed, ToyEmbedder(), shipped)[0].startswith("passage 0 has other pieces than its text makes (")
    assert verify(mixed, ToyEmbedder(), shipped) == ["the postings are not those of the passages' pieces"]


@pytest.mark.parametrize(
    "change",
    [
        lambda postings: postings[np.argsort(-postings, kind="stable")],
        lambda postings: np.where(postings == 0, 1, postings),
        lambda postings: postings + 1_000,
    ],
    ids=["mixed up", "one is missing", "none is there"],
)
def test_postings_of_other_passages_are_found_before_the_switch(generation, change):
    """`verify` alone compares all of them."""
    assert sound(rewritten(generation, terms_postings=change)) == ["the postings are not those of the passages' pieces"]


@pytest.mark.parametrize(
    ("row", "span"), [((0, 1), 0), ((0, 0), -1), ((1, 0), 1)], ids=["empty", "before the article", "overlapping"]
)
def test_spans_that_are_none_are_found(generation, row, span):
    (found,) = sound(rewritten(generation, columns_spans=changed(row, span)))
    assert found.startswith(f"passage {row[0]} is ")


def test_counts_that_differ_are_found(generation):
    fewer = rewritten(generation, vectors=lambda v: v[:-1])
    n = len(generation.article_of)
    assert sound(fewer) == [f"the manifest says {n} passages, the files hold {n - 1}"]


def test_a_changed_byte_is_found_by_its_hash(generation, shipped):
    path = generation.folder / "texts.jsonl"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data.replace(b"Hafen", b"hafen", 1))
    (found,) = verify(Generation(generation.folder), ToyEmbedder(), shipped)
    assert "texts.jsonl was changed after it was written" in found


def test_an_article_that_cannot_be_read_is_damage(generation, shipped):
    """Its hash fits, so it was written so."""
    texts = generation.folder / "texts.jsonl"
    data = texts.read_bytes()
    texts.unlink()
    texts.write_bytes(b"x" + data[1:])
    damaged = rewritten(generation)
    with pytest.raises(DamagedIndexError, match=r"texts\.jsonl: article 0 is damaged"):
        same_again(damaged, ToyEmbedder(), shipped)
    assert "article 0 is damaged" in verify(damaged, ToyEmbedder(), shipped)[0]
