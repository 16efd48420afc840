"""trafilatura as it is called here, and as it would be called."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.pages import read_fundus, read_scrapinghub
from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.html.expressions import Remembered
from newsearch.corpus.formats.html.extractor import extract
from newsearch.corpus.formats.html.page import read_page

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"
PAGE = """<body><div class="post-content comments"><p>Ein Absatz.</p></div><section id="nav"><p>Menü</p></section>
<div class="post-content" data-n="1"><span class="share">Teilen</span><p class="text">Text</p></div></body>"""

BARE = """
import pickle, sys
from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Extractor
from newsearch.corpus.formats.html.page import read_page
options = Extractor(output_format="python", fast=True, recall=True, comments=False, tables=False)
found = []
for raw in pickle.load(sys.stdin.buffer):
    page = bare_extraction(read_page(raw).root, options=options)
    found.append((page.text or "").split("\\n") if page else [])
pickle.dump(found, sys.stdout.buffer)
"""


def test_an_expression_finds_from_memory_what_it_finds_itself():
    """In the page's order; also the second time, when nothing new is asked."""
    from lxml.etree import XPath

    expression = XPath(".//*[self::div or self::section][contains(@class, 'comments') or starts-with(@id, 'na')]")
    body = read_page(PAGE.encode()).body
    remembered = Remembered(expression)
    for _ in range(2):
        assert [element.get("class") or element.get("id") for element in remembered(body)] == [
            "post-content comments",
            "nav",
        ]
        assert remembered(body) == expression(body)


def test_of_elements_beside_each_other_all_are_found_of_which_an_expression_finds_the_first():
    """``[1]`` is asked of each of them alone; whoever wants the first one takes it."""
    from lxml.etree import XPath

    expression = XPath(".//*[self::div][contains(@class, 'post-content')][1]")
    body = read_page(PAGE.encode()).body
    assert Remembered(expression)(body)[:1] == expression(body)
    assert len(Remembered(expression)(body)) == 2


@pytest.mark.slow
@pytest.mark.skipif(not PAGES.exists(), reason=f"the real pages are not here: {PAGES}")
def test_every_page_gives_what_trafilatura_gives_for_it():
    """The steps that are taken here are those of `bare_extraction`, untouched in a process of its own."""
    import pickle

    pages = [
        page.raw for page in (*read_fundus(PAGES / "fundus" / "test_data"), *read_scrapinghub(PAGES / "scrapinghub"))
    ]
    bare = subprocess.run([sys.executable, "-c", BARE], input=pickle.dumps(pages), capture_output=True, check=True)
    wanted = pickle.loads(bare.stdout)
    assert len(wanted) == len(pages) > 400
    for raw, paragraphs in zip(pages, wanted, strict=True):
        try:
            root = read_page(raw).root
        except RejectedError:
            continue
        assert extract(copy.copy(root)) == paragraphs
