"""The encoder as an int8 ONNX graph, written node by node.

Every matrix is int8 with one scale a column, activations are quantised while it runs (ONNX Runtime's DynamicQuantizeMatMul
and QAttention), input embeddings are int8 with one scale a row. Weights use 7 of the 8 bits: on processors with AVX2 but
without VNNI the products of two pairs are added up in 16 bits, which 255 x 127 x 2 would overflow and 255 x 63 x 2 does not
(ONNX Runtime's "Quantize ONNX models", section "U8S8 saturation").

Written out rather than exported and converted: the mask goes where it belongs, and the fused operations are there from the
start, so that nothing has to be optimised when a search loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from newsearch.indexer.table import quantise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from onnx import ModelProto

LARGEST: Final = 63
"""Of a quantised weight: 7 bits with sign."""

MICROSOFT: Final = "com.microsoft"
HIDDEN: Final = "last_hidden_state"
"""One vector a piece: what sentence-transformers' ONNX backend asks for."""

POOLED: Final = "sentence_embedding"
"""One unit vector a text: what newsearch asks for."""


@dataclass(slots=True)
class Graph:
    """Nodes and weights, as they are added."""

    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def weight(self, name: str, array: NDArray[Any]) -> str:
        """Add a constant; returns its name."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, op: str, inputs: list[str], outputs: list[str] | str, domain: str = "", **attributes: Any) -> str:
        """Add a node; returns the name of its first output."""
        names = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(op, inputs, names, domain=domain, **attributes))
        return names[0]


def encoder_graph(weights: Mapping[str, NDArray[np.float32]], layers: int, heads: int, epsilon: float) -> ModelProto:
    """The graph of a BERT with mean pooling and normalisation.

    Args:
        weights: The state of transformers' BertModel, by its names.
        layers: Its number of layers.
        heads: Of each layer's attention.
        epsilon: Of layer normalisation.

    Returns:
        A model that takes `input_ids` and `attention_mask`, shape (n, longest), int64, and gives `last_hidden_state`, shape
        (n, longest, width), and `sentence_embedding`, shape (n, width), both float32.
    """
    graph = Graph()
    hidden = _embeddings(graph, weights, epsilon)
    graph.add("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
    for layer in range(layers):
        out = HIDDEN if layer == layers - 1 else f"hidden{layer}"
        hidden = _layer(graph, weights, f"encoder.layer.{layer}", hidden, out, heads, epsilon)
    _pool(graph, hidden)
    width = weights["embeddings.LayerNorm.weight"].shape[0]
    inputs = [_value(name, TensorProto.INT64, ["n", "longest"]) for name in ("input_ids", "attention_mask")]
    outputs = [
        _value(HIDDEN, TensorProto.FLOAT, ["n", "longest", width]),
        _value(POOLED, TensorProto.FLOAT, ["n", width]),
    ]
    return helper.make_model(
        helper.make_graph(graph.nodes, "encoder", inputs, outputs, graph.weights),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=8,
        producer_name="newsearch",
    )


def _value(name: str, kind: int, shape: list[str | int]) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _embeddings(graph: Graph, weights: Mapping[str, NDArray[np.float32]], epsilon: float) -> str:
    pieces, scales = quantise(weights["embeddings.word_embeddings.weight"])
    rows = graph.add("Gather", [graph.weight("pieces", pieces), "input_ids"], "rows8")
    rows = graph.add("Cast", [rows], "rows", to=TensorProto.FLOAT)
    scale = graph.add("Gather", [graph.weight("pieces.scale", scales[:, None]), "input_ids"], "row_scales")
    words = graph.add("Mul", [rows, scale], "words")
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    graph.add("Shape", ["input_ids"], "length", start=1)
    ends = [graph.weight("zero", np.array([0])), "length", "zero"]
    place = graph.add("Slice", [graph.weight("places", places), *ends], "place")
    summed = graph.add("Add", [words, place], "summed")
    return _norm(graph, weights, "embeddings.LayerNorm", summed, epsilon, "embedded")


def _layer(
    graph: Graph,
    weights: Mapping[str, NDArray[np.float32]],
    at: str,
    hidden: str,
    out: str,
    heads: int,
    epsilon: float,
) -> str:
    attended = _attention(graph, weights, at, hidden, heads)
    projected = _matmul(graph, weights, f"{at}.attention.output.dense", attended, biased=True)
    middle = _sum_norm(graph, weights, f"{at}.attention.output.LayerNorm", [projected, hidden], epsilon)
    wide = _matmul(graph, weights, f"{at}.intermediate.dense", middle, biased=False)
    bias = graph.weight(f"{at}.intermediate.dense.bias", weights[f"{at}.intermediate.dense.bias"])
    bent = graph.add("BiasGelu", [wide, bias], f"{at}.gelu", MICROSOFT)
    narrow = _matmul(graph, weights, f"{at}.output.dense", bent, biased=True)
    return _sum_norm(graph, weights, f"{at}.output.LayerNorm", [narrow, middle], epsilon, out)


def _attention(graph: Graph, weights: Mapping[str, NDArray[np.float32]], at: str, hidden: str, heads: int) -> str:
    own = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
    matrix, scales = quantise(np.concatenate([weights[f"{n}.weight"] for n in own]), LARGEST)
    bias = graph.weight(f"{at}.qkv.bias", np.concatenate([weights[f"{n}.bias"] for n in own]))
    names = [f"{at}.input8", f"{at}.input.scale", f"{at}.input.zero"]
    quantity = graph.add("DynamicQuantizeLinear", [hidden], names)
    inputs = [
        quantity,
        graph.weight(f"{at}.qkv", matrix.T),
        bias,
        names[1],
        graph.weight(f"{at}.qkv.scale", scales),
        "mask32",
        names[2],
        graph.weight(f"{at}.qkv.zero", np.zeros(len(scales), np.int8)),
    ]
    return graph.add("QAttention", inputs, f"{at}.attended", MICROSOFT, num_heads=heads)


def _matmul(graph: Graph, weights: Mapping[str, NDArray[np.float32]], at: str, inputs: str, *, biased: bool) -> str:
    matrix, scales = quantise(weights[f"{at}.weight"], LARGEST)
    names = [graph.weight(f"{at}.weight", matrix.T), graph.weight(f"{at}.scale", scales)]
    if biased:
        names += ["", graph.weight(f"{at}.bias", weights[f"{at}.bias"])]
    return graph.add("DynamicQuantizeMatMul", [inputs, *names], f"{at}.product", MICROSOFT)


def _sum_norm(
    graph: Graph,
    weights: Mapping[str, NDArray[np.float32]],
    at: str,
    inputs: list[str],
    epsilon: float,
    out: str | None = None,
) -> str:
    """Layer normalisation of the sum of *inputs*; ONNX Runtime's fused SkipLayerNormalization takes 3.4 times as long."""
    summed = graph.add("Add", inputs, f"{at}.sum")
    return _norm(graph, weights, at, summed, epsilon, out or f"{at}.out")


def _norm(
    graph: Graph, weights: Mapping[str, NDArray[np.float32]], at: str, inputs: str, epsilon: float, out: str
) -> str:
    names = [graph.weight(f"{at}.{n}", weights[f"{at}.{n}"]) for n in ("weight", "bias")]
    return graph.add("LayerNormalization", [inputs, *names], out, axis=-1, epsilon=epsilon)


def _pool(graph: Graph, hidden: str) -> None:
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask", graph.weight("last", np.array([2]))], "mask3")
    graph.add("Mul", [hidden, "mask3"], "kept")
    graph.add("ReduceSum", ["kept", graph.weight("middle", np.array([1]))], "sum", keepdims=0)
    # the mean differs from the sum by a factor, which the normalisation takes out
    graph.add("LpNormalization", ["sum"], POOLED, axis=1, p=2)
