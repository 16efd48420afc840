"""Which lines of a page are its article's: pure, line by line, nothing reordered."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.head import read_date_line
from newsearch.corpus.formats.lines import MAX_HEADLINE, Reason, category, end_mark, is_prose
from newsearch.corpus.formats.noise import (
    begins_author_box,
    is_bullet,
    is_comment_count,
    is_cut_off,
    is_form,
    is_related_heading,
    is_time_ago,
    may_be_sharing,
    noise,
)
from newsearch.corpus.text import normalise
from newsearch.corpus.wrapping import unwrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_TABBED = re.compile(r"^(?:[^\t\n]+(?:\t+[^\t\n]+)+\t*(?:\n|\Z)){2,}", re.MULTILINE)
"""Rows whose cells tabs part: the tabs would be spaces later, and the table sentences without sense."""
_CELLS = re.compile(r"\s?\|\s?")
_ROWS_OF_TWO: Final = 3
"""Rows of two cells that are a table; two lines that have a stroke in common may be anything."""
_MAX_BOX: Final = 10
"""Lines of a block of which all may go for the sake of some: a page without empty lines is one block."""
_BUTTONS: Final = 3
"""Lines of share words below each other that are a bar; one of them names a network or says share."""
_FULL_MARK: Final = 2
"""Of category line, publisher and date, comment count: two together stand below an article and nowhere else."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page that is not empty.

    Attributes:
        text: The line, normalised, without white space around it.
        block: Number of its block; lines of one block have no empty line between them.
    """

    text: str
    block: int


def split_lines(text: str) -> list[Line]:
    """The lines of *text* that are not empty, normalised; a paragraph that is wrapped over several lines is one."""
    lines, block = [], 0
    text = _TABBED.sub(lambda rows: re.sub(r"\t+(?=[^\t\n])", " | ", rows[0]), text)
    for line in unwrap(normalise(text), _is_whole).split("\n"):
        stripped = line.strip()
        if stripped:
            lines.append(Line(stripped, block))
        else:
            block += 1
    return lines


def _is_whole(line: str) -> bool:
    return read_date_line(line) is not None or end_mark(line) is not None or bool(category(line))


def mark_noise(lines: Sequence[Line]) -> list[Reason | None]:
    """Why each of *lines* is no part of the article; None for the ones that are.

    A page without a mark of the article's end keeps all that is not noise by itself.

    Returns:
        One entry per line, in their order.
    """
    reasons = [noise(line.text) for line in lines]
    prose = [reason is None and is_prose(line.text) for line, reason in zip(lines, reasons, strict=True)]
    _mark_tables(lines, reasons, prose)
    _mark_boxes(lines, reasons)
    _mark_teasers(lines, reasons)
    _mark_related(lines, reasons, prose)
    end = _end(lines, prose)
    for index in range(end, len(lines)):
        reasons[index] = reasons[index] or _below(lines[index].text)
    return _mark_marks(lines, reasons, end)


def _mark_marks(lines: Sequence[Line], reasons: list[Reason | None], end: int) -> list[Reason | None]:
    """Marks above the article (a page that repeats them there) are no text either."""
    for index in range(end):
        if end_mark(lines[index].text):
            reasons[index] = Reason.END_MARK
            if index and reasons[index - 1] is None and category(lines[index - 1].text):
                reasons[index - 1] = Reason.CATEGORY
    return reasons


def _blocks(lines: Sequence[Line]) -> Iterator[list[int]]:
    """The numbers of the lines of each block."""
    for _, group in itertools.groupby(range(len(lines)), key=lambda index: lines[index].block):
        yield list(group)


def _mark_tables(lines: Sequence[Line], reasons: list[Reason | None], prose: Sequence[bool]) -> None:
    """Rows of equally many cells, one below the other, with numbers in them."""
    for block in _blocks(lines):
        cells = {index: len(_CELLS.findall(lines[index].text.strip("| "))) for index in block}
        for width, group in itertools.groupby(block, key=cells.__getitem__):
            rows = list(group)
            enough = 2 if width > 1 else _ROWS_OF_TWO
            if width and len(rows) >= enough and not any(prose[row] for row in rows) and _has_number(lines, rows):
                for row in rows:
                    reasons[row] = reasons[row] or Reason.TABLE


def _has_number(lines: Sequence[Line], rows: Sequence[int]) -> bool:
    return any(char.isdecimal() for row in rows for char in lines[row].text)


def _mark_boxes(lines: Sequence[Line], reasons: list[Reason | None]) -> None:
    """Blocks that are known by some of their lines: order forms, what stands about an author, buttons one below the other."""
    for block in _blocks(lines):
        for is_button, group in itertools.groupby(block, key=lambda at: may_be_sharing(lines[at].text)):
            run = list(group)
            if is_button and len(run) >= _BUTTONS and any(reasons[at] is Reason.SHARING for at in run):
                _mark(reasons, run, Reason.SHARING)
        if len(block) > _MAX_BOX:
            continue
        about = next((at for at in block if begins_author_box(lines[at].text)), block[-1])
        _mark(reasons, range(about + 1, block[-1] + 1), Reason.AUTHOR_BOX)
        orders = [at for at in block if reasons[at] in (Reason.NEWSLETTER, Reason.PAYWALL)]
        if any(is_form(lines[at].text) for at in orders):
            _mark(reasons, range(orders[0], orders[-1]), Reason.NEWSLETTER)


def _mark(reasons: list[Reason | None], indices: Iterable[int], reason: Reason) -> None:
    for index in indices:
        reasons[index] = reasons[index] or reason


def _mark_teasers(lines: Sequence[Line], reasons: list[Reason | None]) -> None:
    """A teaser takes its headline with it, and a line cut off above ``vor 46 Minuten`` is a teaser too."""
    for index, line in enumerate(lines):
        following = lines[index + 1].text if index + 1 < len(lines) else ""
        if reasons[index] is None and is_cut_off(line.text) and is_time_ago(following):
            reasons[index] = Reason.TEASER
        if reasons[index] is Reason.TEASER and index and _may_head(lines[index - 1], line):
            reasons[index - 1] = reasons[index - 1] or Reason.TEASER_HEADLINE


def _may_head(above: Line, teaser: Line) -> bool:
    return above.block == teaser.block and len(above.text) <= MAX_HEADLINE and not is_prose(above.text)


def _mark_related(lines: Sequence[Line], reasons: list[Reason | None], prose: Sequence[bool]) -> None:
    """The headlines listed below ``Das könnte Sie auch interessieren``.

    Those in its block and those with a bullet always; others in the blocks below it only where no prose follows on the page,
    since the last line before prose may be a sub-headline.
    """
    last_prose = max((index for index, is_text in enumerate(prose) if is_text), default=-1)
    block = None  # of the heading whose list this is
    for index, line in enumerate(lines):
        if is_related_heading(line.text):
            block = line.block
        elif prose[index] or line.text.endswith("."):
            block = None
        elif block is not None and (line.block == block or index > last_prose or is_bullet(line.text)):
            reasons[index] = reasons[index] or Reason.RELATED
        else:
            block = None


def _end(lines: Sequence[Line], prose: Sequence[bool]) -> int:
    """Where the article ends: the number of the first line below it.

    A mark only ends what has begun: a comment count below the headline ends nothing, and a lone mark below the lead
    ends the article only where no text follows.
    """
    above, total = 0, sum(prose)
    for index, line in enumerate(lines):
        above += prose[index]
        if not (end_mark(line.text) or is_comment_count(line.text)):
            continue
        if above >= (1 if _mark_strength(lines, index) >= _FULL_MARK or above == total else 2):
            return index - 1 if category(lines[index - 1].text) else index
    return len(lines)


def _mark_strength(lines: Sequence[Line], index: int) -> int:
    """How many of the three marks stand together around *index*."""
    around = lines[max(index - 1, 0) : index + 2]
    return sum(any(applies(line.text) for line in around) for applies in (category, end_mark, is_comment_count))


def _below(line: str) -> Reason:
    if end_mark(line):
        return Reason.END_MARK
    return Reason.CATEGORY if category(line) else Reason.AFTER_END
