"""What else the archive has on an article's story: background reading, as in TREC News' background linking.

An article is asked for with its own text: the mean of its passages' vectors for the dense leg, headline and beginning for
the term leg. Nobody has judged such links for us; docs/decisions.md says by what this was chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsearch.corpus.article import Article
    from newsearch.indexer.generation import Generation

DENSE_SHARE: Final = 0.5
"""Weight of the dense leg. 100 articles on 20 topics that can be told by their words: P@10 .538 at .3, .550 at .5, .542 at .6,
.534 at .75; the mean of the passages alone .508, the term leg alone .447, a search for headline and lead .502."""

BEGINNING: Final = 1_000
"""Characters of the text that the term leg is asked with: P@10 .550, with headline and lead only .539."""


def question_of(article: Article) -> str:
    """What the term leg is asked with."""
    return f"{article.title}\n{article.text[:BEGINNING]}"


def vector_of(generation: Generation, row: int) -> NDArray[np.float32]:
    """What the dense leg is asked with: the direction of the mean of the passages of the article in row *row*.

    Returns:
        A unit vector, shape (1, dimension), float32.
    """
    start, end = generation.spans.starts[row : row + 2].tolist()
    mean = np.asarray(generation.store.vectors()[start:end], np.float32).mean(axis=0, keepdims=True)
    unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return unit
