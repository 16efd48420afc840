"""The commands that make the encoder, one after the other, from a tiny teacher and a vocabulary of a few words."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from typer.testing import CliRunner

from newsearch.indexer.embedders.bilingual import BilingualEmbedder
from newsearch.indexer.table import StaticTable
from training import encoder_commands
from training.__main__ import app
from training.export import export_table
from training.pairs import make_corpus
from training.student import Student, with_special
from training.wechsel import initial_embeddings

HELD = 20


@pytest.fixture(scope="module")
def shipped(cut, tmp_path_factory):
    """A static table, as it ships."""
    folder = tmp_path_factory.mktemp("static")
    vectors = np.random.default_rng(0).standard_normal((cut.get_vocab_size(), 8)).astype(np.float32)
    cut.save(str(folder / "wordpiece.json"))
    export_table(vectors, folder / "wordpiece.json", folder / "shipped")
    return folder / "shipped"


@pytest.fixture(scope="module")
def pairs(make_pairs):
    """General ones of 8 words, nearly all long enough to be held out, and words of the lexicon."""
    return [*make_pairs(300, 3, 8), *make_pairs(24, 5, 1, "lex")]


@pytest.fixture
def training(shipped, teacher_folder, pairs, tmp_path, monkeypatch):
    """``python -m training`` where MiniLM and the shipped table are the tiny ones; its --work is ``tmp_path / "work"``."""
    (tmp_path / "pairs.tsv").write_text("".join(f"{p.domain}\t{p.english}\t{p.german[0]}\n" for p in pairs), "utf-8")
    (tmp_path / "titles.tsv").write_text("snow\tDer Schnee\n", "utf-8")
    table = StaticTable.open(shipped)
    monkeypatch.setattr(encoder_commands, "minilm_folder", lambda: teacher_folder)
    monkeypatch.setattr(encoder_commands, "SHIPPED", shipped)
    monkeypatch.setattr(StaticTable, "open", lambda: table)
    monkeypatch.setattr("training.pairs.HELD_OUT", HELD)
    monkeypatch.setattr("training.lessons.POOL", 300)

    def call(command, **options):
        if command not in ("average", "export-encoder"):
            options["data"] = tmp_path
        named = [
            (name, one) for name, value in options.items() for one in (value if isinstance(value, list) else [value])
        ]
        words = [w for name, value in named for w in (f"--{name}", str(value))]
        return CliRunner().invoke(app, [command, "--work", str(tmp_path / "work"), *words], catch_exceptions=False)

    return call


def weights_of(folder):
    """Without those of sentence-transformers' pooling layer, which nothing asks for."""
    weights = load_file(folder / "model.safetensors")
    return {name: value for name, value in weights.items() if not name.startswith("pooler.")}


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_first_weights_are_the_teachers_body_and_mixed_embeddings(
    training, teacher_folder, pairs, cut, shipped, tmp_path
):
    """Of its 2 layers 1, here; what is held out counts for nothing."""
    assert training("initialise", layers=1).exit_code == 0
    found, source = weights_of(tmp_path / "work" / "initial"), weights_of(teacher_folder)
    name = "embeddings.word_embeddings.weight"
    corpus = make_corpus(cut, rest_of(pairs), [])
    counts = [np.bincount(side.flat, minlength=cut.get_vocab_size()) for side in (corpus.english, corpus.german)]
    rows = StaticTable.open().rows(np.arange(cut.get_vocab_size()))
    pieces = [cut.id_to_token(n) for n in range(cut.get_vocab_size())]
    assert np.array_equal(found[name], initial_embeddings(source[name], pieces, rows, *counts))
    body = {n: v for n, v in source.items() if n != name and "layer.1" not in n}
    assert found.keys() - {name} == body.keys()
    assert all(np.array_equal(found[n], torch.from_numpy(v).bfloat16().float().numpy()) for n, v in body.items())


def rest_of(pairs):
    held = [p for p in pairs if p.domain == "gen" and 40 < len(p.english) < 300][:HELD]
    return [p for p in pairs if p not in held]


def test_a_run_is_made_goes_on_and_ships(training, tmp_path, cut, shipped):
    """4 steps and then up to 10 are the 10 steps of a run at one go; and what ships says what was learnt."""
    work = tmp_path / "work"
    training("initialise", layers=2)
    assert training("distill", name="halves", steps=4, decay=0).exit_code == 0
    first = weights_of(work / "halves")
    training("distill", name="halves", steps=10, decay=0)
    training("distill", name="whole", steps=10, decay=0)
    assert same(weights_of(work / "halves"), weights_of(work / "whole"))
    assert not same(weights_of(work / "halves"), first)
    log = (work / "halves.log").read_text()
    assert "going on from step 4" in log
    assert [line.split("step ")[1].split()[0] for line in log.splitlines() if "held out" in line] == ["4/4", "10/10"]

    shown = training("export-encoder", name="whole", to=tmp_path / "ships", master=tmp_path / "master").output
    embedder = BilingualEmbedder.open(StaticTable.open(), tmp_path / "ships")
    assert f"fingerprint {embedder.fingerprint[:12]}, in {tmp_path / 'ships'}" in shown
    texts = ["Hafen und Brücke", "the snow", "Der Bürgermeister"]
    wanted = Student.of(work / "whole").encode(with_special(cut, texts)).numpy()
    assert (embedder.embed_queries(texts) * wanted).sum(1).min() > 0.98
    assert (Student.of(tmp_path / "master").encode(with_special(cut, texts)).numpy() * wanted).sum(1).min() > 0.999


def test_a_run_begins_with_the_model_that_is_named(training, model_folder, tmp_path):
    assert training("distill", name="none", begin=model_folder, steps=0).exit_code == 0
    assert same(weights_of(tmp_path / "work" / "none"), weights_of(model_folder))


def test_a_mean_has_its_share_of_each_run(training, model_folder, tmp_path):
    """Of 2 to 6 a quarter and three quarters, in float32, in a folder that opens."""
    work = tmp_path / "work"
    for name, number in (("one", 2), ("other", 6)):
        shutil.copytree(model_folder, work / name)
        weights = {n: np.full_like(w, number) for n, w in weights_of(model_folder).items()}
        save_file(weights, work / name / "model.safetensors", metadata={"format": "pt"})
    assert training("average", name="mean", run=["one=1", "other=3"]).exit_code == 0
    mean = weights_of(work / "mean")
    assert {(float(w.min()), float(w.max()), str(w.dtype)) for w in mean.values()} == {(5.0, 5.0, "float32")}
    assert {n: w.shape for n, w in mean.items()} == {n: w.shape for n, w in weights_of(model_folder).items()}
    Student.of(work / "mean")


@pytest.mark.parametrize(("run", "wanted"), [("one", "is no run and its share"), ("none=.5", "holds no model")])
def test_a_mean_of_what_is_not_there_is_said(training, tmp_path, run, wanted):
    shown = training("average", name="mean", run=[run])
    assert (shown.exit_code, wanted in plain(shown.output)) == (2, True)
    assert not (tmp_path / "work" / "mean").exists()


def test_a_domain_without_pairs_and_a_rate_of_nothing_are_said(training):
    """And before a model is made."""
    shown = training("distill", name="none", sources="doc")
    assert (shown.exit_code, "has no pair of doc. Wanted: some of gen, doc, lex" in plain(shown.output)) == (2, True)
    shown = training("distill", **{"name": "none", "embedding-rate": 0})
    assert (shown.exit_code, "0 is not in the range" in plain(shown.output).replace("0.0", "0")) == (2, True)


def plain(text):
    """Without the box that Typer draws."""
    return " ".join(text.replace("│", " ").split())
