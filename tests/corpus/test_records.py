"""JSON articles of trafilatura, news-please, Fundus and our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from corpus_pages import PROSE
from hypothesis import given
from hypothesis import strategies as st
from trafilatura import extract

from newsearch.corpus.article import Article, DateOrigin, Precision
from newsearch.corpus.dating import CONFIDENCE
from newsearch.corpus.formats.base import Kind, RawRecord, RejectedError
from newsearch.corpus.formats.records import parse_record, read_record, web_address

TEXT = "Die Fähre liegt im Dock.\nDer Bürgermeister rudert selbst."
CLEAN = "Die Fähre liegt im Dock.\n\nDer Bürgermeister rudert selbst."
NOW = datetime(2026, 11, 28, tzinfo=UTC)
DAY = datetime(2024, 3, 3, tzinfo=UTC)
MOMENT = datetime(2024, 3, 3, 18, 15, tzinfo=timezone(timedelta(hours=1)))


def article(record):
    return parse_record(orjson.dumps(record)).article


def test_trafilatura():
    """The fields of trafilatura's JSON output; the excerpt is the page's description, not its text."""
    record = {
        "title": "Kein Schiff wird kommen",
        "author": "Erika Muster; Max Muster",
        "hostname": "kuestenbote.example",
        "source-hostname": "Küstenbote",
        "date": "2024-03-03",
        "source": "https://kuestenbote.example/faehre",
        "excerpt": "Neun Tage ohne Fähre.",
        "categories": "Inseln",
        "tags": "Fähre;Insel",
        "fingerprint": "8c1f",
        "id": None,
        "language": None,
        "raw_text": "roh",
        "text": TEXT,
    }
    assert article(record) == Article(
        title="Kein Schiff wird kommen",
        text=CLEAN,
        lead="Neun Tage ohne Fähre.",
        url="https://kuestenbote.example/faehre",
        external_id="8c1f",
        published=DAY,
        precision=Precision.DAY,
        language="de",
        publisher="Küstenbote",
        authors=("Erika Muster", "Max Muster"),
        section="Inseln",
        date_origin=DateOrigin.FILE,
        date_confidence=CONFIDENCE[DateOrigin.FILE],
    )


def test_what_trafilatura_writes_is_read():
    """Its own serialisation of a page, not what we think of it."""
    page = (
        "<html lang='de'><head><title>Kein Schiff</title><meta name='author' content='Erika Muster'>"
        "<meta property='og:site_name' content='Küstenbote'><meta name='date' content='2024-03-03'></head><body><article>"
        f"<p>{'Die Fähre liegt im Dock. ' * 8}</p><p>{'Der Bürgermeister rudert selbst. ' * 8}</p></article></body></html>"
    )
    written = extract(page, url="https://kuestenbote.example/faehre", output_format="json", with_metadata=True)
    assert written is not None
    found = parse_record(written.encode()).article
    assert (found.title, found.url, found.published) == ("Kein Schiff", "https://kuestenbote.example/faehre", DAY)
    assert (found.publisher, found.authors) == ("Küstenbote", ("Erika Muster",))
    assert [part[:8] for part in found.text.split("\n\n")] == ["Die Fähr", "Der Bürg"]


def test_news_please():
    """Its dates are without a zone and two words apart."""
    record = {
        "title": "Kein Schiff wird kommen",
        "maintext": TEXT,
        "date_publish": "2024-03-03 18:15:00",
        "date_modify": "2024-03-04 09:00:00",
        "authors": ["Erika Muster"],
        "source_domain": "kuestenbote.example",
        "url": "https://kuestenbote.example/faehre",
        "description": "Neun Tage ohne Fähre.",
        "language": "de",
        "filename": "x.json",
    }
    found = article(record)
    assert (found.published, found.precision, found.text) == (MOMENT, Precision.INSTANT, CLEAN)
    assert found.updated == datetime(2024, 3, 4, 8, tzinfo=UTC)
    assert (found.publisher, found.authors, found.lead) == (
        "kuestenbote.example",
        ("Erika Muster",),
        "Neun Tage ohne Fähre.",
    )


def test_fundus():
    """The summary is part of the article and comes first; sub-headlines are paragraphs of their own."""
    record = {
        "title": "Kein Schiff wird kommen",
        "authors": ["Erika Muster"],
        "publishing_date": "2024-03-03 18:15:00+01:00",
        "publisher": "Küstenbote",
        "body": {
            "summary": ["Neun Tage ohne Fähre."],
            "sections": [
                {"headline": [], "paragraphs": ["Die Fähre liegt im Dock."]},
                {"headline": ["Mit eigener Kraft"], "paragraphs": ["Der Bürgermeister rudert selbst."]},
            ],
        },
        "html": {"requested_url": "https://a.example/1", "responded_url": "https://kuestenbote.example/faehre"},
        "topics": ["Fähre"],
        "lang": "de",
    }
    found = article(record)
    parts = [
        "Neun Tage ohne Fähre.",
        "Die Fähre liegt im Dock.",
        "Mit eigener Kraft",
        "Der Bürgermeister rudert selbst.",
    ]
    assert found.text.split("\n\n") == parts
    assert (found.lead, found.url, found.published) == (parts[0], "https://kuestenbote.example/faehre", MOMENT)


def test_our_own_fields_come_back():
    """An archive written from articles reads as the same articles."""
    record = {
        "id": "17",
        "url": "https://kuestenbote.example/faehre",
        "title": "Kein Schiff",
        "lead": "Neun Tage ohne Fähre.",
        "text": TEXT,
        "published": "2024-03-03T18:15:00+01:00",
        "updated": "2024-03-04",
        "language": "de-AT",
        "publisher": "Küstenbote",
        "agency": "dpa",
        "authors": ["Erika Muster", "Max Muster"],
        "section": "Inseln",
    }
    assert article(record) == Article(
        title="Kein Schiff",
        text=f"Neun Tage ohne Fähre.\n\n{CLEAN}",
        lead="Neun Tage ohne Fähre.",
        url="https://kuestenbote.example/faehre",
        external_id="17",
        published=MOMENT,
        precision=Precision.INSTANT,
        updated=datetime(2024, 3, 4, tzinfo=UTC),
        language="de-AT",
        publisher="Küstenbote",
        agency="dpa",
        authors=("Erika Muster", "Max Muster"),
        section="Inseln",
        date_origin=DateOrigin.FILE,
        date_confidence=CONFIDENCE[DateOrigin.FILE],
    )


def test_headline_and_lead_stand_once():
    """Some extractors repeat the headline, most have the lead in the text."""
    found = article({"title": "Kein Schiff", "lead": "Die Fähre liegt im Dock.", "text": f"Kein Schiff\n{TEXT}"})
    assert found.text == CLEAN


@pytest.mark.parametrize(
    ("written", "published"),
    [("2021", "2021-01-01"), ("2021-11", "2021-11-01"), (2021, "2021-01-01"), (1709482500, "2024-03-03"),
     (1709482500000, "2024-03-03"), ("2024-03-03T17:15:00Z", "2024-03-03")],
)  # fmt: skip
def test_dates_of_any_precision(written, published):
    """Years, months, epochs in seconds and milliseconds."""
    moment = article({"text": TEXT, "date": written}).published
    assert moment is not None
    assert moment.date().isoformat() == published


def test_a_date_that_is_not_understood_is_noted_and_no_reject():
    """The article is undated; the report says what stood there."""
    parsed = read_record({"text": TEXT, "date": "neulich"})
    assert parsed.article.published is None
    assert [(block.reason, block.text) for block in parsed.dropped] == [("date not understood", "published: neulich")]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.example",
        "kuestenbote.example",
        "http://",
        "http://[::1",
        "",
        7,
        None,
    ],
)
def test_only_web_addresses_become_links(url):
    """A hit's link is clicked on."""
    assert web_address(url) == ""
    assert article({"text": TEXT, "url": url}).url == ""


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Erika Muster", ("Erika Muster",)),
        ("Erika Muster und Max Muster", ("Erika Muster", "Max Muster")),
        ("Jane Doe, John Roe and Mary Poe", ("Jane Doe", "John Roe", "Mary Poe")),
        ("Muster, Erika", ("Muster, Erika",)),
        (["Erika Muster", "Erika Muster", " ", None, 3], ("Erika Muster", "3")),
        ({"name": "x"}, ("x",)),
    ],
)
def test_authors_may_be_one_string(authors, names):
    """A list, or names with any of the usual words between them."""
    assert article({"text": TEXT, "authors": authors}).authors == names


def test_a_headline_comes_out_clean():
    """It is printed to terminals: no escape sequences, no hidden directions, one line."""
    found = article({"title": "\u202eKein\u202c \x1b[31mSchiff\x1b[0m\nwird\u00ad kommen", "text": TEXT})
    assert found.title == "Kein Schiff wird kommen"


@pytest.mark.parametrize(
    ("raw", "reason", "match"),
    [
        (b'{"text": "Die F', "broken JSON", r"at character \d+, at '.*Wanted one whole JSON object"),
        (b"[1, 2]", "not an object", "Found an array, wanted one JSON object"),
        (b'"text"', "not an object", "Found a string"),
        (b"null", "not an object", "Found None"),
        (
            b'{"title": "Kein Schiff", "url": ""}',
            "no text",
            "Found the fields title, url; wanted text in one of text, maintext",
        ),
        (b'{"title": "Kein Schiff", "text": "Kein Schiff"}', "no text", "Found the fields text, title"),
        (b"{}", "no text", "Found no fields"),
        (b'{"text": 17}', "no text", "wanted text in one of"),
        (b"[" * 100_000, "broken JSON", "nested too deeply|at character"),
    ],
)
def test_a_record_without_an_article_says_what_it_has(raw, reason, match):
    """What was found, what was wanted."""
    with pytest.raises(RejectedError, match=match) as caught:
        parse_record(raw)
    assert caught.value.reason == reason


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_records_may_be_in_old_encodings(encoding):
    """JSON should be UTF-8; archives of 2005 do not know."""
    raw = '{"title": "Fähre – „nein“", "text": "Öl für Köln."}'.encode(encoding)
    assert (parse_record(raw).article.title, parse_record(raw).article.text) == ("Fähre – „nein“", "Öl für Köln.")


def test_what_pandas_and_javascript_write_is_read():
    """NaN and half characters are no JSON, but archives are full of them."""
    found = parse_record(b'{"title": "Kein\\ud83d Schiff", "text": "Text.", "date": NaN}').article
    assert (found.title, found.published) == ("Kein Schiff", None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["summary", "sections", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
NAMES = "title text body lead description url id date updated language publisher agency authors section html".split()  # noqa: SIM905


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_record_breaks_the_reader(record):
    """Fields of any type: an article with text or a reject that says why."""
    try:
        found = read_record(record).article
    except RejectedError as exc:
        assert exc.reason == "no text"  # noqa: PT017 - either way is right
    else:
        assert found.text
        assert "\n" not in found.title


def test_names_of_ones_own_come_first():
    """A dot leads into an object, and into each of a list; what is not there leaves the usual name."""
    record = {
        "kopf": {"titel": "Kein Schiff", "zeit": ""},
        "body": [{"absatz": "Die Fähre liegt."}, {"bild": 1}, {"absatz": ["Im Dock.", "Seit Montag."]}],
        "text": "Etwas anderes.",
        "date": "2024-03-03",
        "a.b": "Küstenbote",
    }
    fields = (
        ("title", ("kopf.titel",)),
        ("text", ("inhalt", "body.absatz")),
        ("published", ("kopf.zeit",)),
        ("publisher", ("a.b",)),
    )
    found = parse_record(orjson.dumps(record), fields=fields).article
    assert (found.title, found.text) == ("Kein Schiff", "Die Fähre liegt.\n\nIm Dock.\n\nSeit Montag.")
    assert (found.published, found.publisher) == (DAY, "Küstenbote")


def test_other_names_are_another_key():
    """So that records are read again when [fields] changes; the key without them stays what it was."""
    raw = RawRecord("a.jsonl", 1, Kind.RECORD, b"{}")
    named = replace(raw, fields=(("text", ("inhalt",)),))
    assert len({raw.key, named.key, replace(raw, fields=(("text", ("rumpf",)),)).key}) == 3


def test_html_in_the_text_becomes_paragraphs():
    """As WordPress, news-please and agencies have it; captions are dropped and said."""
    parsed = read_record(
        {
            "title": {"rendered": "K&auml;se &#8211; teuer"},
            "content": {"rendered": "<p>Eins.</p>\n<p>Zwei.</p><figure><figcaption>Foto: dpa</figcaption></figure>"},
        }
    )
    assert (parsed.article.title, parsed.article.text) == ("Käse – teuer", "Eins.\n\nZwei.")
    assert [block.text for block in parsed.dropped] == ["Foto: dpa"]


def test_a_source_is_an_address_or_a_name():
    """With trafilatura the one, with others the other."""
    assert article({"text": TEXT, "source": "Küstenbote"}).publisher == "Küstenbote"
    assert article({"text": TEXT, "source": {"name": "Küstenbote"}}).publisher == "Küstenbote"
    found = article({"text": TEXT, "source": "https://a.example/1"})
    assert (found.publisher, found.url) == ("", "https://a.example/1")


def test_json_ld_of_a_page_is_an_article():
    """Crawlers keep it as it stood there."""
    record = {"headline": "Kein Schiff", "articleBody": TEXT, "datePublished": "2024-03-03", "author": [{"name": "Eva M"}],
              "publisher": {"name": "Küstenbote"}, "inLanguage": "de", "dateModified": "2024-03-04"}  # fmt: skip
    found = article(record)
    assert (found.title, found.text, found.published, found.authors) == ("Kein Schiff", CLEAN, DAY, ("Eva M",))
    assert (found.publisher, found.language) == ("Küstenbote", "de")


def test_what_news_please_writes_for_no_date_is_none():
    """str(None), as its serialisation has it."""
    parsed = read_record({"maintext": TEXT, "date_publish": "None", "date_modify": "None"})
    assert (parsed.article.published, parsed.dropped) == (None, ())


def test_an_id_is_kept_as_written():
    """The article's id follows from it, so that HTML in it is not undone."""
    assert article({"text": TEXT, "id": "?p=1&amp;q=2"}).external_id == "?p=1&amp;q=2"


@pytest.mark.parametrize(
    ("fields", "origin", "ahead"),
    [
        ({"published": "2024-03-03"}, DateOrigin.FILE, False),
        ({"url": "https://kuestenbote.example/2024/03/03/faehre"}, DateOrigin.URL, False),
        ({"published": "2034-03-03", "url": "https://kuestenbote.example/2024/03/03/faehre"}, DateOrigin.URL, False),
        ({"published": "2034-03-03"}, DateOrigin.FILE, True),
        ({"date_download": "2024-03-03", "filedate": "2024-03-03", "updated": "2024-03-03"}, None, False),
    ],
)
def test_a_date_says_where_it_was_found(fields, origin, ahead):
    """Its field, else the address; a future one is flagged; when a page was fetched or changed is no publication date."""
    found = read_record({"text": TEXT, **fields}, NOW).article
    assert (found.date_origin, found.date_ahead) == (origin, ahead)
    assert (found.published is None, found.date_confidence is None) == (origin is None, origin is None)


def test_a_dateline_names_place_and_agency():
    """Unless the record names them itself."""
    text = f"LONDON, June 3 (Reuters) - {PROSE[1]}"
    assert (article({"text": text}).place, article({"text": text}).agency) == ("London", "Reuters")
    told = article({"text": text, "place": "Hull", "agency": "PA"})
    assert (told.text, told.place, told.agency) == (text, "Hull", "PA")
