"""ninjs: fields of each version, and what its agency holds back."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.formats.base import HeldBackError, RejectedError
from newsearch.corpus.formats.records import parse_record
from newsearch.corpus.reading import read_sources
from newsearch.corpus.report import Skipped
from newsearch.corpus.store import ArticleStore

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
HTML = "<section><p>Die Fähre liegt im Dock.</p><p>Der Bürgermeister rudert.</p></section>"
CLEAN = "Die Fähre liegt im Dock.\n\nDer Bürgermeister rudert."
V1 = {
    "uri": "urn:newsml:dpa.com:20090101:240303-99-1",
    "type": "text",
    "versioncreated": "2024-03-04T09:00:00Z",
    "firstcreated": "2024-03-03T18:15:00+01:00",
    "pubstatus": "usable",
    "language": "de",
    "headline": "Kein Schiff wird kommen",
    "description_text": "Neun Tage ohne Fähre.",
    "body_html": HTML,
    "body_text": CLEAN,
    "byline": "Von Erika Muster und Max Muster, dpa",
    "located": "Norderney",
    "copyrightholder": "dpa",
    "subject": [{"name": "Inseln", "rel": "about"}],
    "infosources": [{"name": "anyone"}],
}
V2 = {name: value for name, value in V1.items() if not name.startswith(("headline", "body", "byline"))} | {
    "headlines": [{"role": "short", "value": "Kurz"}, {"role": "main", "value": "Kein Schiff wird kommen"}],
    "bodies": [
        {"role": "summary", "contenttype": "text/html", "value": HTML * 9},
        {"role": "plain", "contenttype": "text/plain", "value": "Die Fähre liegt im Dock. Der Bürgermeister rudert."},
        {"role": "html", "contenttype": "text/html", "value": HTML},
    ],
    "by": "Von Erika Muster und Max Muster, dpa",
}
CAMEL = {"versioncreated": "versionCreated", "firstcreated": "firstCreated", "pubstatus": "pubStatus",
         "copyrightholder": "copyrightHolder", "infosources": "infoSources", "subject": "subjects"}  # fmt: skip
V3 = {CAMEL.get(name, name): value for name, value in V2.items()}


def parse(item, now=NOW):
    return parse_record(orjson.dumps(item), now)


@pytest.mark.parametrize("item", [V1, V2, V3], ids=["1", "2", "3"])
def test_fields_of_each_version(item):
    """Lower case, lists by role, camel case: one article."""
    article = parse(item).article
    assert (article.title, article.text, article.lead) == ("Kein Schiff wird kommen", CLEAN, "Neun Tage ohne Fähre.")
    assert article.published == datetime(2024, 3, 3, 17, 15, tzinfo=UTC)
    assert article.updated == datetime(2024, 3, 4, 9, tzinfo=UTC)
    assert (article.publisher, article.agency, article.language) == ("dpa", "dpa", "de")
    assert (article.authors, article.section) == (("Erika Muster", "Max Muster"), "Inseln")
    assert (article.external_id, article.url) == (V1["uri"], "")


@pytest.mark.parametrize(
    ("uri", "url", "publisher"),
    [
        ("https://www.bote.example/item/1", "https://www.bote.example/item/1", "bote.example"),
        ("tag:bote.example,2024:1", "", "bote.example"),
        ("urn:newsml:afp.com:20240303:x", "", "afp.com"),
        ("x-1", "", ""),
    ],
)
def test_who_named_an_item_published_it(uri, url, publisher):
    """So that its id holds beyond its file, and a withdrawal in another file finds it."""
    article = parse({"uri": uri, "body_text": "Text.", "type": "text"}).article
    assert (article.url, article.publisher, article.external_id) == (url, publisher, uri)


def test_an_embargo_holds_back_until_it_ends():
    """It is no fault, and says when it is to be read again."""
    item = V1 | {"embargoed": "2024-03-05T14:00:00+01:00"}
    with pytest.raises(HeldBackError, match="held back until 2024-03-05 13:00 UTC") as caught:
        parse(item)
    assert caught.value.again == datetime(2024, 3, 5, 13, tzinfo=UTC)
    assert isinstance(caught.value.at("a.json"), Skipped)
    assert parse(item, datetime(2024, 3, 5, 13, tzinfo=UTC)).article.text == CLEAN


@pytest.mark.parametrize("kind", ["picture", "video", "event"])
def test_what_is_no_text_is_skipped(kind):
    """An agency's feed holds them beside its texts."""
    with pytest.raises(HeldBackError, match=f"ninjs: {kind}"):
        parse(V1 | {"type": kind})


def archive_of(folder, *items):
    (folder / "a.jsonl").write_bytes(b"\n".join(map(orjson.dumps, items)))
    with ArticleStore.open(folder / "articles.sqlite") as store:
        found = read_sources([folder / "a.jsonl"], store)
        return [store.article(seen.key, seen.source).title for seen in found.sightings], found.report


@pytest.mark.parametrize("status", ["canceled", "withheld", "stat:canceled"])
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_withdrawn_takes_its_earlier_version_along(tmp_path, status, turned):
    """In whatever order they lie there; a later version brings it back."""
    gone = {name: V1[name] for name in ("uri", "type", "copyrightholder")}
    gone |= {"pubstatus": status, "versioncreated": "2024-03-04T10:00:00Z", "headline": "Zurückgezogen"}
    other = V1 | {"uri": "urn:newsml:dpa.com:20090101:2", "headline": "Ein anderer", "body_html": "<p>Anderes.</p>"}
    items = [gone, V1, other] if turned else [V1, gone, other]
    titles, report = archive_of(tmp_path, *items)
    assert titles == ["Ein anderer"]
    assert (report.read, report.kept, report.duplicates) == (3, 1, 1)
    assert (dict(report.skipped), report.rejected_total) == ({"withdrawn by its agency": 1}, 0)
    titles, report = archive_of(tmp_path, *items, V1 | {"versioncreated": "2024-03-04T11:00:00Z", "headline": "Doch"})
    assert sorted(titles) == ["Doch", "Ein anderer"]
    assert not report.skipped


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9**20) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "value", "name"]), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = [*V1, *V2, *V3, "embargoed", "guid", "provider", "body_x", "bylines"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_item_breaks_the_reader(fields):
    """Fields of any type: an article, or a reason."""
    try:
        article = parse({"uri": "urn:newsml:dpa.com:1", "bodies": [], **fields}).article
    except RejectedError as exc:
        assert exc.reason in ("no text", "embargoed") or exc.reason.startswith("ninjs: ")  # noqa: PT017
    else:
        assert "\n" not in article.title
