"""Names, dates and credits above and below an article. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.head import read_authors, read_date_line
from newsearch.corpus.formats.html.matching import columns, ends_sentence
from newsearch.corpus.formats.lines import Reason

if TYPE_CHECKING:
    from newsearch.corpus.formats.html.taken import Taken

_FEW: Final = 3
"""Short lines above or below the text that may be names and credits; more of them are a list of the article."""
_SHORT_ABOVE, _SHORT_BELOW = 40, 80
"""Columns of a line above and below the text that may be a name or credit."""
_LAST: Final = 8
"""Blocks at the end of the article in which an author is introduced."""
_IS = re.compile(r"(?:,| (?:is|was|has|ist|war|arbeitet|schreibt|leitet|studierte|lebt)\b|:|$)")
_TWEET = re.compile(r"\(@\w+\)")


def trim_head(page: Taken) -> None:
    """Date lines and authors above the text, and a few short lines that are no sentences: kickers, places, sections."""
    first = page.running[0]
    above = [at for at in page.kept if at < first and at != page.lead]
    short = []
    for at in above:
        text = page.blocks[at].text
        if read_date_line(text):
            page.reasons[at] = Reason.DATE_LINE
        elif read_authors(text) or text in page.hints.authors:
            page.reasons[at] = Reason.AUTHOR_LINE
        elif columns(text) < _SHORT_ABOVE and not ends_sentence(text):
            short.append(at)
    if len(short) <= _FEW:
        for at in short:
            page.reasons[at] = Reason.ABOVE_HEADLINE


def drop_biographies(page: Taken) -> None:
    """Paragraphs at the end that introduce an author: ``Erika Muster ist Redakteurin``."""
    for at in page.kept[-_LAST:]:
        text = page.blocks[at].text
        if any(text.startswith(name) and _IS.match(text, len(name)) for name in page.hints.authors if " " in name):
            page.reasons[at] = Reason.AUTHOR_BOX


def trim_tail(page: Taken) -> None:
    """A few short lines at the end that are no sentences, list items or tweets: names, sources, what would come next."""
    short: list[int] = []
    for at in reversed(page.kept):
        block = page.blocks[at]
        if (
            block.tag == "li"
            or columns(block.text) >= _SHORT_BELOW
            or ends_sentence(block.text)
            or _TWEET.search(block.text)
        ):
            break
        short.append(at)
    if len(short) <= _FEW:
        for at in short:
            page.reasons[at] = Reason.AFTER_END
