"""The int8 graph, judged by transformers' BERT in float32."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import numpy_helper
from torch.nn.functional import normalize

from training.graph import LARGEST, encoder_graph


@pytest.fixture(scope="module")
def bert(model_folder):
    """The student's body and embeddings in float32."""
    from transformers import AutoModel

    return AutoModel.from_pretrained(model_folder, add_pooling_layer=False).eval()


@pytest.fixture(scope="module")
def graph(bert):
    weights = {name: value.numpy() for name, value in bert.state_dict().items()}
    return encoder_graph(weights, 2, 2, bert.config.layer_norm_eps)


@pytest.fixture(scope="module")
def run(graph):
    """Hidden vectors and the text's vector, as the graph gives them."""
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])

    def call(pieces, mask):
        inputs = {"input_ids": pieces.numpy(), "attention_mask": mask.numpy()}
        hidden, pooled = session.run(["last_hidden_state", "sentence_embedding"], inputs)
        return torch.from_numpy(hidden), torch.from_numpy(pooled)

    return call


def random_texts(bert, count, longest, seed=0):
    """Texts of 2 to *longest* pieces with noise where the mask is 0."""
    generator = torch.Generator().manual_seed(seed)
    pieces = torch.randint(103, bert.config.vocab_size, (count, longest), generator=generator)
    lengths = torch.randint(2, longest + 1, (count,), generator=generator)
    lengths[0] = longest
    return pieces, (torch.arange(longest) < lengths[:, None]).long()


@torch.inference_mode()
def judged(bert, pieces, mask):
    hidden = bert(pieces, attention_mask=mask).last_hidden_state
    return hidden, normalize((hidden * mask[..., None]).sum(1), dim=-1)


@pytest.mark.parametrize(("count", "longest"), [(40, 12), (6, 100), (1, 256), (1, 2)])
def test_the_graph_computes_what_bert_computes(bert, run, count, longest):
    pieces, mask = random_texts(bert, count, longest)
    hidden, pooled = run(pieces, mask)
    wanted_hidden, wanted = judged(bert, pieces, mask)
    assert (pooled * wanted).sum(1).min() > 0.995
    assert pooled.norm(dim=1).tolist() == pytest.approx([1] * count, abs=1e-5)
    there = mask.bool()
    error = (hidden - wanted_hidden)[there].norm() / wanted_hidden[there].norm()
    assert error < 0.06
    assert hidden.shape == wanted_hidden.shape


def test_texts_are_further_apart_than_the_graph_is_from_bert(bert):
    """So that the cosines above say something."""
    _, wanted = judged(bert, *random_texts(bert, 40, 12))
    assert (wanted @ wanted.T - 2 * torch.eye(40)).max() < 0.97


def test_what_is_masked_does_not_count(bert, run):
    """Noise behind a text changes its vector by no more than the rounding, whose range it may widen."""
    pieces, mask = random_texts(bert, 12, 20)
    _, wanted = judged(bert, pieces, mask)
    for row, length in enumerate(mask.sum(1)):
        text, there = pieces[row : row + 1], mask[row : row + 1]
        alone, with_noise = run(text[:, :length], there[:, :length])[1][0], run(text, there)[1][0]
        unmasked = run(text, torch.ones_like(there))[1][0]
        assert min(alone @ with_noise, wanted[row] @ with_noise) > 0.998
        assert length == 20 or alone @ unmasked < 0.99


def test_order_counts(bert, run):
    """Positions are there: a BERT without them is a bag of words."""
    pieces = random_texts(bert, 20, 12)[0]
    mask = torch.ones_like(pieces)
    forth, back = run(pieces, mask)[1], run(pieces.flip(1), mask)[1]
    assert (forth * back).sum(1).mean() < 0.995


def test_matrices_are_of_seven_bits_and_embeddings_of_eight(graph, bert):
    """On AVX2 without VNNI more would overflow."""
    eight = {w.name: numpy_helper.to_array(w) for w in graph.graph.initializer if w.data_type == 3}
    largest = {name: np.abs(w.astype(int)).max() for name, w in eight.items() if not name.endswith(".zero")}
    assert largest.pop("pieces") == 127
    assert set(largest.values()) == {LARGEST} == {63}
    sizes = {name: eight[name].size for name in largest}
    assert sum(sizes.values()) == 2 * (4 * 32 * 32 + 2 * 32 * 64)
    assert eight["pieces"].shape == (bert.config.vocab_size, 32)
