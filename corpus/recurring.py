"""Blocks that recur across one publisher's articles: navigation, newsletter boxes, paywall texts that no rule knew. Pure.

What is learned depends on the archive as it is and on nothing before it, so that a rebuild ends where a fresh build ends.
Adding an article that is no copy of another can only make more blocks recurring, until a publisher's articles double.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.lines import MIN_PROSE, Reason
from newsearch.corpus.report import Dropped
from newsearch.corpus.text import join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from newsearch.corpus.article import Article

Block = int
"""A paragraph as a number of 64 bits: 48 of its hash, 16 of its length in code points."""

FEWEST: Final = 5
"""Articles that a block must be in, however few its publisher has. Of the 4,773 articles of ../shared/eval, which are clean,
15 blocks are in three or more of their publisher's, line-ups among them; two in five or more, both the introduction of an
author."""
_SHARE: Final = 0.04
"""Share of a publisher's articles that a block of running text must be in; half of it just before their number is a power of
two. The block of ../shared/eval that recurs most, an author's introduction in 7 of 2,227 articles, has .003."""
_SHORT_SHARE: Final = 0.3
"""The same of a shorter block, which may be a sub-headline that a paper likes: ``Hintergrund``."""
_LENGTH: Final = 0xFFFF


def blocks_of(text: str) -> list[Block]:
    """The paragraphs of an article's text as numbers, in order."""
    return [_block(paragraph) for paragraph in text.split("\n\n")]


def _block(paragraph: str) -> Block:
    digest = hashlib.blake2b(paragraph.encode("utf-8", "surrogatepass"), digest_size=6).digest()
    return int.from_bytes(digest) << 16 | min(len(paragraph), _LENGTH)


def recurring_blocks(articles: Iterable[tuple[bytes, str, Sequence[Block]]]) -> dict[bytes, frozenset[Block]]:
    """What is no part of each article since it recurs across its publisher's.

    An article keeps at least one paragraph of running text: one that is nothing but recurring blocks stays as it is. Of the
    articles without what is returned nothing more recurs.

    Args:
        articles: Key, publisher and blocks of each article, in any order; those without a publisher are left alone.

    Returns:
        By key, the blocks to drop; only articles that lose something.
    """
    publishers: defaultdict[str, dict[bytes, Sequence[Block]]] = defaultdict(dict)
    for key, publisher, blocks in articles:
        if publisher:
            publishers[publisher.casefold()][key] = blocks
    dropped: dict[bytes, frozenset[Block]] = {}
    for of_one in publishers.values():
        if len(of_one) >= FEWEST:
            dropped.update(_dropped(of_one))
    return dropped


def _dropped(articles: Mapping[bytes, Sequence[Block]]) -> dict[bytes, frozenset[Block]]:
    """As above, of one publisher. Again until nothing is found: what was hidden among recurring blocks may recur too."""
    left = dict(sorted(articles.items()))
    while learned := _learn(list(left.values())):
        shorter = {key: kept for key, blocks in left.items() if (kept := _without(blocks, learned)) is not None}
        if not shorter:
            break
        left |= shorter
    return {key: frozenset(blocks) - frozenset(left[key]) for key, blocks in articles.items() if blocks != left[key]}


def _without(blocks: Sequence[Block], learned: Collection[Block]) -> Sequence[Block] | None:
    """*blocks* without those that were learned; None where nothing goes, or nothing of the article would be left."""
    kept = [block for block in blocks if block not in learned]
    return kept if len(kept) < len(blocks) and any(_is_long(block) for block in kept) else None


def _learn(articles: Sequence[Sequence[Block]]) -> frozenset[Block]:
    """The blocks that enough different articles have.

    An article counts only where less than half of it stood in those before: versions and copies of one story share its
    paragraphs, which must not make them recurring.
    """
    sets = [frozenset(blocks) for blocks in articles]
    counts = Counter[Block]()
    for blocks in sets:
        counts.update(blocks)
    often = {block for block, count in counts.items() if count >= FEWEST and count >= _needed(block, len(sets))}
    if not often:
        return frozenset()
    votes, before = Counter[Block](), set[Block]()
    for blocks in sets:
        if 2 * _length(blocks & before) < _length(blocks):
            votes.update(blocks & often)
        before |= blocks
    return frozenset(block for block in often if votes[block] >= _needed(block, len(sets)))


def _needed(block: Block, articles: int) -> int:
    """How many of a publisher's *articles* must have *block*: a share of the power of two below, so that it stays for long."""
    steps = 1 << (articles.bit_length() - 1)
    return max(FEWEST, int((_SHARE if _is_long(block) else _SHORT_SHARE) * steps))


def _is_long(block: Block) -> bool:
    return block & _LENGTH >= MIN_PROSE


def _length(blocks: Iterable[Block]) -> int:
    return sum(block & _LENGTH for block in blocks)


def without_blocks(article: Article, blocks: Collection[Block]) -> tuple[Article, list[Dropped]]:
    """*article* without the paragraphs that are among *blocks*, and those paragraphs; its lead goes with its paragraph."""
    parts = article.text.split("\n\n")
    gone = [part for part in parts if _block(part) in blocks]
    kept = [part for part in parts if _block(part) not in blocks]
    lead = "" if article.lead in gone else article.lead
    return replace(article, text=join(kept), lead=lead), [Dropped(Reason.RECURRING, part) for part in gone]
