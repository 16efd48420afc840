"""Judged queries: which passages answer which question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from newsearch.corpus.errors import UsageError
from newsearch.search.lookup import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsearch.corpus.article import Article
    from newsearch.search.hits import Hit

_WORD: Final = re.compile(r"\w+")
NO_ANSWER: Final = "no_answer"


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A question with the passages that answer it.

    Attributes:
        article: Id, external id, url or path of the article that holds them; empty where nothing answers.
        gold: Verbatim passages, any one of which is an answer.
    """

    qid: str
    query: str
    language: str
    kind: str
    article: str
    gold: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the archive is to hold an answer."""
        return self.kind != NO_ANSWER


def read_queries(path: Path) -> list[JudgedQuery]:
    """The judged queries of a JSON lines file.

    Raises:
        UsageError: The file is missing, or a line is no judged query.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as exc:
        raise UsageError(
            f"{path} cannot be read ({exc.strerror}). Wanted: a JSON lines file of judged queries."
        ) from exc
    return [_parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _parse(line: bytes, place: str) -> JudgedQuery:
    try:
        fields = orjson.loads(line)
        if isinstance(fields.get("gold"), str) or isinstance(fields.get("also"), str):
            raise TypeError("gold and also are lists of passages")
        return JudgedQuery(
            qid=fields["qid"],
            query=fields["query"],
            language=fields.get("query_language", ""),
            kind=fields["kind"],
            article=fields.get("article_id") or "",
            gold=(*fields.get("gold", ()), *fields.get("also", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise UsageError(
            f"{place} is no judged query ({told(exc)}). Wanted: a JSON object with qid, query, kind, article_id, gold."
        ) from exc


def told(exc: Exception) -> str:
    """What *exc* says of a file, for people: a key that is missing, an error of the system, else in its own words."""
    if isinstance(exc, KeyError):
        return f"it has no {exc}"
    return (exc.strerror or str(exc)) if isinstance(exc, OSError) else str(exc)


def is_right(query: JudgedQuery, hit: Hit, same_story: frozenset[str] = frozenset()) -> bool:
    """Whether *hit* covers at least half of the words of one of the query's gold passages.

    Where the gold passage stands verbatim in the hit's article, the words are those that the hit and the gold passage share
    in place; so a copy of the story elsewhere (wire copy, another version) counts as well. Otherwise only the named article
    counts, and those of the *same_story* (ids of near-duplicates of it), by the share of the gold's words that the hit has.
    """
    named = hit.article.id in same_story or query.article in names_of(hit.article)
    return any(_covers(gold, hit, named=named) for gold in query.gold)


def _covers(gold: str, hit: Hit, *, named: bool) -> bool:
    wanted = words(gold)
    where = find_words(wanted, hit.article.text)
    if where is None:
        return named and 2 * len(set(wanted) & set(words(hit.text))) >= len(set(wanted))
    covered = sum(1 for start, end in where if hit.start <= start and end <= hit.end)
    return 2 * covered >= len(wanted)


def words(text: str) -> list[str]:
    """The words of *text*, lower-cased."""
    return _WORD.findall(text.lower())


def find_words(wanted: Sequence[str], text: str) -> list[tuple[int, int]] | None:
    """Where the words *wanted* first follow each other in *text*: (start, end) of each in code points; None if nowhere."""
    if not wanted:
        return None
    pattern = r"\W+".join(map(re.escape, wanted))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    if match is None:
        return None
    return [m.span() for m in _WORD.finditer(text, match.start(), match.end())]


def language_pair(query: JudgedQuery, article: Article | None) -> str:
    """``en→de``: the question's language, then the article's, both without region."""
    to = article.language if article else ""
    return f"{query.language.partition('-')[0] or '?'}→{to.partition('-')[0] or '?'}"
