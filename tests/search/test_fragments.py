"""Text fragments, by the draft and in a browser."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import CHROMIUM, open_browser, page_of, plain_page
from hypothesis import given
from hypothesis import strategies as st
from search_archive import ARTICLES, make_article

from benchmarks.pages import read_fundus
from newsearch.corpus.formats.html import parse_html
from newsearch.corpus.formats.html.page import decode_html
from newsearch.indexer.chunker import Chunking, chunk
from newsearch.search.fragments import FEWEST_WORDS, text_fragment
from newsearch.search.links import link_to

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages" / "fundus" / "test_data"

needs_browser = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("playwright") is None,
    reason="no Chromium (Debian: apt install chromium) or no playwright (pip install 'newsearch[dev]') here",
)


def selected(fragment, page):
    """(start, end) of what a browser selects on *page*, blocks of text apart by line feeds; None where it finds nothing.

    Section 3.5.2 of the draft, by hand: the first prefix and start, one right after the other, and the first end after that
    before which the suffix stands; each lies in one block, as whole words, whatever their case.
    """
    prefix, first, last, suffix = re.fullmatch(r"(?:(.*)-,)?([^,]+?)(?:,([^,-]+))?(?:,-(.*))?", fragment).groups()

    def pattern(part):
        words = unquote(part).split()
        inner = r"[^\S\n]+".join(map(re.escape, words))
        return rf"(?<!\w){inner}(?!\w)" if words[0][0].isalnum() else inner

    lead = rf"{pattern(prefix)}\s*" if prefix else ""
    tail = rf"(?=\s*{pattern(suffix)})" if suffix else ""
    middle = rf"(?:.*?{pattern(last)})" if last else ""
    found = re.search(rf"{lead}({pattern(first)}{middle}){tail}", page, re.IGNORECASE | re.DOTALL)
    return found and found.span(1)


def passages_of(index):
    """All passages of an index that have a link into a page: the article, and (start, end)."""
    generation = index.generation
    for number, (start, end) in enumerate(generation.spans.flat.tolist()):
        article = generation.article(int(generation.article_of[number]))
        yield article, start, end


def test_the_link_of_every_passage_of_the_sample_archive_selects_it(sample):
    """Of all 218, as if each article had a page: headline, then text. Only sub-headlines of a word or two may be left out."""
    passages = list(passages_of(sample))
    assert len(passages) == 218
    for article, start, end in passages:
        page, passage = f"{article.title}\n{article.text}", article.text[start:end]
        link = link_to(replace(article, url="https://a.example/"), start, end)
        found = selected(link.partition("#:~:text=")[2], page)
        skipped = passage.index(page[slice(*found)])
        assert found[1] == len(article.title) + 1 + end
        assert len(passage[:skipped].split()) < FEWEST_WORDS


def test_every_hit_of_the_sample_archive_agrees_with_its_article(sample):
    """Text, offsets, snippet, highlights and link: those of the article as `show` has it."""
    seen = set()
    for query in ("Wer zahlt das?", "a decision of the council", "Käse", "ship and sea", "KI im Büro"):
        for hit in sample.search(query, 500, collapse=False).hits:
            article = sample.article(hit.article.id)
            assert article == hit.article
            assert article.text[hit.start : hit.end] == hit.text
            assert 0 <= hit.snippet[0] < hit.snippet[1] <= len(hit.text)
            assert all(0 <= a < b <= len(hit.text) for a, b in hit.highlights)
            assert hit.link == link_to(article, hit.start, hit.end)
            seen.add((article.id, hit.start))
    assert len(seen) == 218


def test_a_beginning_that_stands_before_it_gets_more_words():
    before = "Titel\nDie Fähre liegt heute wieder im Hafen fest."
    passage = "Die Fähre liegt heute wieder im Dock, und niemand weiß, wie lange das noch so geht."
    assert unquote(text_fragment(passage, before)) == "Die Fähre liegt heute wieder im Dock,,lange das noch so geht."


def test_where_more_words_do_not_help_those_in_front_tell_it_apart():
    before = "Titel\nEr sagte: Es dauert. Sie sagte: "
    assert unquote(text_fragment("Es dauert.", before)) == "Sie sagte:-,Es dauert."


def test_an_end_that_stands_in_the_passage_before_gets_what_follows():
    passage = "Wer singt, lebt länger.\n\nSo ist es.\n\nSo war es, und so wird es sein.\n\nSo ist es."
    assert unquote(text_fragment(passage, "", "\n\nEnde der Durchsage.")) == (
        "Wer singt, lebt länger.,So ist es.,-Ende der Durchsage."
    )


def test_a_text_that_repeats_its_headline_is_told_apart_by_what_follows():
    """In front of it stands the headline only, and on the page something may lie between."""
    assert (
        unquote(text_fragment("Es regnet.", "Es regnet.\n", " Und zwar seit Tagen."))
        == "Es regnet.,-Und zwar seit Tagen."
    )


def test_a_sub_headline_of_one_word_is_left_out():
    """In a page's navigation "Capital" comes first."""
    passage = "Capital\n\nCapital ist eine Partnermarke, deren Texte hier stehen."
    assert unquote(text_fragment(passage)) == "Capital ist eine Partnermarke, deren Texte hier stehen."


WORDS = st.lists(st.sampled_from(["Es", "regnet.", "E-Mail,", "„Ja“", "50 %", "und", "\n\n"]), max_size=14).map(
    " ".join
)


@given(WORDS, WORDS, WORDS)
def test_a_fragment_is_made_of_what_may_stand_in_one(before, passage, after):
    """And it selects something where there are words."""
    fragment = text_fragment(passage, f"Titel\n{before}", after)
    assert re.fullmatch(r"[A-Za-z0-9_.~%,-]*", fragment)
    assert bool(fragment) == bool(passage.strip())
    assert fragment.count(",") <= 3


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@needs_browser
@pytest.mark.parametrize(
    "passage",
    [
        "Sie sagte: „Es dauert – E-Mail genügt, 50 % & mehr.“",
        "Es dauert. Der Hafen ist zu.",
        "So ist es.\n\nEs dauert.\n\nSo ist es.",
        "Der zweite Absatz ist lang genug, dass Anfang und Ende für sich stehen, und er endet wie der erste: So ist es.",
    ],
)
def test_chromium_marks_the_passage_and_nothing_else(passage, browser):
    """Special characters, a beginning that stands before, an end that does, blocks."""
    text = (
        "Es dauert. So ist es.\n\nSie sagte: „Es dauert – E-Mail genügt, 50 % & mehr.“\n\n"
        "Von vorn: Es dauert. Der Hafen ist zu.\n\n"
        "Der zweite Absatz ist lang genug, dass Anfang und Ende für sich stehen, und er endet wie der erste: So ist es.\n\n"
        "So ist es.\n\nEs dauert.\n\nSo ist es.\n\nNachsatz."
    )
    article = make_article(text, title="Es dauert", url="")
    address = browser.serve("/eigen", page_of(article))
    start = text.index(passage)
    link = link_to(replace(article, url=address), start, start + len(passage))
    assert " ".join(browser.marked(link)) == " ".join(passage.split())


@needs_browser
def test_chromium_marks_nothing_where_a_fragment_does_not_fit(browser):
    """The control: what is marked elsewhere is not marked by chance."""
    address = browser.serve("/kontrolle", page_of(make_article("Die Fähre liegt im Dock.")))
    assert browser.marked(f"{address}#:~:text=Die%20F%C3%A4hre%20liegt%20am%20Kai") == []
    assert browser.marked(f"{address}#kommentare:~:text=liegt%20im") == ["liegt", "im"]


@needs_browser
def test_chromium_marks_passages_of_our_articles(browser):
    for number, record in enumerate(ARTICLES):
        article = make_article(record["text"], title=record["title"])
        address = browser.serve(f"/artikel/{number}", page_of(article))
        start, end = chunk(article.text, Chunking())[-1]
        marked = browser.marked(link_to(replace(article, url=address), start, end))
        assert [word for word in marked if word != "Anzeige"] == article.text[start:end].split()


@needs_browser
@pytest.mark.skipif(not PAGES.exists(), reason=f"the real pages are not here: {PAGES}")
def test_chromium_marks_passages_of_publishers_pages(browser):
    """34 of them, the first and last five words; at least 95%, since pages repeat themselves and hide what we read."""
    missed, asked = [], 0
    for number, page in enumerate([p for p in read_fundus(PAGES) if p.language and p.judging][::3]):
        article = parse_html(page.raw).article
        spans = chunk(article.text, Chunking())
        start, end = spans[-1 if number % 2 else len(spans) // 2]
        address = browser.serve(f"/{page.name}", plain_page(decode_html(page.raw).text))
        marked = "".join(browser.marked(link_to(replace(article, url=address), start, end)))
        blocks = [block.split() for block in article.text[start:end].split("\n\n")]
        first = next((block for block in blocks if len(block) >= FEWEST_WORDS), blocks[0])
        asked += 1
        if not (marked.startswith("".join(first[:5])) and marked.endswith("".join(blocks[-1][-5:]))):
            missed.append(page.name)
    assert asked == 34
    assert len(missed) <= 0.05 * asked, missed
