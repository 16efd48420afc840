"""Which lines of a page are its article's."""

from __future__ import annotations

from corpus_pages import NOISE, PROSE, SHORT
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.formats.body import mark_noise, split_lines
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import join

A, B, C, _D = PROSE
PAGES = st.lists(st.sampled_from([*PROSE, *SHORT, *NOISE, "", ""]), max_size=25).map("\n".join)


def kept(text):
    lines = split_lines(text)
    return [line.text for line, reason in zip(lines, mark_noise(lines), strict=True) if reason is None]


def test_nothing_after_the_end_of_an_article_is_kept():
    """Headlines, whole sentences and lists below category, mark and comment count are other stories."""
    below = "Finanzen / Unternehmen\n[Küstenbote] · 03.03.2024\n[2 Kommentare]\n"
    assert kept(f"{A}\n\n{B}\n\n{below}{C}\n\nNoch eine Zeile ohne alles\n\n{C}") == [A, B]


def test_a_page_without_marks_keeps_its_whole_text():
    """Nothing is known to be below the article, so nothing is taken away."""
    text = f"{A}\n\nDie Mühle\n\n{B}\n\nFinanzen / Unternehmen\n\n{C}\n\nEnde gut"
    assert kept(text) == [A, "Die Mühle", B, "Finanzen / Unternehmen", C, "Ende gut"]


def test_a_comment_count_above_the_text_ends_nothing():
    """Many pages count their comments below the headline or the lead."""
    assert kept(f"[3 Kommentare]\n{A}\n\n{B}") == [A, B]
    assert kept(f"{A}\n[3 Kommentare]\n\n{B}\n\n{C}") == [A, B, C]


def test_a_lone_comment_count_below_the_text_ends_it():
    """After two paragraphs it stands where it belongs, and readers' comments follow."""
    assert kept(f"{A}\n\n{B}\n\n[3 Kommentare]\n\n{C}") == [A, B]
    assert kept(f"{A}\n\n[3 Kommentare]\n\nMia Sommer") == [A]


def test_marks_repeated_above_the_article_are_taken_out_alone():
    """Category, publisher and date above the headline: data, no text, and not the end."""
    assert kept(f"Region / Inseln\n[Küstenbote] · 03.03.2024\nDie Mühle\n\n{A}\n\n{B}") == ["Die Mühle", A, B]


def test_a_teaser_takes_its_headline_and_its_time_along():
    """Wherever it stands: before, within or after the article; a name alone may be its headline."""
    teaser = "Mia Sommer\nDie Sängerin sagt […] (00)\nvor 2 Stunden"
    assert kept(f"{teaser}\n\n{A}\n\n{teaser}\n\n{B}\n\n{teaser}") == [A, B]


def test_a_teaser_without_headline_leaves_the_paragraph_above():
    """A sentence is no headline, and neither is what an empty line parts from the teaser."""
    assert kept(f"{A}\nDie Sängerin sagt […] (00)") == [A]
    assert kept(f"{A}\n\nDie Mühle\n\nDie Sängerin sagt […] (00)") == [A, "Die Mühle"]


def test_what_breaks_off_above_a_time_is_a_teaser():
    """Teasers without a comment count; the same line without a time may be a quotation."""
    assert kept(f"{A}\n\nMia Sommer\nSie sagt […]\nvor 2 Stunden") == [A]
    assert kept(f"{A}\n\nSie sagt […]") == [A, "Sie sagt […]"]


def test_headlines_below_a_related_heading_go_with_it():
    """In its block always; below it only at the end of the page, since a sub-headline may follow."""
    heading = "Das könnte Sie auch interessieren"
    assert kept(f"{A}\n\n{heading}\nDas Bad\nDer Deich\n\nDie Mühle\n\n{B}") == [A, "Die Mühle", B]
    assert kept(f"{A}\n\n{heading}\n\nDas Bad\n\nDer Deich") == [A]


def test_a_box_takes_its_prose_along_but_never_a_page():
    """Order forms and author boxes are blocks; a page without empty lines is one block, and keeps its text."""
    box = ["Newsletter abonnieren", A, "E-Mail-Adresse"]
    assert kept(f"{B}\n\n{chr(10).join(box)}\n\n{C}") == [B, C]
    assert kept(f"{B}\n\nÜber die Autorin\n{A}\n\n{C}") == [B, C]
    assert kept("\n".join(["Newsletter abonnieren", *[A, B, C] * 3, "E-Mail-Adresse"])) == [A, B, C] * 3


def test_tables_are_rows_of_cells_with_numbers():
    """Parted by strokes or tabs; a list of clubs between strokes is none."""
    assert kept(f"{A}\n\nJahr | Kosten | Bände\n2023 | 12.400 | 51.000\n\n{B}") == [A, B]
    assert kept(f"{A}\n\nKauf\t1,2 Mio.\nUmbau\t2,8 Mio.\nMöbel\t0,4 Mio.\n\n{B}") == [A, B]
    clubs = ["Bayern | Dortmund | Leipzig", "Bremen | Köln | Mainz"]
    assert kept(f"{A}\n\n{chr(10).join(clubs)}\n\n{B}") == [A, *clubs, B]


@given(PAGES)
def test_cleaning_a_clean_text_takes_nothing_more(page):
    """What is text once is text the next time: no line goes for want of one that went before."""
    clean = kept(page)
    assert kept(join(clean)) == clean


@given(PAGES)
def test_every_line_has_one_verdict_in_its_order(page):
    """Nothing disappears and nothing moves."""
    lines = split_lines(page)
    reasons = mark_noise(lines)
    assert len(reasons) == len(lines)
    assert all(reason is None or isinstance(reason, Reason) for reason in reasons)
    assert [line.text for line in lines] == [line for line in page.split("\n") if line]


@given(st.lists(st.sampled_from(PROSE), min_size=1, max_size=10))
def test_prose_alone_is_never_touched(parts):
    """Whatever its order and repetitions."""
    assert kept(join(parts)) == parts
