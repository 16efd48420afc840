"""Whether "not in this archive" is said by one threshold at any size: archives of 1,000, 44,000 and 500,000 passages.

    python -m benchmarks.answering                 # minutes: half a million passages are built
    python -m benchmarks.answering FOLDER          # the same, but the indexes stay there, and are there the next time

Separate archives, each with a background of its own, and the larger ones under filters too. The judged queries' articles are
in all, so what can be answered in one can be answered in the others. Beside it, what the constants of search/answering.py
would be worth had nobody seen the queries that they are judged by.
"""

from __future__ import annotations

import json
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from benchmarks.common import shared, show
from benchmarks.grown import all_articles
from benchmarks.scale import PER_ARTICLE
from newsearch.indexer.builder import build
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.search import Searcher
from newsearch.search.answering import LOOKED_AT, Support, has_answer, supports
from newsearch.search.judged import read_queries
from newsearch.search.questions import read_question

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES: Final = {"bilingual": (1_000, 4_000, 12_000, 44_000), "static": (1_000, 44_000, 500_000)}
"""Passages, about. Half a million would take the encoder half an hour."""

FILTERED_OF: Final = 44_000
FILTERED: Final = (300, 3_000)

OURS: Final = Path(__file__).resolve().parents[1] / "tests" / "quality" / "no_answer.jsonl"
REAL: Final = 4_773
"""Articles of the evaluation, which come first."""

SPLITS: Final = 200
WRONGLY: Final = 0.1
"""Share of the answerable queries that may be refused."""

ROUNDS: Final = 6
"""Of choosing each query's best article and fitting, in turn."""

RIDGE: Final = 1.0
"""Weak, so that a fit to some hundred queries has an end where they can be told apart without fail."""


def main() -> None:
    """Measure every model at every size."""
    if len(sys.argv) > 1:
        show(measured(Path(sys.argv[1])))
        return
    with tempfile.TemporaryDirectory() as folder:
        show(measured(Path(folder)))


def measured(folder: Path) -> dict[str, Any]:
    """All figures, by model and size; the indexes are made in *folder* where they are not there."""
    asked, out = questions(), dict[str, Any]()
    groups = np.array([query.group for query in asked])
    for model, size in ((model, size) for model, sizes in SIZES.items() for size in sizes):
        searcher, name = searcher_of(folder, model, size), f"{model}, {size:,}"
        found = [looked_at(searcher, query.text) for query in asked]
        out[name] = {
            "background": searcher.generation.manifest.measured["background"],
            **shares(found, groups, model),
            "nothing seen": unseen(found, groups),
        }
        for few in FILTERED if size == FILTERED_OF else ():
            out[f"{name}, of which a filter keeps {few:,}"] = shares(filtered(searcher, asked, few), groups, model)
        sys.stderr.write(f"{name}: {out[name]}\n")
    return out


class Asked(NamedTuple):
    """A query and its group: answerable, easy (no_answer, the 16 of the evaluation), choosing, judging (no_answer, ours)."""

    text: str
    group: str
    article: str


def questions() -> list[Asked]:
    """All queries; article is the external id of the one that answers."""
    judged = read_queries(shared("eval/queries.jsonl"))
    ours = [json.loads(line) for line in OURS.read_text("utf-8").splitlines()]
    theirs = [Asked(q.query, "answerable" if q.answerable else "easy", q.article) for q in judged]
    return theirs + [Asked(line["query"], line["half"], "") for line in ours]


def searcher_of(folder: Path, model: str, size: int) -> Searcher:
    """An index of about *size* passages."""
    index = folder / f"{model}-{size}.index"
    if not Layout(index).current.exists():
        source = folder / f"{size}.jsonl"
        source.write_text("\n".join(articles(size)) + "\n", "utf-8")
        build(index, Settings((source,), model), lambda *_: None)
    return Searcher.open(index)


def articles(size: int) -> list[str]:
    """Articles, as JSON lines, of about *size* passages: the judged queries' own, then others in their order."""
    count = round(size / PER_ARTICLE)
    wanted = {query.article for query in read_queries(shared("eval/queries.jsonl"))}
    lines = list(islice(all_articles(), max(count, REAL)))
    lines.sort(key=lambda line: json.loads(line)["id"] not in wanted)
    return lines[:count]


def looked_at(searcher: Searcher, text: str, allowed: NDArray[np.bool_] | None = None) -> list[Support]:
    """What speaks for each of the articles by which a search decides, of the passages *allowed*, shape (n_passages,)."""
    generation, share, owners = searcher.generation, searcher._dense_share, searcher._stories  # noqa: SLF001
    question, pieces = read_question(searcher._table, text, LOOKED_AT)  # noqa: SLF001
    vector = searcher._vectors([question.text])  # noqa: SLF001
    ranked = searcher._best(pieces, vector, share, allowed, LOOKED_AT, owners).numbers  # noqa: SLF001
    among = len(generation.terms) if allowed is None else int(allowed.sum())
    expansions = searcher._expander.expand(pieces)  # noqa: SLF001
    return supports(generation, searcher._table, expansions, vector, ranked, among) or []  # noqa: SLF001


def filtered(searcher: Searcher, asked: list[Asked], few: int) -> list[list[Support]]:
    """The same under filters that keep about *few* passages: of articles drawn at random, and of the one that answers."""
    generation, rng = searcher.generation, np.random.default_rng(0)
    rows = {generation.article(row).external_id: row for row in range(len(generation))}
    found = []
    for query in asked:
        kept = rng.random(len(generation)) < few / len(generation.terms)
        if query.article in rows:
            kept[rows[query.article]] = True
        found.append(looked_at(searcher, query.text, kept[generation.article_of]))
    return found


def shares(found: list[list[Support]], groups: NDArray[np.str_], model: str) -> dict[str, float]:
    """How many of each group are refused by the constants that ship."""
    refused = np.array([has_answer(each, model) is False for each in found])
    out = {group: refused[groups == group].mean() for group in ("answerable", "choosing", "judging", "easy")}
    out["judging and easy"] = refused[np.isin(groups, ("judging", "easy"))].mean()
    return {f"{name}, refused": round(float(share), 3) for name, share in out.items()}


def unseen(found: list[list[Support]], groups: NDArray[np.str_]) -> dict[str, str]:
    """What weights and level give on queries that had no part in finding them: mean and standard deviation of SPLITS splits.

    Fitted on the half for choosing and on half of the answerable queries, drawn at random; judged by the other half of them,
    the half for judging and the easy ones.
    """
    rng, features = np.random.default_rng(0), [features_of(each) for each in found]
    answerable, choosing = np.flatnonzero(groups == "answerable"), np.flatnonzero(groups == "choosing")
    rows = {"judging": np.flatnonzero(groups == "judging"), "easy": np.flatnonzero(groups == "easy")}
    rows["judging and easy"] = np.concatenate([rows["judging"], rows["easy"]])
    results: dict[str, list[float]] = {}
    for _ in range(SPLITS):
        drawn = rng.permutation(answerable)
        mine, rows["answerable"] = drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]
        weights = fitted(features, mine, choosing)
        level = np.quantile([best(features[i], weights) for i in mine], WRONGLY)
        for name, which in rows.items():
            refused = np.mean([best(features[i], weights) < level for i in which])
            results.setdefault(f"{name}, refused", []).append(float(refused))
    return {name: f"{np.mean(values):.3f} ± {np.std(values):.3f}" for name, values in results.items()}


def features_of(found: list[Support]) -> NDArray[np.float64]:
    """Nearness, missing and numbers of each article, shape (n_articles, 3)."""
    return np.array([(s.nearness, s.missing, s.numbers) for s in found], float).reshape(-1, 3)


def best(features: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The score of a query's best article."""
    return float((features @ weights).max(initial=-np.inf))


def fitted(
    features: list[NDArray[np.float64]], right: NDArray[np.int64], wrong: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Weights of a logistic regression by each query's best article, which is the best by the weights before, shape (3,)."""
    which = [i for i in (*right, *wrong) if len(features[i])]
    labels = np.isin(which, right).astype(float)
    weights = np.array([1.0, -10.0, -1.0])
    for _ in range(ROUNDS):
        chosen = np.array([features[i][np.argmax(features[i] @ weights)] for i in which])
        weights = logistic(chosen, labels)
    return weights


def logistic(rows: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression by Newton's method, without its constant; a ridge over standardised columns."""
    spread = np.maximum(rows.std(axis=0), 1e-9)
    x = np.column_stack([(rows - rows.mean(axis=0)) / spread, np.ones(len(rows))])
    ridge, weights = np.diag([RIDGE] * (x.shape[1] - 1) + [0.0]), np.zeros(x.shape[1])
    for _ in range(20):
        chance = 1 / (1 + np.exp(-x @ weights))
        hessian = (x * (chance * (1 - chance))[:, None]).T @ x + ridge
        weights = weights + np.linalg.solve(hessian, x.T @ (labels - chance) - ridge @ weights)
    return np.asarray(weights[:-1] / spread)


if __name__ == "__main__":
    main()
