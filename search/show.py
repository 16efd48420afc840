"""Results and articles on stdout, for people and for programs."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import orjson

from newsearch.search.citation import cite as citation_of
from newsearch.search.citation import date_text
from newsearch.search.explain import explanation_lines
from newsearch.search.hits import Elsewhere, Hit, Results, published_json, results_json
from newsearch.search.links import is_web, place_of
from newsearch.search.query import parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from newsearch.corpus.article import Article
    from newsearch.corpus.report import Dropped
    from newsearch.corpus.store import Earlier

WIDEST: Final = 100
"""Lines longer than this are hard to read, however wide the terminal is."""

NOT_HERE: Final = "Nothing in this archive seems to answer this; the nearest passages:"
_WORD: Final = re.compile(r"\s*\n\s*|\S+")
"""A word, or the end of a paragraph. That is shown as ¶: run together, a sub-headline and its paragraph read like one muddled
sentence."""

ALSO: Final = 5
"""Other articles of a story that are named; a report of an agency may stand in forty papers, and ``--json`` has them all."""

MARK, UNMARK, UNDERLINE, NO_UNDERLINE = "\x1b[1m", "\x1b[22m", "\x1b[4m", "\x1b[24m"
FAINT, END = "\x1b[2m", "\x1b[0m"


def write(text: str) -> None:
    """*text* on stdout. A reader that has seen enough (``newsearch … | head``) is no error: the process ends with status 0."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        sys.exit(0)


def print_line(line: str) -> None:
    """One line on stdout, as it may go to a terminal (see `plain`)."""
    write(f"{plain(line)}\n")


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout, in UTF-8 whatever the terminal has (RFC 8259, section 8.1)."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def plain(text: str) -> str:
    """*text* without what could steer a terminal: control characters and bidirectional overrides; line ends are spaces."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)


def print_results(results: Results, *, as_json: bool, typed: str = "", cite: bool = False) -> None:
    """The hits on stdout, with *cite* each with a citation of its source; what is to be said about them on stderr.

    Args:
        results: The hits.
        as_json: Whether they are printed for programs.
        typed: The query where a person typed one: its phrases had to be there. The headline of an article is none.
        cite: Whether each has a citation.
    """
    cited = [citation_of(hit.article, _today(), hit.start) for hit in results.hits] if cite else []
    if as_json:
        found = results_json(results)
        for fields, line in zip(found["hits"], cited, strict=False):
            fields["citation"] = line
        print_json(found)
        return
    terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else 0
    if results.hits and results.answered is False:
        print_line(NOT_HERE)
    for hit, line in zip_longest(results.hits, cited):
        write("\n".join(hit_lines(hit, width=width, styled=terminal)) + "\n")
        if line:
            print_line(f"    {line}")
    if not results.hits:
        sys.stderr.write(f"newsearch: {nothing_line(typed)}\n")
    if results.undated_excluded:
        count = f"{results.undated_excluded:,} article{'s' if results.undated_excluded > 1 else ''}"
        sys.stderr.write(f"newsearch: {count} without a date left out; --include-undated keeps them\n")


def nothing_line(query: str) -> str:
    """What is said where *query* found nothing: each passage is near to some degree, so something left them all out."""
    asked = parse(query)
    phrases = " and ".join(f"“{plain(phrase)}”" for phrase in asked.phrases)
    words = ", ".join(f"“{plain(word)}”" for word in asked.excluded)
    parts = (
        phrases and f"with {phrases} word for word (headlines do not count)",
        words and f"without {words}",
        "with what the search was narrowed to",
    )
    return f"no passage fits, {', '.join(filter(None, parts))}"


def hit_lines(hit: Hit, *, width: int, styled: bool) -> list[str]:
    """A hit for people: the passage, then publisher, date, headline and link, then where else the story is told.

    Args:
        hit: The hit.
        width: Columns to wrap to; 0 leaves the passage on one line.
        styled: Whether the best sentence is bold, the words that answer are underlined, and the link can be clicked.
    """
    words = _words(hit)
    whole = styled and 0 < sum(word.best for word in words) < len(words)
    lines = _wrap([word.text for word in words], width - 4) if width else [[word.text for word in words]]
    out, rest = [], iter(words)
    for line in lines:
        shown = [next(rest).shown(bold=whole, underlined=styled) for _ in line]
        out.append(" ".join(shown).replace(f"{UNMARK} {MARK}", " "))
    label = f"{hit.rank:<3}"
    below = [source_line(hit, styled=styled), *([also_line(hit.also_in, styled=styled)] if hit.also_in else [])]
    if hit.explanation:
        below += map(plain, explanation_lines(hit.explanation, hit.score, hit.text, hit.article.title))
    return [f"{label if i == 0 else '   '} {line}" for i, line in enumerate(out)] + [f"    {line}" for line in below]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a passage as it is shown; whether it is in the best sentence, and whether it answers the query."""

    text: str
    best: bool
    answers: bool

    def shown(self, *, bold: bool, underlined: bool) -> str:
        text = f"{UNDERLINE}{self.text}{NO_UNDERLINE}" if underlined and self.answers else self.text
        return f"{MARK}{text}{UNMARK}" if bold and self.best else text


def _words(hit: Hit) -> list[_Word]:
    """The words of a hit's passage, with a ¶ where a paragraph ends; none holds white space."""
    out = []
    for match in _WORD.finditer(hit.text):
        start, end = match.span()
        text = "¶" if "\n" in match[0] else plain(match[0]).replace(" ", "")
        answers = any(a < end and b > start for a, b in hit.highlights)
        if text:
            out.append(_Word(text, hit.snippet[0] <= start and end <= hit.snippet[1], answers))
    return out


def _wrap(words: Sequence[str], width: int) -> list[list[str]]:
    lines = textwrap.wrap(" ".join(words), max(width, 20), break_long_words=False, break_on_hyphens=False)
    return [line.split() for line in lines]


def source_line(hit: Hit, *, styled: bool) -> str:
    """Publisher, date, headline and link, joined by middle dots."""
    article = hit.article
    when = ", ".join(p for p in (plain(article.publisher), date_text(article)) if p)
    title = f"“{plain(article.title)}”" if article.title else ""
    link = plain(hit.link) if is_web(hit.link) else plain(place_of(article, hit.start))
    if styled:
        link = _clickable(link, hit.link)
    line = " · ".join(p for p in (when, title, link) if p)
    return f"{FAINT}{line}{END}" if styled else line


def also_line(others: Sequence[Elsewhere], *, styled: bool) -> str:
    """``also in: Elbkurier (3 June 2025), …``: names that can be clicked, or the links behind them."""
    names = []
    for other in others[:ALSO]:
        when = date_text(other)
        name = plain(other.publisher or other.title or other.article_id) + (f" ({when})" if when else "")
        names.append(_clickable(name, other.link) if styled else " ".join(p for p in (name, plain(other.link)) if p))
    more = f" and {len(others) - ALSO:,} more" if len(others) > ALSO else ""
    line = f"also in: {', '.join(names)}{more}"
    return f"{FAINT}{line}{END}" if styled else line


def _clickable(text: str, link: str) -> str:
    """*text* as a link for terminals that know OSC 8, and as itself for others."""
    return f"\x1b]8;;{plain(link)}\x1b\\{text}\x1b]8;;\x1b\\" if link else text


def _today() -> date:
    return datetime.now().astimezone().date()


def print_article(
    article: Article,
    dropped: Sequence[Dropped],
    earlier: Sequence[Earlier] = (),
    *,
    as_json: bool,
    cite: bool = False,
) -> None:
    """An article on stdout, when it was read with another text, and what of its page was dropped; with *cite* its citation."""
    if as_json:
        fields = article_json(article, dropped, earlier)
        print_json(fields | ({"citation": citation_of(article, _today())} if cite else {}))
        return
    if cite:
        print_line(citation_of(article, _today()))
        return
    print_line(article.title or "(no headline)")
    facts = (
        article.publisher,
        date_text(article),
        article.section,
        article.place,
        article.agency,
        ", ".join(article.authors),
    )
    print_line(" · ".join(f for f in facts if f))
    print_line(f"{article.id} · {place_of(article, 0)}")
    for version in earlier:
        print_line(f"corrected since: another text was read {_moment(version.first_read)}")
    for paragraph in article.text.split("\n\n"):
        write("\n")
        print_line(paragraph)
    for block in dropped:
        write("\n")
        print_line(f"dropped ({block.reason}): {block.text}")


def _moment(moment: datetime | None) -> str:
    return f"on {moment.day} {moment:%B %Y, %H:%M} UTC" if moment else "at a time that was not noted"


def article_json(article: Article, dropped: Sequence[Dropped], earlier: Sequence[Earlier] = ()) -> dict[str, Any]:
    """An article for ``--json``."""
    return {
        "schema": 1,
        "article_id": article.id,
        "external_id": article.external_id,
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "publisher": article.publisher,
        "published": published_json(article),
        "precision": article.precision,
        "updated": article.updated.isoformat() if article.updated else None,
        "language": article.language,
        "section": article.section,
        "agency": article.agency,
        "place": article.place,
        "authors": list(article.authors),
        "file": article.source.file if article.source else "",
        "record": article.source.record if article.source else 0,
        "dropped": [{"reason": b.reason, "text": b.text} for b in dropped],
        "earlier": [
            {
                "first_read": v.first_read.isoformat() if v.first_read else None,
                "published": v.published.isoformat() if v.published else None,
                "updated": v.updated.isoformat() if v.updated else None,
            }
            for v in earlier
        ],
    }
