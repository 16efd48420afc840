"""XQuAD in paragraph form: one paragraph is one passage, 1,190 questions, 240 paragraphs, each language over each.

    python -m benchmarks.xquad

Scores are those of the query layer: term score plus DENSE_SHARE times the pooled vectors' cosine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.common import shared, show
from newsearch.indexer.embedders.base import unit
from newsearch.indexer.table import StaticTable
from newsearch.indexer.terms import Terms, expand, term_scores
from newsearch.search.metrics import per_query
from newsearch.search.ranking import DENSE_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANGUAGES = ("en", "de")


def read_xquad(language: str) -> tuple[list[str], list[str], NDArray[np.int64]]:
    """Paragraphs, questions, and the paragraph that answers each question."""
    paragraphs: list[str] = []
    questions: list[str] = []
    gold: list[int] = []
    for article in json.loads(shared(f"eval/xquad.{language}.json").read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            questions += [qa["question"] for qa in paragraph["qas"]]
            gold += [len(paragraphs)] * len(paragraph["qas"])
            paragraphs.append(paragraph["context"])
    return paragraphs, questions, np.array(gold)


def scores(table: StaticTable, paragraphs: list[str], questions: list[str]) -> NDArray[np.float32]:
    """The fused score of every paragraph for every question, shape (n_questions, n_paragraphs)."""
    pieces, asked = table.pieces_of(paragraphs), table.pieces_of(questions)
    terms = Terms.of(pieces, len(table.scales))
    present = terms.present()
    term = np.stack([term_scores(terms, expand(table, asked[i], present)) for i in range(len(asked))])
    dense = unit(table.sums(asked)) @ unit(table.sums(pieces)).T
    return (term + DENSE_SHARE * dense).astype(np.float32)


def measure(table: StaticTable) -> dict[str, dict[str, float]]:
    """R@1 and nDCG@10 by language pair, the question's language first."""
    read = {language: read_xquad(language) for language in LANGUAGES}
    out = {}
    for to in LANGUAGES:
        for asked in LANGUAGES:
            _, questions, gold = read[asked]
            found = scores(table, read[to][0], questions)
            right = found[np.arange(len(gold)), gold]
            measures = per_query(((found > right[:, None]).sum(axis=1) + 1).tolist())
            out[f"{asked}→{to}"] = {name: round(float(measures[name].mean()), 4) for name in ("R@1", "nDCG@10")}
    return out


if __name__ == "__main__":
    show({"xquad, paragraph form": measure(StaticTable.open())})
