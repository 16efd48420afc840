"""trafilatura as it is called here, and as it would be called."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.pages import read_fundus, read_scrapinghub
from newsearch.corpus.formats.base import RejectedError
from newsearch.corpus.formats.html.expressions import Remembered, has_part, necessary_parts
from newsearch.corpus.formats.html.extractor import extract
from newsearch.corpus.formats.html.page import read_page

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"
PAGE = """<body><div class="post-content comments"><p>Ein Absatz.</p></div><section id="nav"><p>Menü</p></section>
<div class="post-content" data-n="1"><span class="share">Teilen</span><p class="text">Text</p></div></body>"""

PRINT_PATHS = """
import json
from trafilatura import xpaths
names = {"BODY": xpaths.BODY_XPATH[:1], "DISCARD_IMAGE": xpaths.DISCARD_IMAGE_ELEMENTS}
names |= {name: getattr(xpaths, f"{name}_XPATH") for name in ("RAW_TREE_PRUNE", "REMOVE_COMMENTS_AND_LISTS", "OVERALL_DISCARD")}
print(json.dumps({name: [expression.path for expression in expressions] for name, expressions in names.items()}))
"""
PATHS = json.loads(subprocess.run([sys.executable, "-c", PRINT_PATHS], capture_output=True, check=True).stdout)

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


@pytest.mark.parametrize("name", sorted(PATHS))
@given(data=st.data())
def test_whatever_a_pattern_of_trafilaturas_matches_has_a_necessary_part(name, data):
    """Else an element that it finds would not be asked about."""
    path = data.draw(st.sampled_from(PATHS[name]))
    literals = re.findall(r"'([^']*)'", re.sub(r"(translate\(@[\w-]+), *'\w*', *'\w*'\)", r"\1)", path))
    value = data.draw(st.from_regex(re.compile(data.draw(st.sampled_from(literals)), re.ASCII)))
    assert has_part((("class", value),), necessary_parts(path))


def test_parts_are_what_must_be_there():
    """Each alternative's longest run; of what is compared with nothing, the name; without the patterns' signs."""
    path = ".//*[@data-x or contains(translate(@role, 'N', 'n'), 'nav') or re:test(@id, '(?:^| )ad-|dfp[Aa]d|bread-?crumb')]"
    assert necessary_parts(path) == {"data-x", "nav", "ad-", "dfp", "bread"}


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
