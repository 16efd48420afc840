"""Hard-wrapped text becomes paragraphs again."""

from __future__ import annotations

import lzma
import textwrap
from pathlib import Path

import orjson
import pytest
from corpus_pages import BARE, PAGE, PROSE
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.formats.dump import clean_dump
from newsearch.corpus.formats.records import read_record
from newsearch.corpus.text import paragraphs
from newsearch.corpus.wrapping import unwrap

ARCHIVE = Path(__file__).parents[3] / "shared" / "eval" / "articles.jsonl.xz"
DUMPS = Path(__file__).parents[2] / "sample" / "archive" / "dumps"
WRAPPED = """Die neue Mannschaft der Regie-
rung will die Kassen der Orte
an Nord- und Ostsee bald fül-
len, sagte der Chef der CDU-
Fraktion am Montag. Eine 15-
jährige Schülerin hatte dazu
gefragt, ob denn Nord-
und Ostsee wohl taugen.

Das ist das „well-
known“ Problem: Die Regierung
ist pleite, sagt sie."""


def test_words_broken_at_line_ends_are_whole():
    """Regierung is, as elsewhere on the page, and füllen; Nord- und, CDU-Fraktion, well-known and 15-jährige keep theirs."""
    assert unwrap(WRAPPED) == (
        "Die neue Mannschaft der Regierung will die Kassen der Orte an Nord- und Ostsee bald füllen, sagte der Chef der "
        "CDU-Fraktion am Montag. Eine 15-jährige Schülerin hatte dazu gefragt, ob denn Nord- und Ostsee wohl taugen."
        "\n\nDas ist das „well-known“ Problem: Die Regierung ist pleite, sagt sie."
    )


def test_a_hyphen_is_the_authors_where_no_word_is_broken():
    """A page that is wrapped at spaces and hyphens has state-owned at a line's end now and then."""
    met = " ".join(
        f"The council met for the {number}th time this year and decided not to decide." for number in range(4, 24)
    )
    text = f"{met} It is state-owned, as all of it is."
    wrapped = [page for width in range(50, 80) if "state-\nowned" in (page := textwrap.fill(text, width))]
    assert wrapped
    assert {unwrap(page) for page in wrapped} == {text}


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("page", sorted(DUMPS.rglob("*.txt"))[::4], ids=lambda path: path.stem)
def test_a_wrapped_dump_is_the_same_article(page, width):
    """Head, text and noise at their places."""
    lines = page.read_text("utf-8").split("\n")
    wrapped = [textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines]
    assert clean_dump("\n".join(wrapped))[0] == clean_dump("\n".join(lines))[0]


def test_a_wrapped_json_text_is_paragraphs():
    """Text archives were made into records without unwrapping them."""
    text = "\n\n".join(textwrap.fill(part, 60) for part in PROSE)
    assert read_record({"text": text}).article.text == "\n\n".join(PROSE)


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        BARE,
        "\n".join(PROSE),
        "Rosen sind rot,\nVeilchen sind blau,\nwer das liest,\nist schlau.\nund so\nweiter und\nso fort",
    ],
)
def test_what_is_not_wrapped_keeps_its_lines(text):
    """One line a paragraph, poems, lists."""
    assert unwrap(text) == text


@given(st.lists(st.sampled_from([*PROSE, "Die Mühle", "- eins", ""]), max_size=12), st.integers(30, 100))
def test_unwrapping_twice_is_unwrapping_once(parts, width):
    """And no letter goes but hyphens at line ends."""
    text = "\n\n".join(textwrap.fill(part, width) for part in parts)
    once = unwrap(text)
    assert unwrap(once) == once
    assert once.replace("-", "").split() == text.replace("-\n", "").replace("-", "").split()


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the evaluation archive is not here: {ARCHIVE}")
def test_real_articles_keep_their_lines_and_come_back_from_wrapping():
    """None of 1,591 is taken for wrapped; of those wrapped at 72 characters 95 in 100 come back letter by letter."""
    with lzma.open(ARCHIVE) as file:
        articles = [paragraphs(orjson.loads(line)["text"]) for at, line in enumerate(file) if at % 3 == 0]
    texts = ["\n".join(parts) for parts in articles]
    assert [text for text in texts if unwrap(text) != text] == []
    some = [parts for parts in articles if sum(map(len, parts)) >= 1000][::15]
    wrapped = ["\n\n".join(textwrap.fill(part, 72, break_long_words=False) for part in parts) for parts in some]
    assert sum(paragraphs(unwrap(text)) == parts for text, parts in zip(wrapped, some, strict=True)) >= 0.95 * len(some)
