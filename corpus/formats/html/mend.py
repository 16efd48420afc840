"""What an extractor leaves out of an article, or takes too much, by what the page says of itself. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.html.blocks import HEADINGS
from newsearch.corpus.formats.html.marks import HALF_LINKED
from newsearch.corpus.formats.html.matching import MIN_SURE, columns, find_in, is_running, letters
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.corpus.formats.html.blocks import Block
    from newsearch.corpus.formats.html.taken import Taken

_DECLARED: Final = 0.8
"""Shares from which the text that a page declares is believed: so much of it is on the page, and it is so much of what was
taken. Some pages declare only its beginning."""
_WHOLE: Final = 0.5
"""Share of the declared text that one block holds only where it is a copy of it all, for a reading voice."""
_DOUBTFUL: Final = frozenset({Reason.HIDDEN, Reason.ADVERTISEMENT, Reason.NAVIGATION, Reason.BESIDE, Reason.OUTSIDE})
"""Reasons that the text which a page declares overrules."""
_COLUMN: Final = 0.2
"""Share of the running text from which blocks of one kind are a column of the article."""
MIN_LEAD: Final = 80
"""Columns of a lead that nothing on the page calls one; shorter lines above the text are mostly notices."""
_MIN_NAMED_LEAD: Final = 40
_LEAD_LINKS: Final = 0.3
_LEAD_NAMES: Final = words(
    "abstract chapeau deck dek description entradilla excerpt ingress intro introduction lead leadtext opener preamble "
    "sommario standfirst subhead subheading subheadline subline subtitle summary teaser vorspann"
)
_LONG: Final = 1000
"""Letters of a declared text that is no summary."""
_NEARLY_ALL: Final = 0.95
"""Share of it that must be on the page; .9 gives the same figures."""
_NEAR: Final = 20
"""Blocks below a sub-headline among which its text begins: pictures and notices stand between."""
_SAME: Final = 60
"""Letters that a lead and a description begin with alike; the rest is often cut or written otherwise."""


def is_declared_whole(blocks: Sequence[Block], body: Sequence[str]) -> bool:
    """Whether the text that a page declares is whole and stands on it: then no extractor need look for it.

    So it is on 67 of the 439 pages of ../shared/pages. F1 of all is what it is with the extractor or .0005 better.

    Args:
        blocks: The page's blocks.
        body: The paragraphs that it declares.
    """
    length = sum(len(letters(part)) for part in body)
    if length < _LONG:
        return False
    keys = [letters(block.text) for block in blocks]
    on_page = sum(
        len(key) for key, is_in in zip(keys, find_in(keys, body), strict=True) if is_in and len(key) >= MIN_SURE
    )
    return on_page >= _NEARLY_ALL * length


def add_declared(page: Taken) -> None:
    """The text that the page declares, where it is on the page, is article whatever the extractor took."""
    length = sum(len(letters(part)) for part in page.hints.body)
    found = find_in(page.keys, page.hints.body)
    sure = [at for at, is_in in enumerate(found) if is_in and len(page.keys[at]) >= MIN_SURE]
    if not sure or sum(len(page.keys[at]) for at in sure) < _DECLARED * length:
        return
    page.declared = found
    for at in sure:
        if page.reasons[at] in _DOUBTFUL and len(page.keys[at]) < _WHOLE * length:
            page.reasons[at] = None


def drop_undeclared(page: Taken) -> None:
    """What was taken in the middle of the declared text and is not in it: teasers, summaries, notices.

    Leads stand above it and sub-headlines between it in many a declaration that leaves them out, so they stay.
    """
    if not page.declared:
        return
    text, begins = "".join(map(letters, page.hints.body)), page.declared.index(True)
    below = [at for at in page.kept if at >= begins]
    if len(text) < _DECLARED * sum(len(page.keys[at]) for at in below):
        return
    for at in below:
        if not page.declared[at] and page.blocks[at].tag not in HEADINGS and page.keys[at] not in text:
            page.reasons[at] = Reason.NOT_IN_BODY


def fill_gaps(page: Taken) -> None:
    """Running text of the article's column that the extractor left out: between what it took, and below."""
    running, kinds = page.running, page.kinds()
    boxes = Counter[tuple[str, int]]()
    stories = Counter[int]()
    for at in running:
        boxes[page.blocks[at].tag, page.blocks[at].parent] += len(page.keys[at])
        stories[page.blocks[at].story] += len(page.keys[at])
    story = stories.most_common(1)[0][0]
    for at in range(running[0], len(page.blocks)):
        block = page.blocks[at]
        if at > running[-1] and block.tag == "h1":
            return  # the next story begins
        if page.reasons[at] is not Reason.OUTSIDE or block.story != story or block.linked >= HALF_LINKED:
            continue
        share = boxes[block.tag, block.parent] if at < running[-1] else 0
        if is_running(block.text) and max(share, kinds[block.kind]) > _COLUMN * kinds.total():
            page.reasons[at] = None


def add_headings(page: Taken) -> None:
    """Sub-headlines that the extractor left out: those directly above what is taken."""
    running = page.running
    story = page.blocks[running[0]].story
    for at in range(running[0], running[-1]):
        block = page.blocks[at]
        if block.tag not in HEADINGS or block.tag == "h1" or block.story != story or block.linked >= HALF_LINKED:
            continue
        near = range(at + 1, min(at + _NEAR, running[-1] + 1))
        below = next((place for place in near if page.reasons[place] in (None, Reason.OUTSIDE)), at)
        if (
            page.reasons[at] is Reason.OUTSIDE
            and page.reasons[below] is None
            and page.blocks[below].tag not in HEADINGS
        ):
            page.reasons[at] = None


def add_lead(page: Taken, titles: frozenset[str]) -> None:
    """The lead above the text: what the page describes itself with, else what it calls so, else the only running text there.

    Args:
        page: The page.
        titles: The headlines that it gives itself, as `letters` has them.
    """
    first = page.running[0]
    title = max((at for at in range(first) if page.blocks[at].tag == "h1" or page.keys[at] in titles), default=-1)
    leads = [key for lead in page.hints.leads if len(key := letters(lead)) >= MIN_SURE]
    above = [at for at in range(first) if page.reasons[at] in (None, Reason.OUTSIDE) and page.blocks[at].tag != "li"]
    found = [at for at in above if _is_described(page.keys[at], leads)]
    below_title = [at for at in above if title >= 0 and at > title and page.blocks[at].linked < _LEAD_LINKS]
    found = found or [at for at in below_title if _is_named(page, at)] or _only(page, below_title)
    for at in found:
        page.reasons[at] = None
    page.lead = found[0] if found else -1


def _is_described(key: str, leads: Sequence[str]) -> bool:
    return len(key) >= MIN_SURE and any(key.startswith(lead[:_SAME]) or lead.startswith(key[:_SAME]) for lead in leads)


def _is_named(page: Taken, at: int) -> bool:
    block = page.blocks[at]
    return len(block.text) >= _MIN_NAMED_LEAD and not block.names.isdisjoint(_LEAD_NAMES)


def _only(page: Taken, places: Sequence[int]) -> list[int]:
    found = [at for at in places if is_running(page.blocks[at].text) and columns(page.blocks[at].text) >= MIN_LEAD]
    return found if len(found) == 1 else []
