"""The student: what it computes, how texts are put together, the folder it is saved to."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import normalize

from training.student import CLS, LONGEST, SEP, Student, by_length, padded, save, with_special

TEXTS = ["Hafen", "Der Streik im Hafen", "snow in the forest " * 12, "Bürgermeister, Brücke und Kohle", "winter", ""]


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), max_size=40), st.integers(60, 400))
def test_batches_hold_every_row_once_within_the_budget_shortest_first(lengths, budget):
    batches = by_length(lengths, budget)
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    assert [lengths[row] for rows in batches for row in rows] == sorted(lengths)
    assert all(len(rows) * max(lengths[row] for row in rows) <= budget for rows in batches)
    for rows, following in pairwise(batches):  # a new one is only begun where the old one is full
        assert (len(rows) + 1) * lengths[following[0]] > budget


def test_a_batch_is_as_long_as_its_longest_text_makes_it():
    """3 x 3 is within 9, 4 x 3 is not, and 1 x 7 is one by itself; 12 is over the budget, and still read."""
    assert by_length([7, 2, 3, 12, 1, 3], 9) == [[4, 1, 2], [5], [0], [3]]


def test_texts_are_padded_to_the_longest():
    pieces, mask = padded([[101, 102], [101, 7, 8, 102], [101, 9, 102]])
    assert pieces.tolist() == [[101, 102, 0, 0], [101, 7, 8, 102], [101, 9, 102, 0]]
    assert mask.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1], [1, 1, 1, 0]]
    assert pieces.dtype == mask.dtype == torch.int64


def test_texts_are_between_special_pieces_and_cut_to_what_is_read(cut):
    word = {w: cut.token_to_id(w) for w in ("hafen", "see", "snow")}
    long = "Hafen See snow " * 200
    found = with_special(cut, ["Hafen See", "", long])
    assert found[:2] == [[101, word["hafen"], word["see"], 102], [101, 102]]
    assert found[2] == [101, *([*word.values()] * 170)[:510], 102]
    assert (len(found[2]), CLS, SEP) == (LONGEST, 101, 102)


def test_the_vector_is_the_mean_over_the_pieces_of_what_bert_gives(student, teacher_folder, english_pieces):
    """Judged by transformers' own BERT in float32, on English, whose pieces both have."""
    from transformers import AutoModel

    bert = AutoModel.from_pretrained(teacher_folder, add_pooling_layer=False).eval()
    generator = torch.Generator().manual_seed(0)
    texts = [torch.randint(101, len(english_pieces), (n,), generator=generator).tolist() for n in (2, 5, 9, 33, 60)]
    found = student.encode(texts)
    with torch.inference_mode():
        wanted = [bert(torch.tensor([t])).last_hidden_state[0].mean(0) for t in texts]
    wanted = normalize(torch.stack(wanted), dim=-1)
    assert (found * wanted).sum(1).min() > 0.999
    assert (wanted @ wanted.T - torch.eye(5)).max() < 0.98  # or any vector would do
    assert found.norm(dim=1).tolist() == pytest.approx([1] * 5, abs=1e-5)
    assert found.dtype == torch.float32


def test_padding_does_not_change_a_vector(student, cut):
    short, long = with_special(cut, ["Streik im Hafen", "snow forest river " * 30])
    with torch.inference_mode():
        alone, among = student(*padded([short]))[0], student(*padded([short, long]))[0]
    assert among.tolist() == pytest.approx(alone.tolist(), abs=0.01)  # bfloat16 has 8 bits
    assert alone @ student.encode([long])[0] < 0.95


def test_vectors_come_in_the_order_of_the_texts_whatever_the_batches(student, cut):
    texts = with_special(cut, TEXTS)
    found = student.encode(texts)
    for budget in (1, 40):
        assert found.numpy() == pytest.approx(student.encode(texts, budget).numpy(), abs=0.01)
    one_by_one = torch.cat([student.encode([t]) for t in texts])
    assert found.numpy() == pytest.approx(one_by_one.numpy(), abs=0.01)


@pytest.mark.parametrize(("layers", "wanted"), [(1, [0]), (2, [0, 5]), (4, [0, 2, 3, 5]), (None, [0, 1, 2, 3, 4, 5])])
def test_of_six_layers_some_are_kept_evenly_spread(teacher_folder, student, cut, tmp_path, layers, wanted):
    from transformers import AutoConfig, BertModel

    config = AutoConfig.from_pretrained(teacher_folder, num_hidden_layers=6)
    bert = BertModel(config, add_pooling_layer=False)
    bert.save_pretrained(tmp_path / "six")
    kept = Student.of(tmp_path / "six", student.pieces.weight.detach(), layers)
    queries = [bert.encoder.layer[n].attention.self.query.weight.bfloat16().tolist() for n in wanted]
    assert [layer.attention.self.query.weight.tolist() for layer in kept.body.encoder.layer] == queries
    save(kept, cut, tmp_path / "kept")
    assert len(Student.of(tmp_path / "kept").body.encoder.layer) == len(wanted)


def test_how_attention_is_computed_does_not_change_a_vector(student, teacher_folder, cut):
    """The teacher reads with "sdpa", the student learns with "eager"."""
    other = Student.of(teacher_folder, student.pieces.weight.detach(), attention="sdpa")
    texts = with_special(cut, TEXTS)
    assert other.encode(texts).numpy() == pytest.approx(student.encode(texts).numpy(), abs=0.01)


def test_a_saved_student_reads_as_sentence_transformers_and_as_it_was(student, cut, model_folder):
    """The same pieces, the same cut, the same pooling; and nothing is lost on the way back."""
    from sentence_transformers import SentenceTransformer

    texts = [*TEXTS, "Kohle Schnee " * 200]
    found = student.encode(with_special(cut, texts))
    theirs = SentenceTransformer(str(model_folder), device="cpu").encode(texts, convert_to_tensor=True)
    assert (found * theirs).sum(1).min() > 0.999
    assert theirs.norm(dim=1).tolist() == pytest.approx([1] * len(texts), abs=1e-5)
    again = Student.of(model_folder)
    assert torch.equal(again.pieces.weight, student.pieces.weight)
    assert torch.equal(again.encode(with_special(cut, texts)), found)


def test_a_student_that_is_saved_twice_is_the_same_twice(student, cut, model_folder, tmp_path):
    """No weights that it never had, drawn at random: what ships can be made again."""
    save(student, cut, tmp_path / "again")
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (tmp_path / "again" / name).read_bytes() == (model_folder / name).read_bytes()
