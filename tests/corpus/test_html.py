"""HTML pages become articles, or are rejected with a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from corpus_pages import PROSE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsearch.corpus.article import Article, DateOrigin, Precision
from newsearch.corpus.formats.base import Parsed, RejectedError
from newsearch.corpus.formats.html import parse_html
from newsearch.corpus.formats.html.blocks import Block, name_words
from newsearch.corpus.formats.html.furniture import _held
from newsearch.corpus.formats.html.mend import is_declared_whole
from newsearch.corpus.formats.html.page import read_page
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.versions import pack, unpack

URL = "https://kuestenbote.example/politik/muehle"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
CAPTION = "Die alte Mühle am Hafen, aufgenommen im vergangenen Herbst von einem Leser."
TABLE = "<table><tr><td>Besucher der Mühle im Jahr 2023</td><td>4.711</td></tr></table>"
LINKED = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Die Mühle dreht sich wieder",
    "datePublished": "2024-03-03T08:15:00+01:00",
    "dateModified": "2024-03-04T10:00:00+01:00",
    "author": [{"@type": "Person", "name": "Erika Muster"}],
    "publisher": {"@type": "Organization", "name": "Küstenbote"},
    "inLanguage": "de-DE",
}
GRAPH = (
    '<meta property="og:title" content="Die Mühle dreht sich | Küstenbote"><meta property="og:site_name" content="Küstenbote">'
    '<meta property="article:published_time" content="2024-03-02T23:30:00+00:00">'
)


def page(body=TEXT, head=""):
    return f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>"


def linked(value):
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def read(source, **known):
    return parse_html(source.encode(), **known)


def test_json_ld_says_what_the_article_is():
    """Headline, both dates, author, publisher; the text is the page's, paragraph by paragraph."""
    article = read(page(head=linked(LINKED) + GRAPH), url=URL).article
    assert (article.title, article.publisher, article.authors) == (LINKED["headline"], "Küstenbote", ("Erika Muster",))
    assert article.published == datetime(2024, 3, 3, 7, 15, tzinfo=UTC)
    assert article.updated == datetime(2024, 3, 4, 9, tzinfo=UTC)
    assert (article.date_origin, article.precision) == (DateOrigin.JSON_LD, Precision.INSTANT)
    assert (article.text, article.url, article.language[:2]) == ("\n\n".join(PROSE), URL, "de")


def test_open_graph_counts_where_there_is_no_json_ld():
    """The site's name behind the headline goes."""
    article = read(page(head=GRAPH)).article
    assert (article.title, article.publisher) == ("Die Mühle dreht sich", "Küstenbote")
    assert (article.published, article.date_origin) == (datetime(2024, 3, 2, 23, 30, tzinfo=UTC), DateOrigin.META)


HEADLINE = "Die Mühle dreht sich wieder"


@pytest.mark.parametrize(
    ("above", "title"),
    [
        (f"<li><h1>{HEADLINE} im Norden</h1></li><h2>{HEADLINE}</h2>", HEADLINE),
        (f"<h2>{HEADLINE}</h2>", HEADLINE),
        (f"<h1>Am Hafen <span>{HEADLINE}</span></h1>", HEADLINE),
        (f"<h1>Am Hafen<div>{HEADLINE}</div></h1>", HEADLINE),
        (f"<aside><h2>{HEADLINE}</h2></aside>", f"{HEADLINE} im Norden"),
        ("<h1>Archiv zieht um</h1>", f"{HEADLINE} im Norden"),
        ("<h2>Mühle</h2>", f"{HEADLINE} im Norden"),
    ],
)
def test_of_the_headlines_that_the_head_gives_the_printed_one_counts(above, title):
    """Written for search engines in JSON-LD, printed otherwise: often in an h2, with the other one as an h1 above."""
    head = linked(LINKED | {"headline": f"{HEADLINE} im Norden"}) + f'<meta property="og:title" content="{HEADLINE}">'
    assert read(page(above + TEXT, head)).article.title == title


@pytest.mark.parametrize("name", ["article:published:time", "article.published_time", "Article:Published_Time"])
def test_a_meta_element_is_known_however_its_name_is_joined(name):
    head = f'<meta name="{name}" content="2024-03-02T23:30:00+00:00">'
    assert read(page(head=head)).article.published == datetime(2024, 3, 2, 23, 30, tzinfo=UTC)


def test_a_page_that_says_english_and_is_german_is_german():
    """Many a system comes with lang="en"; a page that is mixed is believed."""
    german = "".join(f"<p>{part}</p>" for part in PROSE if "council" not in part)
    source = page(german, linked({"@type": "NewsArticle", "headline": "Die Mühle"})).replace(
        "<html>", '<html lang="en-US">'
    )
    assert read(source).article.language == "de"
    assert read(source.replace(german, german + 2 * f"<p>{PROSE[1]}</p>")).article.language == "en-US"


@pytest.mark.parametrize("broken", ['{"@type": "NewsArticle", "headline": "Die', "[[[[", "null", '"\\ud800"', "{}" * 9])
def test_broken_json_ld_costs_no_article(broken):
    """OpenGraph says the rest."""
    article = read(page(head=linked(broken) + GRAPH)).article
    assert (article.title, article.text) == ("Die Mühle dreht sich", "\n\n".join(PROSE))


@pytest.mark.parametrize(
    ("declared", "header", "codec"),
    [
        ("", "", "utf-8"),
        ("iso-8859-1", "", "cp1252"),
        ("utf-8", "windows-1252", "cp1252"),
        ("iso-8859-1", "", "utf-8"),
        ("", "", "utf-16"),
    ],
)
def test_umlauts_come_out_whatever_the_encoding(declared, header, codec):
    """The header goes before the page's own word, a byte order mark and valid UTF-8 before both."""
    head = f'<meta charset="{declared}">' if declared else ""
    text = "Die größte Mühle an der Küste „dreht“ sich wieder, und alle hören es über die Dächer hinweg."
    article = parse_html(page(f"<p>{text}</p>{TEXT}", head).encode(codec), charset=header).article
    assert article.text.startswith(text)


def test_the_canonical_address_is_the_articles():
    """Relative to where the page was fetched; one that is the front page is a mistake."""
    canonical = '<link rel="canonical" href="{}">'
    assert read(page(head=canonical.format("/politik/muehle")), url=f"{URL}?ref=mail").article.url == URL
    front = canonical.format("https://kuestenbote.example/")
    assert read(page(head=front), url=URL).article.url == URL


@pytest.mark.parametrize(("times", "on_page", "whole"), [(9, 9, True), (9, 8, False), (1, 1, False)])
def test_a_declared_text_is_whole_where_it_is_long_and_stands_on_the_page(times, on_page, whole):
    """Then no extractor looks for it: not a summary of 120 letters, nor where a ninth of it is missing."""
    paragraphs = [
        f"Absatz {number}: {'Die Mühle dreht sich seit gestern wieder. ' * 4}".strip() for number in range(times)
    ]
    assert is_declared_whole([Block(text) for text in paragraphs[:on_page]], paragraphs) is whole


def test_characters_are_counted_in_every_element_around_them():
    """Running text in an element and behind one inside of it, not behind a comment, and not in what is never seen."""
    long = "x" * 60
    source = f"<div>{long}<b>kurz</b>{long}<!-- -->{long}<script>{long}</script><p>{long}</p></div>"
    held = _held(read_page(page(source).encode()).body)
    assert {element.tag: inside.length for element, inside in held.items()} == {
        **dict.fromkeys(("body", "article", "div"), 180),
        **dict.fromkeys(("p", "script"), 60),
    }


def test_captions_and_tables_are_dropped_with_a_reason():
    """They are no part of the text, and can be looked at."""
    found = read(page(f"{TEXT}<figure><img src=a><figcaption>{CAPTION}</figcaption></figure>{TABLE}"))
    assert found.article.text == "\n\n".join(PROSE)
    dropped = {block.reason: block.text for block in found.dropped}
    assert dropped[Reason.CAPTION] == CAPTION
    assert "4.711" in dropped[Reason.TABLE]


def test_a_uuid_names_no_advertisement():
    """Its letters are no words: half an article went as an advertisement."""
    assert name_words("text ad6ed79d-88fd-4c8e-a27a-ff8349c9446f") == {"text"}
    assert "ad" in name_words("ad-container")


def test_the_date_in_the_future_is_flagged():
    """A page says 2024; read in 2023, that is an embargo or a mistake."""
    raw = page(head=linked(LINKED)).encode()
    assert parse_html(raw, now=datetime(2023, 1, 1, tzinfo=UTC)).article.date_ahead
    assert not parse_html(raw, now=datetime(2025, 1, 1, tzinfo=UTC)).article.date_ahead


def test_a_clean_page_stays_as_it_is():
    """Read again, the clean text comes out unchanged."""
    once = read(page(f"<nav>Start Politik</nav>{TEXT}{TABLE}", linked(LINKED))).article
    again = read(page("".join(f"<p>{part}</p>" for part in once.text.split("\n\n")), linked(LINKED))).article
    assert again == once


@pytest.mark.parametrize("raw", [b"", b" \n", b"<!-- -->", b"<html></html>", b"\0" * 99, b"<p>Kurz.</p>"])
def test_what_holds_no_article_is_rejected(raw):
    """With what was found, and what to do."""
    with pytest.raises(RejectedError):
        parse_html(raw)


def test_fifty_megabytes_are_rejected():
    """At once, unread."""
    with pytest.raises(RejectedError, match="too large"):
        parse_html(b"<p>" + b"Wort " * 10_000_000)


@pytest.mark.parametrize("depth", [500, 5_000, 200_000])
def test_deep_nesting_ends_in_an_article_or_a_rejection(depth):
    """Never in a stack that overflows."""
    read_or_reject(page("<div>" * depth + TEXT + "</div>" * depth).encode())


SNIPPETS = [
    "<div class=related>", "<div>", "</div>", "<p>", "</p>", "<table>", "<tr><td>", "<br>", "<a href='/x'>", "</a>", "<h1>",
    "<h2>", "<script>", "<script type='application/ld+json'>", '{"@type":"NewsArticle","headline":', "</script>", "<svg>",
    "<template>", "<time datetime='2024-99-99'>", "<meta property='og:title' content='", "'>", "&#0;", "&#xd800;", "<!--",
    "<![CDATA[", "<link rel=canonical href='http://[x'>", "<base href='//['>", "\0", "\ufeff", "\x85", *PROSE,
]  # fmt: skip


def read_or_reject(raw, **known):
    try:
        found = parse_html(raw, **known)
    except RejectedError:
        return None
    assert isinstance(found, Parsed)
    assert found.article.text.strip()
    assert unpack(pack(found.article)) == found.article
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=30), max_size=25).map("".join))
def test_any_markup_gives_an_article_or_a_rejection(source):
    """Nothing else: no other exception, no empty article."""
    read_or_reject(source.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400), st.text(max_size=30), st.text(max_size=12))
def test_any_bytes_address_and_charset_give_an_article_or_a_rejection(raw, url, charset):
    """What a server says is input as well."""
    read_or_reject(page().encode() + raw, url=url, charset=charset)


def test_versions_packed_before_the_dates_had_origins_unpack():
    """An archive that was read by an older newsearch stays readable."""
    fields = json.loads(
        pack(Article("Titel", "Text", published=datetime(2024, 3, 3, tzinfo=UTC), precision=Precision.DAY))
    )
    for later in ("place", "date_origin", "date_confidence", "date_ahead"):
        del fields[later]
    article = unpack(json.dumps(fields).encode())
    assert (article.title, article.precision, article.place) == ("Titel", Precision.DAY, "")
    assert (article.date_origin, article.date_confidence, article.date_ahead) == (None, None, False)


@pytest.mark.parametrize("feed", ["\f", "&#12;", "&#x0C;", "&#x1f", "\v", "&#1;", "&#xFFFF;", "&#xD800;", "&#65534"])
def test_a_form_feed_before_what_is_taken_out_is_white_space(feed):
    """lxml reads one, and refuses it when the text around an element that goes is put together."""
    page = f"<p>Es{feed}<script>x()</script> regnet seit Tagen, und die Fähre bleibt im Hafen, sagt der Kapitän am Morgen.</p>"
    article = parse_html(f"<h1>Regen</h1><article>{page}{page}</article>".encode()).article
    assert "regnet seit Tagen" in article.text
