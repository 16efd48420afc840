"""A teacher and a student that know a few words: real BERTs, small enough to train in a test.

The teacher knows English, the student's vocabulary is the teacher's and German behind it, as MiniLM's and the shipped one's.
"""

from __future__ import annotations

import os
import random
from itertools import chain

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from newsearch.indexer.table import StaticTable, quantise
from training.export_encoder import export_encoder
from training.pairs import Pair
from training.student import Student, save

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when huggingface_hub is imported: no test asks the network

WIDTH = 32
WORDS = {
    "harbour": "Hafen", "strike": "Streik", "bridge": "Brücke", "winter": "Winter", "school": "Schule", "train": "Zug",
    "mayor": "Bürgermeister", "street": "Straße", "coal": "Kohle", "forest": "Wald", "lake": "See", "doctor": "Arzt",
    "garden": "Garten", "house": "Haus", "church": "Kirche", "river": "Fluss", "market": "Markt", "teacher": "Lehrer",
    "apple": "Apfel", "snow": "Schnee", "night": "Nacht", "money": "Geld", "court": "Gericht", "army": "Heer",
}  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPECIAL = ["[PAD]", *(f"[unused{n}]" for n in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def sentence_pairs(count, seed=0, words=3, domain="gen"):
    rng = random.Random(seed)
    drawn = [rng.sample(sorted(WORDS), words) for _ in range(count)]
    return [Pair(domain, " ".join(e), (" ".join(WORDS[w] for w in e),)) for e in drawn]


def tokenizer_of(pieces):
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(dict.fromkeys(pieces))}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """Matrices this small gain nothing from more, and where the cores are busy the threads wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def make_pairs():
    """Pairs of sentences of so many words, word for word; the same for the same seed."""
    return sentence_pairs


@pytest.fixture(scope="session")
def english_pieces():
    """The teacher's vocabulary; [PAD], [UNK], [CLS], [SEP] have the numbers that they have in MiniLM's."""
    return [*SPECIAL, *WORDS, *LETTERS, *(f"##{c}" for c in LETTERS)]


@pytest.fixture(scope="session")
def cut(english_pieces):
    """The student's tokenizer: the teacher's pieces first, then German ones."""
    german = [w.lower() for w in WORDS.values()]
    return tokenizer_of([*english_pieces, *german, *chain.from_iterable((c, f"##{c}") for c in "äöüß")])


@pytest.fixture(scope="session")
def teacher_folder(english_pieces, tmp_path_factory):
    """A transformers folder. Nothing in it is 0 or 1 by default, so that nothing can be left out unseen."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("teacher")
    config = BertConfig(
        vocab_size=len(english_pieces),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=600,
        layer_norm_eps=1e-12,
    )
    bert = BertModel(config, add_pooling_layer=False)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in bert.named_parameters():
            spread = 0.2 if value.ndim == 2 else 0.1
            value.normal_(1.0 if name.endswith("LayerNorm.weight") else 0.0, spread, generator=generator)
        bert.embeddings.word_embeddings.weight.mul_(4)  # what is said counts for more than where
    bert.save_pretrained(folder)
    tokenizer = tokenizer_of(english_pieces)
    tokenizer.enable_padding(length=128)  # both as in MiniLM's own file
    tokenizer.enable_truncation(128)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session")
def make_student(teacher_folder, cut):
    """The teacher's body with random embeddings for the German pieces, as often as it is asked for."""

    def make():
        english = Student.of(teacher_folder).pieces.weight.detach()
        generator = torch.Generator().manual_seed(1)
        german = torch.randn(cut.get_vocab_size() - len(english), WIDTH, generator=generator)
        return Student.of(teacher_folder, torch.cat([english, german * 0.8]))

    return make


@pytest.fixture(scope="session")
def student(make_student):
    """One that nobody trains."""
    return make_student()


@pytest.fixture(scope="session")
def model_folder(student, cut, tmp_path_factory):
    """Where `student` is saved; nobody changes it."""
    folder = tmp_path_factory.mktemp("model") / "saved"
    save(student, cut, folder)
    return folder


@pytest.fixture(scope="session")
def exported(model_folder, tmp_path_factory):
    """`student` as int8 ONNX; nobody changes it."""
    folder = tmp_path_factory.mktemp("exported") / "bilingual"
    export_encoder(model_folder, folder)
    return folder


@pytest.fixture(scope="session")
def table(cut):
    """A static table with the student's vocabulary and any vectors."""
    vectors = np.random.default_rng(0).standard_normal((cut.get_vocab_size(), 8)).astype(np.float32)
    return StaticTable("tiny", cut, *quantise(vectors))
