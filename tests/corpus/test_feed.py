"""RSS and Atom: items with a text become records, teasers and traps are rejected."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcs import entry

from newsearch.corpus.formats import feed
from newsearch.corpus.formats.base import Kind, RawRecord, RejectedError
from newsearch.corpus.formats.feed import MIN_ARTICLE, read_feed
from newsearch.corpus.formats.records import parse_record

LONG = "Die Fähre liegt im Dock. " * 30
RSS = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Küstenbote &amp;amp; Söhne</title><link>https://kuestenbote.example/</link><language>de-AT</language>
<image><title>Logo</title></image>
<item><media:title>Falsch</media:title><title>Kein Schiff &lt;b&gt;wird&lt;/b&gt; kommen</title>
 <link>/faehre</link><guid isPermaLink="false">kb-17</guid><pubDate>Sun, 03 Mar 2024 18:15:00 +0100</pubDate>
 <dc:creator>Erika Muster</dc:creator><category>Inseln</category><description>Neun Tage ohne F&auml;hre.</description>
 <content:encoded><![CDATA[<p>Die F&auml;hre liegt im Dock.</p>
 <p>Der B&uuml;rgermeister rudert.</p>
 <figure><figcaption>Foto: dpa</figcaption></figure>]]></content:encoded>
</item>
<item><title>Nur Anriss</title><link>https://kuestenbote.example/2</link><description>Mehr dazu im Netz …</description></item>
</channel></rss>""".replace("\ufeff", "")


def read(raw):
    return list(read_feed(entry(raw if isinstance(raw, bytes) else raw.encode(), "feed.xml")))


def articles(raw):
    return [parse_record(one.raw).article for one in read(raw) if isinstance(one, RawRecord)]


def test_rss():
    """Content, not description; the channel is the publisher; relative links are completed."""
    record, teaser = read(RSS)
    assert (record.place, record.kind) == ("feed.xml:1", Kind.RECORD)
    (article,) = articles(RSS)
    assert (article.title, article.lead) == ("Kein Schiff wird kommen", "Neun Tage ohne Fähre.")
    assert article.text == "Die Fähre liegt im Dock.\n\nDer Bürgermeister rudert."
    assert (article.url, article.external_id) == ("https://kuestenbote.example/faehre", "kb-17")
    assert (article.publisher, article.language) == ("Küstenbote & Söhne", "de-AT")
    assert (article.authors, article.section) == (("Erika Muster",), "Inseln")
    assert article.published == datetime(2024, 3, 3, 17, 15, tzinfo=UTC)
    assert (teaser.place, teaser.reason) == ("feed.xml:2", "only a teaser")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<content>Eins &lt; zwei\nZeile</content>", "Eins < zwei\n\nZeile"),
        ('<content type="text">Tag &lt;p&gt; heißt Absatz</content>', "Tag <p> heißt Absatz"),
        ('<content type="html">&lt;p&gt;Eins&lt;/p&gt;&lt;p&gt;Zwei&lt;/p&gt;</content>', "Eins\n\nZwei"),
        (
            '<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>Eins</x:p><x:p>Zw<x:b>ei</x:b></x:p></x:div></content>',
            "Eins\n\nZwei",
        ),
        (f"<summary>{LONG}</summary>", LONG.strip()),
    ],
)
def test_atom(content, text):
    """Text, HTML and XHTML, each as it is meant."""
    raw = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>The Gazette</title><entry><id>tag:x,1</id>'
        '<title type="html">No &amp;amp; ship</title><link rel="self" href="https://a.example/self"/>'
        '<link href="https://a.example/ship"/><author><name>Jane Doe</name><email>j@a.example</email></author>'
        '<published>2024-03-03T18:15:00Z</published><updated>2024-03-04T00:00:00Z</updated><category term="sea" label="Sea"/>'
        f"{content}</entry></feed>"
    )
    (article,) = articles(raw)
    assert article.text == text
    assert (article.title, article.url, article.external_id) == ("No & ship", "https://a.example/ship", "tag:x,1")
    assert (article.language, article.publisher, article.section) == ("de", "The Gazette", "Sea")
    assert (article.authors, article.updated) == (("Jane Doe",), datetime(2024, 3, 4, tzinfo=UTC))


def test_rdf():
    """RSS 1.0 has its items beside the channel."""
    raw = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Bote</title></channel>'
        f"<item><title>A</title><link>https://a.example/1</link><dc:date>2004-03-03</dc:date><description>{LONG}</description>"
        "</item></rdf:RDF>"
    )
    (article,) = articles(raw)
    assert (article.publisher, article.url) == ("Bote", "https://a.example/1")
    assert article.published == datetime(2004, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("x" * MIN_ARTICLE, None),
        ("x" * (MIN_ARTICLE - 1), "only a teaser"),
        ("x" * 800 + " […]", "only a teaser"),
        (f"&lt;p&gt;{'x' * 800}&lt;/p&gt;&lt;a href='/'&gt;Weiterlesen&lt;/a&gt;", "only a teaser"),
        ("&lt;img src='x'&gt;&lt;/p&gt;", "no text"),
        ("", "no text"),
    ],
)
def test_a_teaser_is_no_article(description, reason):
    """It would take the place of the article that has its address."""
    (found,) = read(
        f"<rss><channel><item><title>A</title><description>{description}</description></item></channel></rss>"
    )
    assert getattr(found, "reason", None) == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item/></channel></rss>',
            "entities in XML",
        ),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><title>&a;</title></rss>', "entities in XML"),
        ("<svg><item/></svg>", "not a known format"),
        ("<rss><channel></channel></rss>", "no items"),
        ("Kein XML", "broken XML"),
        ("", "broken XML"),
    ],
)
def test_what_is_no_feed_or_a_trap_is_rejected(raw, reason):
    """No entity is unfolded, no file and no network opened."""
    with pytest.raises(RejectedError) as caught:
        read(raw)
    assert caught.value.reason == reason


def test_an_old_doctype_is_no_trap():
    """RSS 0.91 names Netscape's DTD, which is not fetched."""
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    assert len(articles(f"{doctype}<rss><channel><item><description>{LONG}</description></item></channel></rss>")) == 1


def test_broken_xml_is_read_as_far_as_it_goes():
    """And the file is rejected beside its items, so that somebody looks."""
    item = f"<item><title>A & B</title><description>{LONG}</description></item>"
    *items, reject = read(f"<rss><channel>{item}{item}{item[:-40]}")
    assert [one.record for one in items][:2] == [1, 2]
    assert (reject.place, reject.reason) == ("feed.xml", "broken XML")


def test_a_feed_too_large_is_not_held(monkeypatch):
    """Its size is known when one byte too many was read."""
    monkeypatch.setattr(feed, "MAX_FEED_BYTES", 100)
    with pytest.raises(RejectedError, match="too large"):
        read(RSS)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(RSS.encode()) - 1), st.integers(1, 255)), max_size=4), st.integers(0, 3000)
)
def test_no_damage_breaks_the_reader(flips, cut):
    """Records that can be parsed or say why not, rejects, or one reason for the file."""
    raw = bytearray(RSS.encode())
    for at, change in flips:
        raw[at] ^= change
    try:
        found = read(bytes(raw[:cut]))
    except RejectedError as exc:
        assert exc.reason in ("broken XML", "no items", "not a known format", "entities in XML")  # noqa: PT017
    else:
        assert found
        assert all(orjson.loads(one.raw) for one in found if isinstance(one, RawRecord))
