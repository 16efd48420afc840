"""Passages: what they cover, how long they are, and what is not torn apart."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.indexer.chunker import Chunking, chunk, is_heading, split_span

DEFAULT = Chunking()

BITS = [
    "Der Hafen ist seit dem 21. Juni gesperrt.",
    "„Wir warten. Niemand weiß, wie lange“, sagte Prof. Dr. Weber.",
    '"It is what it is. We wait," she said.',
    "“Nobody told us. Nobody will.”",
    "Rund 3,5 Mio. Euro kostet das z. B. die Reederei J. R. Holm GmbH & Co. KG.",
    "Donaudampfschifffahrtsgesellschaftskapitän" * 20,
    "https://beispiel.example/" + "a/b-c?d=e&" * 80,
    "港口自六月以来一直关闭。没有人知道会持续多久。" * 15,
    "🚢👩‍👩‍👧" * 60,
    "„Ohne Ende",
    "Das Rathaus",
    "–",
    "Und die Stadt wartet und wartet " * 30,
]
PARAGRAPHS = st.lists(st.sampled_from(BITS), min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(PARAGRAPHS | st.text(max_size=80), max_size=8).map("\n\n".join)
CHUNKINGS = st.tuples(st.integers(1, 700), st.integers(0, 400), st.integers(0, 300)).map(
    lambda c: Chunking(target=c[0], limit=c[0] + c[1], short=c[2])
)


def passages(text: str, chunking: Chunking = DEFAULT) -> list[str]:
    return [text[start:end] for start, end in chunk(text, chunking)]


def check(text: str, spans: list[tuple[int, int]], limit: int) -> None:
    """In order, apart, within the limit, bare of white space, and between them nothing but white space."""
    end = 0
    for start, stop in spans:
        assert end <= start < stop <= start + limit
        assert text[start:stop] == text[start:stop].strip()
        assert text[end:start].strip() == ""
        end = stop
    assert text[end:].strip() == ""


@given(TEXTS)
@settings(deadline=None)
def test_passages_cover_a_text_in_order_and_none_exceeds_the_limit(text):
    check(text, chunk(text, DEFAULT), 600)


@given(TEXTS, CHUNKINGS)
@settings(deadline=None)
def test_so_they_do_with_other_lengths(text, chunking):
    """Also where the limit is as short as the target: settings.toml may say so."""
    check(text, chunk(text, chunking), chunking.limit)


@pytest.mark.parametrize("lengths", [(400,), (170, 200)])
def test_a_limit_near_the_target_holds_for_whole_and_for_joined_paragraphs(lengths):
    """400 is under 1.3 targets and 170 + 2 + 200 under 1.1, but both are over the limit."""
    text = "\n\n".join(("Der Rat stimmt zu. " * 30)[: n - 1] + "." for n in lengths)
    check(text, chunk(text, Chunking(target=350, limit=360)), 360)


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n"])
def test_a_text_without_letters_has_no_passages(text):
    assert chunk(text, DEFAULT) == []


@pytest.mark.parametrize("length", [200, 349, 350, 351, 455])
def test_a_paragraph_near_the_target_stays_whole(length):
    """Up to 1.3 targets: 1.3 x 350 = 455."""
    sentence = "Die Fähre fährt wieder. "
    paragraph = (sentence * 30)[: length - 1].rstrip(" .") + "."
    paragraph += "." * (length - len(paragraph))
    other = "Der Rat hat dem Plan zugestimmt. " * 12 + "Ende."
    assert passages(f"{paragraph}\n\n{other}") == [paragraph, other]


def test_a_paragraph_of_900_letters_becomes_three_of_about_300():
    """ceil(900 / 350 - 0.3) = 3 parts, each of whole sentences."""
    sentence = "Der Rat hat dem Plan am Abend nun zugestimmt nach."  # 50 with the space behind it
    text = " ".join([sentence[:48] + "."] * 18)
    found = passages(text)
    assert [len(p) for p in found] == [299, 299, 299]
    assert all(p.startswith("Der Rat") and p.endswith(".") for p in found)


def test_a_sub_headline_leads_its_paragraph():
    """Joined to what is above it, it would say what the wrong passage is about."""
    above, below = "Der Winter war lang. " * 15 + "Ende.", "Im Frühjahr kam das Wasser. " * 12 + "Ende."
    assert passages(f"{above}\n\nDie Flut\n\n{below}") == [above, f"Die Flut\n\n{below}"]


def test_what_stands_before_a_sub_headline_belongs_to_the_part_that_ends_there():
    above, below = "Der Winter war lang. " * 15 + "Ende.", "Im Frühjahr kam das Wasser. " * 12 + "Ende."
    found = passages(f"{above}\n\nSo war es damals.\n\nDie Flut\n\n{below}")
    assert found == [f"{above}\n\nSo war es damals.", f"Die Flut\n\n{below}"]


@pytest.mark.parametrize(
    ("block", "heading"),
    [
        ("Die Flut", True),
        ("„Zeig mir, dass ein Mensch gebraucht wird“", True),
        ("Wer zahlt das?", True),
        ("So war es.", False),
        ("„So war es.“", False),
        ("Das sagte er:", False),
        ("Erste Zeile\nzweite Zeile", False),
        ("Der Rat der Stadt hat dem Plan " * 9, False),
    ],
)
def test_a_sub_headline_is_short_and_ends_without_a_full_stop(block, heading):
    text = f"Vorher.\n\n{block.strip()}"
    assert is_heading(text, (9, len(text))) == heading


def test_a_sub_headline_leads_the_first_part_of_a_paragraph_that_is_split():
    below = "Im Frühjahr kam das Wasser über die Deiche. " * 20 + "Ende."
    first, *others = passages(f"Die Flut\n\n{below}")
    assert first.startswith("Die Flut\n\nIm Frühjahr")
    assert others
    assert all(p.startswith("Im Frühjahr") for p in others)


def test_short_paragraphs_are_joined_in_order():
    """Ticker lines: none of them is a passage of its own."""
    lines = [f"Punkt {n}: Der Zug hält heute nicht im Bahnhof {n} an." for n in range(1, 13)]
    found = passages("\n\n".join(lines))
    assert "\n\n".join(found) == "\n\n".join(lines)
    assert all(150 <= len(p) <= 600 for p in found)


def test_the_short_last_paragraph_joins_the_one_before_it():
    body = "Der Rat hat dem Plan zugestimmt. " * 12 + "Ende."
    assert passages(f"{body}\n\n(dpa)") == [f"{body}\n\n(dpa)"]


def test_a_short_paragraph_that_fits_nowhere_stands_alone():
    """Between two of 595 letters there is no room under the limit of 600."""
    body = "Der Rat stimmt zu" + " und berät weiter" * 34
    assert len(body) == 595
    small = Chunking(target=500, limit=600)
    assert passages(f"{body}\n\n(Schluss)\n\n{body}", small) == [body, "(Schluss)", body]


def test_two_paragraphs_that_reach_the_target_together_are_one_passage():
    """200 + 2 + 200 = 402 is at most 1.2 targets, 420; 220 + 2 + 220 = 442 is not."""
    small, large = ("x" * 199 + ".", "x" * 219 + ".")
    assert passages(f"{small}\n\n{small}") == [f"{small}\n\n{small}"]
    assert passages(f"{large}\n\n{large}") == [large, large]


@pytest.mark.parametrize(("opening", "closing"), [("„", "“"), ("„", '"'), ('"', '"'), ("“", "”")])
def test_a_quotation_is_kept_with_who_said_it_in_its_paragraph(opening, closing):
    quoted = f"{opening}Wir haben gewarnt. Niemand hat gehört. Nun ist es zu spät dafür{closing}, sagte der Lotse."
    text = " ".join(
        ["Der Pegel steigt seit dem Morgen um eine Handbreit."] * 6 + [quoted] * 3 + ["Die Stadt räumt den Kai."] * 12
    )
    found = passages(text)
    assert len(found) > 1
    assert sum(p.count(quoted) for p in found) == 3


def test_a_quotation_is_kept_with_who_said_it_in_the_next_paragraph():
    quotation = (
        "„Wir haben lange gewarnt, dass der Deich nicht hält, und niemand hat uns geglaubt. Nun ist das Wasser da. "
        "Wer jetzt noch zögert, der verliert mehr als nur ein Haus.“"
    )
    speaker = (
        "Das sagt Deichgräfin Antje Petersen, die seit dreißig Jahren am Siel wohnt. " + "Sie hat das Amt geerbt. " * 10
    )
    before = "Der Pegel steigt seit dem Morgen um eine Handbreit. " * 7
    assert len(quotation) >= DEFAULT.short
    found = passages(f"{before.strip()}\n\n{quotation}\n\n{speaker.strip()}")
    assert found == [before.strip(), f"{quotation}\n\n{speaker.strip()}"]


def test_a_quotation_longer_than_the_limit_is_cut_where_words_end():
    text = "„" + "Wir warten und warten und warten weiter " * 40 + "“"
    found = passages(text)
    assert " ".join(found) == text
    assert all(len(p) <= 600 for p in found)


def test_text_without_white_space_is_cut_at_the_limit():
    assert [len(p) for p in passages("x" * 1500)] == [600, 600, 300]


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("Das ist eins. Das ist zwei. Drei.", ["Das ist eins.", "Das ist zwei. Drei."]),
        ("eins zwei drei vier", ["eins zwei", "drei vier"]),
        ("abcdef", ["abc", "def"]),
        ("日本語の新聞", ["日本語", "の新聞"]),
        ("ab", ["a", "b"]),
        ("a", ["a"]),
    ],
)
def test_a_span_is_halved_at_a_sentence_else_a_word_else_the_middle(text, halves):
    assert [text[a:b] for a, b in split_span(text, (0, len(text)))] == halves


@given(TEXTS)
@settings(deadline=None)
def test_halving_again_and_again_ends_with_single_letters(text):
    """What `embedding.cut` relies on: every span of two letters or more becomes smaller, and nothing is lost."""
    for start, end in chunk(text, DEFAULT)[:2]:
        spans = [(start, end)]
        while any(b - a > 1 for a, b in spans):
            halves = [split_span(text, s) for s in spans]
            assert all(len(h) == 2 for h, s in zip(halves, spans, strict=True) if s[1] - s[0] > 1)
            spans = [s for h in halves for s in h]
        assert "".join(text[a:b] for a, b in spans) == "".join(text[start:end].split())


def test_the_numbers_of_a_part_are_those_of_the_whole_text():
    text = "Vorher. Eins zwei. Drei vier. Nachher."
    assert split_span(text, (8, 29)) == [(8, 18), (19, 29)]


REPORTAGE = """\
Wer an einem Novembermorgen um halb fünf am alten Fischmarkt von Wellhafen steht, hört zuerst die Möwen und dann die \
Winde der „Margarethe“. Das Schiff ist 62 Jahre alt, und es ist das letzte von ehemals 41 Kuttern, die hier jeden Tag \
ausliefen. Kapitän Jens Brodersen, 58, hat schon Kaffee gekocht.

„Mein Vater hätte gelacht, wenn man ihm gesagt hätte, dass ich einmal allein hier liege“, sagt er und stellt zwei Becher \
auf die Luke. Er meint es nicht bitter. Er meint es so, wie man über das Wetter spricht.

Ein Hafen verliert seinen Zweck

Dass die Fischerei an dieser Küste stirbt, ist oft geschrieben worden. Weniger bekannt ist, wie schnell es am Ende ging. \
Noch 2009 wurden nach Angaben der Hafenverwaltung rund 3.400 Tonnen Fisch angelandet, vor allem Scholle und Krabben. Im \
vergangenen Jahr waren es 212 Tonnen. Dazwischen liegen drei Quotenkürzungen, zwei Pleiten der Genossenschaft, ein \
Ölpreis, der sich verdoppelt hat, und eine Reihe von Sommern, in denen das Wasser so warm war, dass der Kabeljau nach \
Norden zog. Dr. Hanna Lührs vom Institut für Küstenforschung hat die Zahlen gesammelt. Sie spricht von einem Kipppunkt, \
den niemand bemerkt habe. „Die Leute haben auf das nächste gute Jahr gewartet. Das kam aber nicht mehr“, sagte Lührs bei \
der Vorstellung ihrer Studie am 14. Oktober. Besonders die kleinen Betriebe hätten keine Rücklagen gehabt, um Netze, \
Motoren und Kühlung zu erneuern.

Die Stadt hat darauf lange keine Antwort gefunden. Ein Museum sollte es werden, dann ein Hotel, schließlich ein \
Jachthafen mit 300 Liegeplätzen. Gebaut wurde nichts davon. Stattdessen verfiel die Auktionshalle, bis im März 2023 das \
Dach einbrach.

Der Plan der Bürgermeisterin

Jetzt aber gibt es einen Plan, und er stammt ausgerechnet von der Frau, die den Hafen als Kandidatin noch zuschütten \
lassen wollte. Bürgermeisterin Silke Onken (parteilos) hat im Rat eine Mehrheit für ein Vorhaben gefunden, das 18,5 Mio. \
Euro kosten soll und das sie „Werkhafen“ nennt. Auf dem Gelände sollen Boote nicht mehr liegen, sondern zerlegt werden. \
Denn an der Küste rosten nach Schätzung des Landes etwa 2.000 Schiffe vor sich hin, deren Eigner niemand mehr kennt. \
Stahl, Kupfer und Messing haben ihren Preis, und die Vorschriften für das Abwracken sind seit Juni so streng, dass kaum \
ein Betrieb sie erfüllt. Wer es kann, hat Arbeit für Jahrzehnte, so die Rechnung.

„Wir machen aus dem Ende der einen Sache den Anfang der anderen“, sagte Onken.

Nicht alle glauben daran. Im Bauausschuss stimmten vier von elf Mitgliedern dagegen, darunter die gesamte Fraktion der \
Wählergemeinschaft. Deren Sprecher Uwe Tamm hält die Kosten für geschönt. Allein die Sanierung des Bodens, in dem seit den \
Sechzigerjahren Schiffsfarbe und Altöl lagern, werde das Doppelte verschlingen. Ein Gutachten, das er bei einem Büro in \
der Kreisstadt bestellt hat, kommt auf 9,8 Mio. Euro, die Stadt rechnet mit 4,1 Mio. Euro. Beide Seiten werfen einander \
vor, Proben an den falschen Stellen genommen zu haben. Der Landkreis will nun selbst bohren lassen, frühestens im Mai.

Was bleibt

Brodersen verfolgt das alles aus der Nähe und doch wie von weitem. Er hat ausgerechnet, dass er noch drei Jahre fahren \
kann, wenn die Maschine hält und der Diesel nicht teurer wird. Danach soll die „Margarethe“ nicht in den Werkhafen, das \
hat er seiner Frau versprochen. Ein Verein aus der Nachbarstadt will sie nehmen und Schulklassen darauf fahren lassen. \
Zweimal waren die Leute schon da, haben gemessen, fotografiert und gefragt, ob er nicht mitkommen wolle, als Kapitän für \
Kinder.

Er hat noch nicht geantwortet. Um kurz nach fünf löst er die Leine, und der Kutter schiebt sich rückwärts in die \
Dunkelheit. Auf der Kaimauer bleiben die beiden Becher stehen, einer davon halb voll.

Bis zum Mittag wird er wieder da sein. Vielleicht, sagt er noch, mit ein paar Kisten Krabben."""


def test_a_reportage_becomes_passages_of_about_the_target():
    """Own text of 12 paragraphs between 16 and 1,000 letters, three sub-headlines, quotations, abbreviations."""
    spans = chunk(REPORTAGE, DEFAULT)
    check(REPORTAGE, spans, 600)
    lengths = [b - a for a, b in spans]
    assert 250 <= median(lengths) <= 400
    assert min(lengths) >= 150


def test_a_reportage_is_cut_only_where_sentences_end_and_before_sub_headlines():
    found = passages(REPORTAGE)
    assert all(p[-1] in ".“" for p in found)
    for headline in ("Ein Hafen verliert seinen Zweck", "Der Plan der Bürgermeisterin", "Was bleibt"):
        assert sum(p.startswith(f"{headline}\n\n") for p in found) == 1


def test_a_reportage_keeps_its_quotations_with_their_speakers():
    found = passages(REPORTAGE)
    for quotation in (
        "dass ich einmal allein hier liege“, sagt er",
        "„Die Leute haben auf das nächste gute Jahr gewartet. Das kam aber nicht mehr“, sagte Lührs",
        "den Anfang der anderen“, sagte Onken.",
    ):
        assert sum(quotation in p for p in found) == 1
