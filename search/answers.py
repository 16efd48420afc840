"""From ranked passages to hits: their texts, the best sentence, the words that answer, links, and what was folded into them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsearch.search.cutting import cut
from newsearch.search.explain import Explanation, beyond
from newsearch.search.folding import Nameable, elsewhere
from newsearch.search.hits import Hit
from newsearch.search.links import link_to
from newsearch.search.meetings import Meetings
from newsearch.search.snippet import best_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.indexer.expansion import Expansion
    from newsearch.indexer.generation import Generation
    from newsearch.indexer.stores.base import Neighbours
    from newsearch.indexer.table import StaticTable


def hits_of(
    generation: Generation,
    table: StaticTable,
    ranked: Neighbours,
    question: str,
    expansions: list[Expansion],
    nameable: Nameable,
    *,
    folded: bool,
) -> tuple[Hit, ...]:
    """The hits on the passages *ranked*, best first.

    Args:
        generation: What was searched.
        table: That it was built with.
        ranked: The passages.
        question: The text that was asked for.
        expansions: What its pieces stand for.
        nameable: What may be named beside each.
        folded: Whether each hit stands for its story, and names the other articles of it; else only its own copies.

    Raises:
        DamagedIndexError: An article cannot be read.
    """
    rows = generation.article_of[ranked.numbers].tolist()
    articles = [generation.article(row) for row in rows]
    spans = generation.spans.flat[ranked.numbers].tolist()
    texts = [article.text[start:end] for article, (start, end) in zip(articles, spans, strict=True)]
    cuts = cut(table, texts)
    snippets = best_sentences(expansions, texts, cuts, len(table.scales))
    highlights = Meetings(table, question, expansions).highlights(texts, cuts)
    languages = generation.languages.of_rows(ranked.numbers)
    return tuple(
        Hit(
            rank=at + 1,
            score=score,
            text=texts[at],
            article=articles[at],
            start=spans[at][0],
            end=spans[at][1],
            snippet=snippets[at],
            link=link_to(articles[at], *spans[at]),
            also_in=elsewhere(generation, rows[at], texts[at], nameable, folded=folded),
            highlights=highlights[at],
            language=languages[at],
        )
        for at, score in enumerate(ranked.scores.tolist())
    )


def explained(
    hits: Sequence[Hit], legs: Sequence[tuple[float, float]], share: float, meetings: Meetings
) -> tuple[Hit, ...]:
    """The same *hits*, each with what gave it its place.

    Args:
        hits: Without.
        legs: Cosine and term score of each.
        share: Weight of the dense leg.
        meetings: The question's words.
    """
    from newsearch.indexer.embedding import HEADLINE_LENGTH  # brings the language detector, which no other search needs

    out = []
    for hit, (dense, term) in zip(hits, legs, strict=True):
        words = meetings.of(hit.text)
        above = beyond(meetings.of(hit.article.title[:HEADLINE_LENGTH]), words)
        out.append(replace(hit, explanation=Explanation(dense, term, share, words, above)))
    return tuple(out)
