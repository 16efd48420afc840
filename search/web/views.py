"""What the page shows, as plain values for its templates. Pure but for the questions that are asked of the service."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from newsearch.search.links import is_web, link_to
from newsearch.search.web.bars import address, bars_of, step_for
from newsearch.search.web.parameters import LONGEST_QUERY, RelatedParameters, SearchParameters
from newsearch.search.web.wording import date_in_words, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsearch.corpus.article import Article
    from newsearch.search.hits import Elsewhere, Hit
    from newsearch.search.web.service import Service

Part = tuple[str, str]
"""A piece of text and what it is to the question."""

NARROWING: Final = ("since", "until", "publisher", "language", "section", "agency", "include_undated", "sort")
CHOICES: Final = ("publisher", "language", "section", "agency")
"""Fields of the form that may be sent several times; the names to choose from are those of the index."""
MOST_CHOICES: Final = 300
"""Names that a list offers; a longer one is for the API."""

RELATED: Final = 6
_BREAK: Final = re.compile(r"\n+")


def search_view(
    service: Service, items: Sequence[tuple[str, str]], words: Mapping[str, str], asked: SearchParameters | None
) -> dict[str, Any]:
    """The search page.

    Args:
        service: What is asked.
        items: The fields of the address, as they came.
        words: What is said.
        asked: The question; None where there is none, or it cannot be asked.
    """
    form = _form(items)
    generation = service.library.searcher().generation
    columns, manifest = generation.columns, generation.manifest
    listed = {name: getattr(columns, name) for name in CHOICES} | {"language": generation.languages}
    choices = [(name, _names(column, form[name])) for name, column in listed.items()]
    counts = {name: number(manifest.counts[name], words) for name in ("articles", "passages")}
    view = {
        "form": form,
        "choices": [(name, values) for name, values in choices if values],
        "longest": LONGEST_QUERY,
        "bare": address([("q", form["q"])]),
        "holds": words["holds"].format(**counts, day=manifest.created[:10]),
        "problem": "",
        "results": None,
        "bars": [],
    }
    return view if asked is None else view | _answer(service, asked, items, words)


def _form(items: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the form's fields hold."""
    sent = dict(items)
    form: dict[str, Any] = {name: sent.get(name, "") for name in ("q", "since", "until", "sort", "include_undated")}
    form |= {name: [value for key, value in items if key == name and value] for name in CHOICES}
    return form | {"narrowed": any(form[name] for name in NARROWING)}


def _names(column: Any, chosen: Sequence[str]) -> list[str]:
    """The names of a column in alphabetical order, one of those that differ in case alone, and those that were chosen."""
    unlike = {name.casefold(): name for name in sorted(filter(None, column.names), reverse=True)}  # filters ignore case
    known = sorted(unlike.values(), key=str.casefold)[:MOST_CHOICES]
    return [*known, *(name for name in chosen if name not in known)]


def _answer(
    service: Service, asked: SearchParameters, items: Sequence[tuple[str, str]], words: Mapping[str, str]
) -> dict[str, Any]:
    results = service.search(asked)
    counted = service.timeline(asked, step_for(service.days(asked)))
    fields = [(name, value) for name, value in items if value]
    here = address(fields)
    count = words["found_one" if len(results.hits) == 1 else "found"]
    left_out = words["left_out"].format(count=number(results.undated_excluded, words))
    return {
        "results": results,
        "hits": [_hit(hit, here, words) for hit in results.hits],
        "count": count.format(count=len(results.hits), ms=round(results.took_ms)),
        "left_out": left_out if results.undated_excluded else "",
        **bars_of(counted, fields, words),
    }


def _hit(hit: Hit, back: str, words: Mapping[str, str]) -> dict[str, Any]:
    article = hit.article
    at = [("start", str(hit.start)), ("end", str(hit.end)), ("back", back)]
    here = address(at, f"/article/{article.id}")
    return {
        **_headline(article, words),
        "language": hit.language,
        "here": f"{here}#passage",
        "here_related": f"{here}#related",
        "link": hit.link if is_web(hit.link) else "",
        "parts": list(passage_parts(hit.text, hit.snippet, hit.highlights)),
        "also_in": [_elsewhere(other, back, words) for other in hit.also_in],
    }


def _elsewhere(other: Elsewhere, back: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": other.title,
        "publisher": other.publisher,
        "date": date_in_words(other, words),
        "here": address([("back", back)], f"/article/{other.article_id}"),
    }


def _headline(article: Article, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": article.title,
        "publisher": article.publisher,
        "section": article.section,
        "language": article.language,
        "date": date_in_words(article, words),
    }


def passage_parts(text: str, best: tuple[int, int], highlights: Iterable[tuple[int, int]]) -> Iterator[Part]:
    """A passage in pieces: ``word`` for what met the question, ``best`` for the rest of its best sentence, ``break``, ``""``.

    Args:
        text: The passage.
        best: Its best sentence, (start, end) in code points.
        highlights: Words that met the question, likewise.
    """
    words = sorted((a, b) for a, b in highlights if a < b)
    cuts = sorted({0, len(text), *best, *(at for span in words for at in span)})
    for start, end in pairwise(cuts):
        if any(a <= start and end <= b for a, b in words):
            kind = "word"
        else:
            kind = "best" if best[0] <= start and end <= best[1] else ""
        for number_, line in enumerate(_BREAK.split(text[start:end])):
            if number_:
                yield "", "break"
            if line:
                yield line, kind


def article_view(
    service: Service, article_id: str, passage: tuple[int, int], back: str, words: Mapping[str, str]
) -> dict[str, Any]:
    """The page of an article.

    Raises:
        Problem: There is no such article, or it was taken down.
    """
    article = service.article(article_id)
    start, end = passage if passage[0] < passage[1] <= len(article.text) else (0, 0)
    link = link_to(article, start, end) if end else article.url
    related = [
        {**_headline(hit.article, words), "here": address([("back", back)], f"/article/{hit.article.id}")}
        for hit in service.related(article_id, RelatedParameters(k=RELATED)).hits
    ]
    return {
        "article": article,
        "date": date_in_words(article, words),
        "marked": bool(end),
        "link": link if is_web(link) else "",
        "paragraphs": list(paragraph_parts(article.text, (start, end))),
        "back": back if back.startswith("/?") else "",
        "related": related,
    }


def paragraph_parts(text: str, passage: tuple[int, int]) -> Iterator[list[Part]]:
    """The paragraphs of *text*, each in pieces: ``passage`` for what is marked, ``first`` for its beginning, ``""``."""
    start, end = passage
    first = "first"
    for match in re.finditer(r"[^\n]+", text):
        a, b = match.span()
        low, high = max(a, start), min(b, end)
        if low >= high:
            yield [(match[0], "")]
            continue
        parts = [(text[a:low], ""), (text[low:high], first), (text[high:b], "")]
        first = "passage"
        yield [part for part in parts if part[0]]
