from __future__ import annotations

import shutil

import pytest
from search_archive import quiet, write_archive, write_lines
from web_service import serving

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings

HOSTILE = {
    "id": "evil-1",
    "title": "&lt;script&gt;document.title = 'taken'&lt;/script&gt; &amp; \"Kampfer\" \u202egnp.exe",
    "text": "<p>Ein Kampferbaum &lt;img src=x onerror=\"document.title='taken'\"&gt; steht in der Kleinen Gasse. "
    "&lt;script&gt;document.title = 'taken'&lt;/script&gt; {{ 7 * 7 }} Niemand weiß, wer ihn dort gepflanzt hat.</p>"
    '<p>&lt;/p&gt;&lt;/article&gt;&lt;iframe src="javascript:alert(1)"&gt;&lt;/iframe&gt; '
    "Er riecht nach Kampfer und \u202e nach Regen.</p>",
    "url": "javascript:document.title='taken'",
    "published": "2025-05-05",
    "language": "de",
    "publisher": "&lt;b&gt;Küsten&lt;/b&gt;bote\u2066",
    "section": '"&gt;&lt;script&gt;1&lt;/script&gt;',
}
"""What an archive may hold, and a page must show as text."""


@pytest.fixture(scope="session")
def web_index(table, tmp_path_factory):
    """The small archive with a hostile article, with the static model; nobody changes it."""
    folder = write_archive(tmp_path_factory.mktemp("web") / "archive")
    write_lines(folder / "evil.jsonl", HOSTILE)
    path = tmp_path_factory.mktemp("web-indexes") / "archive.index"
    report = build(path, Settings((folder,), "static"), quiet, table=table)
    assert report.articles == 12
    return path


@pytest.fixture(scope="session")
def site(web_index):
    """The address of the service over `web_index`."""
    with serving(web_index) as (address, _process):
        yield address


@pytest.fixture(scope="module")
def chromium():
    """Debian's Chromium, driven by Playwright; for one module, since no other event loop can run meanwhile."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium here (Debian: apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
