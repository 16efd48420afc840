"""The bilingual encoder that ships: German and English sentences in one space, by ONNX Runtime. The only file that imports it.

Each text is run by itself, on one thread, several at a time. So there is no padding to compute, and a vector depends on
its text alone: activations are quantised by their range, and in a batch that would be the range of the whole batch. A passage
that is embedded in tonight's rebuild gets the vector that it would have got in a full build.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from newsearch.corpus.errors import ModelError
from newsearch.indexer.threads import cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsearch.indexer.embedders.base import Inputs
    from newsearch.indexer.ragged import Ragged
    from newsearch.indexer.table import StaticTable

SHIPPED: Final = Path(__file__).parents[1] / "models" / "bilingual"
FORMAT: Final = 1
"""Number of the folder's layout: model.json, onnx/model.onnx, and what sentence-transformers wants beside them."""

LONGEST: Final = 512
"""Pieces that it reads, [CLS] and [SEP] counted in: as many as its body has positions. Passages need some 200, but a tenth of
XQuAD's paragraphs have more than 254: with 256 for 512, nDCG@10 was .0022 lower in English over German, .0038 in German."""

CLS: Final = 101
SEP: Final = 102


class BilingualEmbedder:
    """The encoder in the folder *folder*, for texts cut into pieces of the shipped vocabulary."""

    name = "bilingual"
    max_pieces = LONGEST

    def __init__(self, session: Any, fingerprint: str, dimension: int, table: StaticTable, threads: int) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self._session = session
        self._table = table
        self._threads = threads

    @classmethod
    def open(cls, table: StaticTable, folder: Path = SHIPPED, threads: int | None = None) -> BilingualEmbedder:
        """The encoder in *folder*.

        Args:
            table: Has the vocabulary that the encoder was trained with.
            folder: With model.json and onnx/model.onnx.
            threads: Texts that are run at a time; one a core where None.

        Raises:
            ModelError: A file is missing or damaged, of another format, or made for another vocabulary.
        """
        try:
            facts = orjson.loads((folder / "model.json").read_bytes())
            fitting = facts["format"] == FORMAT and facts["vocabulary"] == len(table.scales)
            if not fitting:
                raise ModelError(
                    f"The encoder in {folder} is of format {facts['format']} with {facts['vocabulary']} pieces; this newsearch "
                    f"reads format {FORMAT} with {len(table.scales)}. Install the newsearch that it came with."
                )
            session = _session(folder / "onnx" / "model.onnx")
            return cls(session, facts["fingerprint"], facts["dimension"], table, threads or cores())
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise ModelError(
                f"The bilingual encoder in {folder} cannot be read ({exc}). It is part of newsearch: install newsearch again."
            ) from exc

    def count_pieces(self, inputs: Inputs) -> NDArray[np.int64]:
        """Pieces of each input with [CLS] and [SEP], shape (n,)."""
        return inputs.pieces.lengths + 2

    def embed_passages(self, inputs: Inputs) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32."""
        return self._embed(inputs.pieces)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimension), float32; of a query longer than the encoder reads, the beginning counts."""
        return self._embed(self._table.pieces_of(texts))

    def _embed(self, texts: Ragged) -> NDArray[np.float32]:
        out = np.zeros((len(texts), self.dimension), np.float32)

        def run(row: int) -> None:
            pieces = np.array([[CLS, *texts[row][: LONGEST - 2], SEP]], np.int64)
            asked = {"input_ids": pieces, "attention_mask": np.ones_like(pieces)}
            out[row] = self._session.run(["sentence_embedding"], asked)[0][0]

        if len(texts) == 1:
            run(0)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(run, range(len(texts))))
        return out


def _session(path: Path) -> Any:
    """An ONNX Runtime session on one thread.

    Raises:
        ValueError: The file is missing or is no model.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # the library's own classes are not exported
        raise ValueError(f"{path.name}: {exc}") from exc
