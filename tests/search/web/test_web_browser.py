"""The page in a real browser: Debian's Chromium."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from search_archive import quiet
from web_service import serving

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings

SAMPLE = Path(__file__).parents[3] / "sample" / "archive"
QUESTION = "Stellen nur mit Nachweis dass KI es nicht kann"
SCREENSHOTS = os.environ.get("NEWSEARCH_SCREENSHOTS", "")


@pytest.fixture
def browse(chromium, site):
    """Opens pages of the service; what a page complains about, or asks of another host, fails the test."""
    contexts = []

    def open_page(path="/", **settings):
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1000, "height": 900}, **settings})
        page = context.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: (complaints.append("dialog"), dialog.dismiss()))
        page.on("request", lambda asked: None if asked.url.startswith(site) else complaints.append(asked.url))
        page.goto(f"{site}{path}")
        contexts.append((context, complaints))
        return page

    yield open_page
    for context, complaints in contexts:
        context.close()
        assert complaints == []


def ask(page, question=QUESTION):
    page.get_by_role("searchbox").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".facts")


def headlines(page):
    return page.locator(".hit h3").all_inner_texts()


def shoot(page, name, **how):
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", **how)


def test_a_question_gets_passages_with_their_words_marked(browse):
    page = browse()
    ask(page)
    assert headlines(page)[0] == "Kollege Computer: Reederei stellt nur noch mit Nachweis ein"
    first = page.locator(".hit").first
    assert "Nachweis" in " ".join(first.locator("mark").all_inner_texts()) or first.locator("mark").count() > 0
    assert first.locator(".meta").inner_text() == "Küstenbote · 22 June 2025 · Wirtschaft"
    link = first.get_by_role("link", name="Passage in its source").get_attribute("href")
    assert link.startswith("https://kuestenbote.example/wirtschaft/kollege-computer?id=1")
    assert "#:~:text=" in link or ":~:text=" in link


def test_the_address_holds_the_search(browse):
    """It can be bookmarked and sent: the same address gives the same page, filters and all."""
    page = browse()
    ask(page, "harbour")
    page.get_by_text("Narrow", exact=True).click()
    page.get_by_label("Publisher").select_option("Harbour Gazette")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_selector(".facts")
    assert page.url.endswith("/?q=harbour&publisher=Harbour+Gazette")
    publishers = page.locator(".hit .meta bdi:first-child").all_inner_texts()
    assert len(publishers) > 1
    assert set(publishers) == {"Harbour Gazette"}
    again = browse(page.url.removeprefix(page.url.split("/?")[0]))
    assert headlines(again) == headlines(page)
    assert again.get_by_label("Publisher").input_value() == "Harbour Gazette"


def test_back_and_forth(browse):
    page = browse()
    ask(page)
    found = headlines(page)
    page.locator(".hit a.open").first.click()
    page.wait_for_selector("article h1")
    page.go_back()
    assert headlines(page) == found
    assert page.get_by_role("searchbox").input_value() == QUESTION


def test_an_article_has_its_passage_marked(browse):
    page = browse()
    ask(page)
    passage = page.locator(".hit .passage").first.inner_text()
    page.locator(".hit a.open").first.click()
    marked = page.locator("article mark")
    assert [*marked.all_inner_texts()] == passage.splitlines()
    assert page.locator("#passage").is_visible()
    page.get_by_role("link", name="Back to the passages").click()
    assert headlines(page)[0].startswith("Kollege Computer")


def test_keys(browse):
    """/ goes to the question, the arrows through the passages, Enter opens."""
    page = browse()
    ask(page)
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator(".hit.chosen h3").inner_text() == headlines(page)[1]
    wanted = headlines(page)[1]
    page.keyboard.press("Enter")
    page.wait_for_selector("article h1")
    assert page.locator("article h1").inner_text() == wanted


def test_the_timeline_filters_by_a_click_and_by_dragging(browse):
    page = browse("/?q=Hafen+harbour+K%C3%BCste")
    bars = page.locator(".timeline .bar")
    count = bars.count()
    assert count > 2
    first, last = bars.first.get_attribute("data-since"), bars.last.get_attribute("data-until")
    box = page.locator(".timeline svg").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=4)
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=4)
    assert page.locator(".timeline .bar.brushed").count() == count
    page.mouse.up()
    page.wait_for_url("**since=**")
    assert f"since={first}" in page.url
    assert f"until={last}" in page.url
    bar = page.locator(".timeline .bar").last  # of shorter periods by now
    since, until = bar.get_attribute("data-since"), bar.get_attribute("data-until")
    bar.click()
    page.wait_for_url(f"**since={since}&until={until}")
    assert page.locator(".hit").count() >= 1


def test_a_hostile_article_is_text(browse):
    page = browse()
    ask(page, "Kampferbaum")
    hit = page.locator(".hit").first
    assert hit.locator("h3").inner_text().startswith("<script>document.title = 'taken'</script>")
    assert hit.get_by_role("link", name="Passage in its source").count() == 0
    hit.locator("a.open").click()
    page.wait_for_selector("article h1")
    body = page.locator("article").inner_text()
    assert "<iframe src=" in body
    assert "{{ 7 * 7 }}" in body
    assert page.locator("article img, article iframe, article script").count() == 0
    assert page.title().startswith("<script>")
    assert not set(page.locator("body").inner_text()) & set("\u202e\u2066\u202a\u202b\u202d\u2067")


def test_a_hostile_question_is_text(browse):
    page = browse()
    ask(page, "\"><script>document.title='taken'</script>")
    assert page.get_by_role("searchbox").input_value() == "\"><script>document.title='taken'</script>"
    assert "taken" in page.title()
    assert page.title() != "taken"


def test_without_javascript(browse):
    page = browse(java_script_enabled=False)
    page.get_by_role("searchbox").fill(QUESTION)
    page.get_by_role("button", name="Search").click()
    assert headlines(page)[0].startswith("Kollege Computer")
    page.locator(".hit a.open").first.click()
    assert page.locator("#passage").is_visible()
    page.goto(page.url.split("/article")[0] + "/?q=Hafen+harbour+K%C3%BCste")
    page.locator(".timeline .bar").first.click()
    assert "since=" in page.url
    assert page.locator(".hit").count() >= 1


def test_in_german(browse):
    page = browse(locale="de-AT")
    assert page.get_by_role("button", name="Suchen").is_visible()
    ask(page)
    assert page.locator(".hit .meta").first.inner_text() == "Küstenbote · 22. Juni 2025 · Wirtschaft"
    assert page.locator("html").get_attribute("lang") == "de"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(browse, scheme):
    """Nothing is wider than the screen, and nothing that is tapped is too small to be hit."""
    page = browse(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, color_scheme=scheme)
    ask(page, "Deich und Sturmflut")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_text("Narrow", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".hit a.open").first.click()
    page.wait_for_selector("article h1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_mistake_is_told_above_the_form_which_keeps_what_was_typed(browse, site, chromium):
    context = chromium.new_context(locale="en-GB")  # a status of 400 is a complaint in the console
    page = context.new_page()
    page.goto(f"{site}/?q=Hafen&since=2025-13")
    assert "2025-13" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("searchbox").input_value() == "Hafen"
    page.goto(f"{site}/article/0123456789abcdef")
    assert "no such article" in page.get_by_role("alert").inner_text()
    page.goto(f"{site}/nowhere")
    assert page.get_by_role("alert").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browse, scheme):
    """WCAG 2.2 AA among them: contrast, names of fields, order of headings, landmarks."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    for path in ("/", f"/?q={QUESTION}", "/?q=harbour&publisher=Harbour+Gazette&sort=date"):
        page = browse(path, color_scheme=scheme)
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
    page = browse(f"/?q={QUESTION}", color_scheme=scheme)
    page.locator(".hit a.open").first.click()
    page.wait_for_selector("article h1")
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.skipif(not SCREENSHOTS, reason="NEWSEARCH_SCREENSHOTS names no folder for pictures")
def test_pictures_for_the_documentation(chromium, table, tmp_path):
    """Of the archive in sample/, with the default model."""
    build(tmp_path / "an.index", Settings((SAMPLE,), "bilingual"), quiet, table=table)
    question = "/?q=which+firms+require+proof+AI+can%27t+do+the+job"
    with serving(tmp_path / "an.index") as (site, _process):
        wide = chromium.new_context(locale="en-GB", viewport={"width": 900, "height": 860}).new_page()
        wide.goto(site + question)
        shoot(wide, "serve-search")
        wide.locator(".hit a.open").first.click()
        wide.wait_for_selector("article h1")
        shoot(wide, "serve-article")
        phone = {
            "viewport": {"width": 360, "height": 700},
            "is_mobile": True,
            "color_scheme": "dark",
            "locale": "de-DE",
        }
        narrow = chromium.new_context(**phone).new_page()
        narrow.goto(site + question)
        shoot(narrow, "serve-phone")
