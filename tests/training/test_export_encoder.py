"""The encoder as it ships, from training to vectors: the folders that are written and the embedder that reads them."""

from __future__ import annotations

import hashlib
import re
import shutil

import numpy as np
import orjson
import pytest
import torch
from safetensors.numpy import load_file, save_file

from newsearch.corpus.errors import ModelError
from newsearch.indexer.embedders.base import Inputs
from newsearch.indexer.embedders.bilingual import BilingualEmbedder
from newsearch.indexer.table import StaticTable
from training.export_encoder import FOLDER, export_encoder, keep_master
from training.student import Student, with_special

TEXTS = [
    "Hafen", "Der Streik im Hafen", "snow in the forest", "Bürgermeister, Brücke und Kohle\nwinter", "", "??",
    "apple market " * 40, "night", "Die Nacht", "church and school",
]  # fmt: skip


@pytest.fixture(scope="module")
def embedder(exported, table):
    return BilingualEmbedder.open(table, exported, threads=2)


def inputs_of(table, texts):
    return Inputs(texts, table.pieces_of(texts))


def test_the_embedders_vectors_are_the_students(embedder, student, cut, table):
    wanted = student.encode(with_special(cut, TEXTS)).numpy()
    for found in (embedder.embed_passages(inputs_of(table, TEXTS)), embedder.embed_queries(TEXTS)):
        assert found.shape == (len(TEXTS), embedder.dimension) == (10, 32)
        assert found.dtype == np.float32
        assert (found * wanted).sum(1).min() > 0.98
        assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(10), abs=1e-5)
    apart = wanted @ wanted.T - 2 * np.eye(10)
    assert apart[:4, :4].max() < 0.9


def test_a_vector_is_settled_by_its_text_alone(exported, embedder, table):
    """To the bit: whatever is embedded beside it, in whatever order, on however many threads."""
    found = embedder.embed_passages(inputs_of(table, TEXTS))
    alone = np.concatenate([embedder.embed_passages(inputs_of(table, [t])) for t in TEXTS])
    turned = embedder.embed_passages(inputs_of(table, TEXTS[::-1]))[::-1]
    assert alone.tobytes() == turned.tobytes() == found.tobytes()
    for threads in (1, 4):
        other = BilingualEmbedder.open(table, exported, threads)
        assert other.embed_passages(inputs_of(table, TEXTS)).tobytes() == found.tobytes()


def test_the_special_pieces_are_counted(embedder, table, cut):
    texts = ["Hafen", "snow river church", ""]
    assert embedder.count_pieces(inputs_of(table, texts)).tolist() == [3, 5, 2]
    assert embedder.max_pieces == 512


def test_a_longer_text_is_cut_to_what_is_read(embedder, table):
    """510 pieces beside the special ones."""
    words = ["snow", "river", "night"] * 200
    long, read, less = (" ".join(words[:n]) for n in (600, 510, 509))
    found = embedder.embed_queries([long, read, less])
    assert found[0].tobytes() == found[1].tobytes() != found[2].tobytes()
    assert embedder.embed_passages(inputs_of(table, [long]))[0].tobytes() == found[0].tobytes()


def test_of_no_texts_there_are_no_vectors(embedder, table):
    assert embedder.embed_queries([]).shape == embedder.embed_passages(inputs_of(table, [])).shape == (0, 32)
    assert embedder.count_pieces(inputs_of(table, [])).tolist() == []


def test_the_folder_says_what_it_holds(exported, embedder, cut):
    facts = orjson.loads((exported / "model.json").read_bytes())
    graph, vocabulary = ((exported / n).read_bytes() for n in ("onnx/model.onnx", "tokenizer.json"))
    assert facts == {
        "format": 1,
        "name": "bilingual",
        "fingerprint": hashlib.sha256(graph + vocabulary).hexdigest(),
        "dimension": 32,
        "vocabulary": cut.get_vocab_size(),
    }
    assert (embedder.name, embedder.fingerprint) == ("bilingual", facts["fingerprint"])
    files = {p.relative_to(exported).as_posix() for p in exported.rglob("*") if p.is_file()}
    assert files == {*FOLDER, "model.json", "onnx/model.onnx"}


def test_positions_that_are_never_read_do_not_ship(exported):
    import onnx

    graph = onnx.load(exported / "onnx" / "model.onnx").graph
    assert [list(w.dims) for w in graph.initializer if w.name == "places"] == [[512, 32]]


def test_the_fingerprint_is_that_of_weights_and_vocabulary(model_folder, tmp_path):
    """The same again for the same; another for one number more, or one word less."""
    found = export_encoder(model_folder, tmp_path / "first")
    assert export_encoder(model_folder, tmp_path / "again") == found
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    weights = load_file(copy / "model.safetensors")
    name = "encoder.layer.1.output.dense.bias"
    save_file({**weights, name: weights[name] + 0.01}, copy / "model.safetensors", {"format": "pt"})
    assert export_encoder(copy, tmp_path / "weights") != found
    shutil.copyfile(model_folder / "model.safetensors", copy / "model.safetensors")
    assert export_encoder(copy, tmp_path / "restored") == found
    text = (copy / "tokenizer.json").read_text("utf-8")
    (copy / "tokenizer.json").write_text(text.replace('"hafen"', '"haven"'), "utf-8")
    assert export_encoder(copy, tmp_path / "vocabulary") != found


def test_an_encoder_of_another_vocabulary_is_refused(exported, table):
    other = StaticTable("other", table.tokenizer, table.vectors[:-1], table.scales[:-1])
    found, wanted = len(table.scales), len(table.scales) - 1
    with pytest.raises(ModelError) as caught:
        BilingualEmbedder.open(other, exported)
    assert str(caught.value) == (
        f"The encoder in {exported} is of format 1 with {found} pieces; this newsearch reads format 1 with {wanted}. "
        "Install the newsearch that it came with."
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("onnx/model.onnx", None, "model.onnx: .*install newsearch again"),
        ("onnx/model.onnx", b"junk" * 99, "model.onnx: .*install newsearch again"),
        ("onnx/model.onnx", b"", "model.onnx: .*install newsearch again"),
        ("model.json", None, "install newsearch again"),
        ("model.json", b"{", "install newsearch again"),
        ("model.json", b"[]", "install newsearch again"),
        ("model.json", b'{"format": 1}', "install newsearch again"),
        ("model.json", b'{"format": 2, "vocabulary": 211}', "is of format 2 .* reads format 1"),
    ],
)
def test_a_missing_or_damaged_file_is_named_with_what_to_do(exported, table, tmp_path, name, content, message):
    copy = shutil.copytree(exported, tmp_path / "copy")
    (copy / name).unlink()
    if content is not None:
        (copy / name).write_bytes(content)
    with pytest.raises(ModelError, match=rf"(?s)encoder in {re.escape(str(copy))} .*{message}"):
        BilingualEmbedder.open(table, copy)


def test_a_graph_that_was_cut_off_is_named(exported, table, tmp_path):
    copy = shutil.copytree(exported, tmp_path / "copy")
    whole = (copy / "onnx" / "model.onnx").read_bytes()
    (copy / "onnx" / "model.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="install newsearch again"):
        BilingualEmbedder.open(table, copy)


def test_the_master_is_the_model_in_half_precision(model_folder, student, cut, tmp_path):
    """It reads as the student to train further from, and as a sentence-transformers model."""
    from sentence_transformers import SentenceTransformer

    keep_master(model_folder, tmp_path / "master")
    weights, wanted = (load_file(f / "model.safetensors") for f in (tmp_path / "master", model_folder))
    assert {w.dtype for w in weights.values()} == {np.dtype(np.float16)}
    assert all(np.array_equal(weights[name], wanted[name].astype(np.float16)) for name in weights | wanted)
    texts = [t for t in TEXTS if t.strip()]
    found = student.encode(with_special(cut, texts))
    again = Student.of(tmp_path / "master")
    assert again.pieces.weight.dtype == torch.float32
    assert (again.encode(with_special(cut, texts)) * found).sum(1).min() > 0.999
    theirs = SentenceTransformer(str(tmp_path / "master"), device="cpu").encode(texts, convert_to_tensor=True)
    assert (theirs.float() * found).sum(1).min() > 0.999
