"""The embedders: what they promise, on models small enough to know."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tiny_table import HARBOUR, table_of, tokenizer_of

from newsearch.corpus.errors import ModelError
from newsearch.indexer.embedders import load_embedder, model_reference
from newsearch.indexer.embedders.base import Inputs, unit
from newsearch.indexer.embedders.static import StaticEmbedder
from newsearch.indexer.embedders.toy import ToyEmbedder

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.indexer.embedders.base import Embedder

TABLE = table_of(HARBOUR)
TEXTS = ["Der Hafen ist zu", "Port und Kai", "der hafen ist zu", ""]


def inputs_of(texts: list[str]) -> Inputs:
    return Inputs(texts, TABLE.pieces_of(texts))


def lengths_of(embedder: Embedder, texts: list[str]) -> list[float]:
    return np.linalg.norm(embedder.embed_passages(inputs_of(texts)), axis=1).tolist()


def test_unit_vectors_are_of_length_1_and_zero_stays_zero():
    assert unit(np.array([[3, 4], [0, 0], [-2, 0]], np.float32)).tolist() == [
        pytest.approx([0.6, 0.8]),
        [0, 0],
        [-1, 0],
    ]


@pytest.mark.parametrize("name", ["static", "toy"])
def test_vectors_are_of_length_1_and_settled_by_the_text(name):
    """Case does not count for these two; a text without words has no direction."""
    embedder = load_embedder(name, TABLE)
    assert embedder.name == name
    vectors = embedder.embed_passages(inputs_of(TEXTS))
    assert vectors.shape == (4, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0], abs=1e-6)
    assert vectors[0].tolist() == vectors[2].tolist() != vectors[1].tolist()
    assert embedder.embed_queries(TEXTS).tolist() == vectors.tolist()
    alone = np.concatenate([embedder.embed_passages(inputs_of([t])) for t in TEXTS])
    assert alone.tolist() == vectors.tolist()
    assert embedder.embed_queries([]).shape == embedder.embed_passages(inputs_of([])).shape == (0, embedder.dimension)


def test_the_static_embedder_is_the_tables_normalised_sum():
    """hafen (2, 0, 0) + kai (0, 1, 0) = (2, 1, 0), whose length is the root of 5."""
    static = StaticEmbedder(TABLE)
    assert static.embed_queries(["Hafen und Kai"])[0] == pytest.approx(np.array([2, 1, 0]) / 5**0.5, abs=0.005)
    assert (static.fingerprint, static.dimension) == ("tiny", 3)
    assert static.count_pieces(inputs_of(TEXTS)).tolist() == [4, 3, 4, 0]


def test_the_toys_words_are_drawn_from_their_letters():
    """Two toys agree, so a test may build with one and search with another; texts that share a word are near each other."""
    first, again = ToyEmbedder(), ToyEmbedder()
    texts = ["Hafen", "Hafen Schiff", "Rathaus"]
    vectors = first.embed_queries(texts)
    assert vectors.tolist() == again.embed_queries(texts).tolist()
    assert vectors[0] @ vectors[1] > 0.5 > abs(vectors[0] @ vectors[2])
    assert first.fingerprint == again.fingerprint
    assert len({ToyEmbedder(16).fingerprint, ToyEmbedder().fingerprint, ToyEmbedder(salt="x").fingerprint}) == 3


def test_the_toy_remembers_what_it_was_given():
    toy = ToyEmbedder()
    toy.embed_passages(inputs_of(["Eins", "Zwei"]))
    toy.embed_queries(["Frage"])
    toy.embed_passages(inputs_of(["Eins"]))
    assert toy.embedded == ["Eins", "Zwei", "Eins"]
    assert toy.count_pieces(inputs_of(["Eins, zwei", ""])).tolist() == [2, 0]


def test_a_folder_is_kept_by_its_absolute_path_and_a_name_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "modell").mkdir()
    monkeypatch.chdir(tmp_path)
    assert model_reference("modell") == str(tmp_path / "modell")
    assert model_reference("intfloat/multilingual-e5-small") == "intfloat/multilingual-e5-small"
    assert model_reference("static") == "static"


@pytest.fixture(scope="module")
def static_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static sentence-transformers model: hafen, port and kai along the axes, in 4 dimensions; it reads any length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder = tmp_path_factory.mktemp("models") / "static"
    module = StaticEmbedding(tokenizer_of(["hafen", "port", "kai"]), embedding_weights=np.eye(4, dtype=np.float32))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def bert_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer of one layer that reads 12 pieces, with prompts for queries and documents."""
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "bert"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hafen", "port", "kai", "query", "passage", ":"]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=12, **sizes)).save_pretrained(folder)
    model = SentenceTransformer(str(folder), device="cpu", prompts={"query": "query: ", "document": "passage: "})
    model.save(str(folder.with_name("prompted")))
    return folder.with_name("prompted")


def test_a_static_model_from_a_folder_embeds(static_model):
    embedder = load_embedder(str(static_model), TABLE)
    vectors = embedder.embed_passages(inputs_of(["hafen", "hafen kai", "Port"]))
    assert vectors == pytest.approx(np.array([[0, 1, 0, 0], [0, 0.5**0.5, 0, 0.5**0.5], [0, 0, 1, 0]]), abs=1e-6)
    assert vectors.dtype == np.float32
    assert embedder.embed_queries(["kai"]) == pytest.approx(np.array([[0, 0, 0, 1]]), abs=1e-6)
    assert (embedder.name, embedder.dimension) == (str(static_model), 4)


def test_a_static_models_pieces_are_counted_and_it_reads_any_length(static_model):
    """Its tokenizer is a bare one, and its longest input infinite: neither is what a transformer has."""
    embedder = load_embedder(str(static_model), TABLE)
    assert embedder.count_pieces(inputs_of(["hafen", "hafen und kai", ""])).tolist() == [1, 3, 0]
    assert embedder.max_pieces >= 1_000_000


def test_a_transformers_pieces_count_special_ones_and_the_prompt(bert_model):
    """[CLS] passage : hafen [SEP] are 5; 40 words are not cut off before they are counted."""
    embedder = load_embedder(str(bert_model), TABLE)
    assert embedder.count_pieces(inputs_of(["hafen", "hafen port kai", "hafen " * 40])).tolist() == [5, 7, 44]
    assert embedder.max_pieces == 12
    assert embedder.dimension == 8


def test_a_transformer_gives_unit_vectors_in_order_whatever_the_batch(bert_model):
    embedder = load_embedder(str(bert_model), TABLE)
    texts = ["hafen " * (1 + n % 5) + ["port", "kai"][n % 2] for n in range(70)]
    vectors = embedder.embed_passages(inputs_of(texts))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(70), abs=1e-5)
    for n in (0, 1, 33, 69):
        assert vectors[n] == pytest.approx(embedder.embed_passages(inputs_of([texts[n]]))[0], abs=1e-5)
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-3


def test_queries_and_documents_get_their_own_prompts(bert_model):
    embedder = load_embedder(str(bert_model), TABLE)
    query, passage = embedder.embed_queries(["hafen"]), embedder.embed_passages(inputs_of(["hafen"]))
    assert np.abs(query - passage).max() > 1e-3


@pytest.mark.parametrize(("name", "meant"), [("bilingul", "bilingual"), ("Static", "static")])
def test_a_slip_of_the_pen_is_not_looked_for_on_the_hub(name, meant):
    with pytest.raises(ModelError, match=rf"^There is no model '{name}'\. Did you mean: {meant}\?"):
        load_embedder(name, TABLE)


@pytest.mark.parametrize("model", ["static_model", "bert_model"])
def test_of_no_texts_there_are_no_vectors(request, model):
    """Every build asks this first, for the widths."""
    embedder = load_embedder(str(request.getfixturevalue(model)), TABLE)
    assert embedder.count_pieces(inputs_of([])).tolist() == []
    assert embedder.embed_passages(inputs_of([])).shape == embedder.embed_queries([]).shape == (0, embedder.dimension)


def test_the_fingerprint_is_that_of_the_files(static_model, tmp_path):
    """Not of the folder's name, nor of exports that are not read; any other file, or another name of it, changes it."""
    found = load_embedder(str(static_model), TABLE).fingerprint
    copy = shutil.copytree(static_model, tmp_path / "copy")
    assert load_embedder(str(copy), TABLE).fingerprint == found
    (copy / "onnx").mkdir()
    (copy / "onnx" / "model.onnx").write_bytes(b"another export")
    assert load_embedder(str(copy), TABLE).fingerprint == found
    (copy / "config_sentence_transformers.json").write_bytes(
        (copy / "config_sentence_transformers.json").read_bytes() + b" "
    )
    assert load_embedder(str(copy), TABLE).fingerprint != found


@pytest.mark.parametrize("parent", [".cache", "onnx", ".git", "openvino"])
def test_the_fingerprint_sees_the_files_wherever_the_folder_lies(static_model, tmp_path, parent):
    """~/.cache is where models lie; a folder above the model's must not hide its files, or all models look alike."""
    copy = shutil.copytree(static_model, tmp_path / parent / "model")
    found = load_embedder(str(copy), TABLE).fingerprint
    assert found == load_embedder(str(static_model), TABLE).fingerprint
    (copy / "README.md").write_bytes(b"changed")
    assert load_embedder(str(copy), TABLE).fingerprint != found


def test_an_unknown_model_is_named_with_what_would_do():
    with pytest.raises(
        ModelError, match=r"The model 'no-such/model' cannot be had \(.*\)\. Wanted: static, a folder"
    ) as caught:
        load_embedder("no-such/model", TABLE)
    assert caught.value.exit_code == 9


@pytest.mark.parametrize("model", ["static_model", "bert_model"])
@pytest.mark.parametrize("damage", ["empty folder", "no weights", "weights", "pickle"])
def test_a_folder_that_is_no_model_is_named(request, tmp_path, model, damage):
    """Weights in a pickle are code that would run; a transformer's are not read even where they are all there is."""
    copy = tmp_path / "model"
    shutil.copytree(request.getfixturevalue(model), copy)
    weights = copy / "model.safetensors"
    if damage == "weights":
        weights.write_bytes(b"junk" * 99)
    elif damage == "pickle":
        weights.rename(copy / "pytorch_model.bin")
    elif damage == "no weights":
        weights.unlink()
    else:
        shutil.rmtree(copy)
        copy.mkdir()
    with pytest.raises(ModelError, match=rf"The model '{copy}' cannot be had"):
        load_embedder(str(copy), TABLE)
