"""XQuAD in paragraph form: one paragraph is one passage, 1,190 questions, 240 paragraphs, each language over each.

    python -m benchmarks.xquad
    python -m benchmarks.xquad --model static

Scores are the embedder's cosines alone, and those of the query layer (the weighted mean of term score and cosine). Half of the
48 articles, every second one, is for choosing between ways, the other half for judging the one that was chosen.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.common import shared, show
from newsearch.indexer.embedders import DEFAULT, load_embedder
from newsearch.indexer.embedders.base import Inputs
from newsearch.indexer.expansion import Expander
from newsearch.indexer.table import StaticTable
from newsearch.indexer.terms import Terms, term_scores
from newsearch.search.metrics import per_query
from newsearch.search.ranking import dense_share, fused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.indexer.embedders.base import Embedder

LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Questions:
    """XQuAD in one language.

    Attributes:
        paragraphs: All of them, which are searched.
        questions: All of them.
        gold: Number of the paragraph that answers each question.
        judging: Whether each question is of the half that is for judging.
    """

    paragraphs: list[str]
    questions: list[str]
    gold: NDArray[np.int64]
    judging: NDArray[np.bool_]


def read_xquad(language: str) -> Questions:
    """Paragraphs and questions in *language*, ``en`` or ``de``."""
    paragraphs: list[str] = []
    questions: list[str] = []
    gold: list[int] = []
    judging: list[bool] = []
    for number, article in enumerate(json.loads(shared(f"eval/xquad.{language}.json").read_text("utf-8"))["data"]):
        for paragraph in article["paragraphs"]:
            questions += [qa["question"] for qa in paragraph["qas"]]
            gold += [len(paragraphs)] * len(paragraph["qas"])
            judging += [number % 2 == 1] * len(paragraph["qas"])
            paragraphs.append(paragraph["context"])
    return Questions(paragraphs, questions, np.array(gold), np.array(judging))


def term_leg(table: StaticTable, paragraphs: list[str], questions: list[str]) -> NDArray[np.float32]:
    """The term score of every paragraph for every question, shape (n_questions, n_paragraphs)."""
    asked = table.pieces_of(questions)
    terms = Terms.of(table.pieces_of(paragraphs), len(table.scales))
    expander = Expander(table, terms.present())
    return np.stack([term_scores(terms, expander.expand(asked[i])) for i in range(len(asked))])


def measure(table: StaticTable, embedder: Embedder) -> dict[str, dict[str, NDArray[np.float64]]]:
    """nDCG@10 of each question, by leg (``dense``, ``both``) and language pair, the question's language first."""
    read = {language: read_xquad(language) for language in LANGUAGES}
    passages = {
        language: embedder.embed_passages(Inputs(xquad.paragraphs, table.pieces_of(xquad.paragraphs)))
        for language, xquad in read.items()
    }
    asked = {language: embedder.embed_queries(xquad.questions) for language, xquad in read.items()}
    out: dict[str, dict[str, NDArray[np.float64]]] = {"dense": {}, "both": {}}
    for to in LANGUAGES:
        for of in LANGUAGES:
            cosines = asked[of] @ passages[to].T
            term = term_leg(table, read[to].paragraphs, read[of].questions)
            out["dense"][f"{of}→{to}"] = _ndcg(cosines, read[of].gold)
            out["both"][f"{of}→{to}"] = _ndcg(fused(term, cosines, dense_share(embedder.name)), read[of].gold)
    return out


def _ndcg(scores: NDArray[np.float32], gold: NDArray[np.int64]) -> NDArray[np.float64]:
    right = scores[np.arange(len(gold)), gold]
    return per_query(((scores > right[:, None]).sum(axis=1) + 1).tolist())["nDCG@10"]


def main() -> None:
    """Print nDCG@10 of all questions, of those for choosing, and of those for judging."""
    name = sys.argv[sys.argv.index("--model") + 1] if "--model" in sys.argv else DEFAULT
    table = StaticTable.open()
    judging = read_xquad("en").judging
    halves = {"all": judging | True, "choosing": ~judging, "judging": judging}
    measured = measure(table, load_embedder(name, table))
    show(
        {
            f"{name}, {leg}, nDCG@10": {
                pair: {half: round(float(values[rows].mean()), 4) for half, rows in halves.items()}
                for pair, values in pairs.items()
            }
            for leg, pairs in measured.items()
        }
    )


if __name__ == "__main__":
    main()
