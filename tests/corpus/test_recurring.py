"""What recurs in a publisher's articles is dropped, and nothing else."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.article import Article
from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.reading import read_sources
from newsearch.corpus.recurring import blocks_of, recurring_blocks, without_blocks
from newsearch.corpus.store import ArticleStore
from newsearch.corpus.text import paragraphs

ARCHIVE = Path(__file__).parents[3] / "shared" / "eval" / "articles.jsonl.xz"
BOX = (
    "Erhalten Sie jeden Morgen die wichtigsten Geschichten von der Küste in Ihr Postfach, kostenlos und unverbindlich."
)
WALL = "Dieser Beitrag ist nur für Abonnenten. Testen Sie den Küstenboten vier Wochen lang für einen Euro und lesen Sie weiter."
HINT = "Mehr von der Küste"


def story(number, *boxes, middle=""):
    """An article of its own, four paragraphs, with *boxes* below it."""
    own = [
        f"Satz {place} der Geschichte {number} handelt von Boot {number * 7 + place} und ist länger als sechzig Zeichen."
        for place in range(4)
    ]
    return [*own[:2], *([middle] if middle else []), *own[2:], *boxes]


def dropped(articles, publisher="Küstenbote"):
    """By number, the paragraphs that go."""
    keys = {number.to_bytes(32): parts for number, parts in enumerate(articles)}
    found = recurring_blocks((key, publisher, blocks_of("\n\n".join(parts))) for key, parts in keys.items())
    return {
        int.from_bytes(key): [part for part in keys[key] if blocks_of(part)[0] in blocks]
        for key, blocks in found.items()
    }


def test_boxes_in_five_articles_are_dropped_wherever_they_stand():
    """Below the text, in its middle, above it; four are too few."""
    articles = [story(0, BOX), story(1, middle=BOX), [BOX, *story(2)], story(3, WALL, BOX), story(4)]
    assert dropped(articles) == {}
    assert dropped([*articles, story(5, BOX)]) == {0: [BOX], 1: [BOX], 2: [BOX], 3: [BOX], 5: [BOX]}


def test_another_publisher_keeps_what_recurs_elsewhere():
    """And an article without a publisher is left alone."""
    assert dropped([story(number, BOX) for number in range(9)], "") == {}


def test_versions_and_copies_of_one_story_do_not_make_it_recur():
    """Nine versions, each with another last paragraph; nine copies; wire copy with a paragraph of the paper's own."""
    versions = [
        [*story(0), f"Stand {number}: Die Zahl der Boote ist wieder gestiegen, wie der Hafenmeister sagte."]
        for number in range(9)
    ]
    assert dropped([*versions, *[story(1)] * 9, *(story(number) for number in range(10, 20))]) == {}


def test_a_short_line_may_be_a_sub_headline():
    """It must be in three of ten articles; running text in one of twenty-five."""
    articles = [story(number, *([HINT] if number < 18 else []), *([BOX] if number < 5 else [])) for number in range(64)]
    assert dropped(articles) == {number: [BOX] for number in range(5)}
    articles = [story(number, *([HINT] if number < 19 else [])) for number in range(64)]
    assert dropped(articles) == {number: [HINT] for number in range(19)}


def test_an_article_that_is_nothing_but_boxes_stays():
    """An empty article could not be found, shown or complained about."""
    articles = [*(story(number, BOX, WALL) for number in range(6)), [BOX, WALL]]
    assert dropped(articles) == {number: [BOX, WALL] for number in range(6)}


WORLDS = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.lists(st.sampled_from([BOX, WALL, HINT, "Hintergrund", *story(0), *story(1)]), max_size=4),
    ),
    min_size=1,
    max_size=25,
).map(lambda world: [story(number, *boxes) for number, boxes in world])


@given(WORLDS)
def test_of_cleaned_articles_nothing_more_recurs(articles):
    """Cleaning twice is cleaning once."""
    gone = dropped(articles)
    cleaned = [[part for part in parts if part not in gone.get(number, ())] for number, parts in enumerate(articles)]
    assert dropped(cleaned) == {}
    assert all(any(len(part) >= 60 for part in parts) for parts in cleaned)


@given(WORLDS, st.integers(100, 200), st.lists(st.sampled_from([BOX, WALL, HINT]), max_size=2, unique=True))
def test_another_article_gives_no_block_back(articles, number, boxes):
    """As long as the publisher's articles do not double: what was dropped of an article stays dropped."""
    before, after = dropped(articles), dropped([*articles, story(number, *boxes)])
    if len(articles).bit_length() == (len(articles) + 1).bit_length():
        assert all(set(parts) <= set(after.get(at, ())) for at, parts in before.items())


def test_a_lead_goes_with_its_paragraph():
    """And the rest of the article stays as it was."""
    article = Article("Titel", "\n\n".join([BOX, *story(1)]), lead=BOX)
    cleaned, gone = without_blocks(article, blocks_of(BOX))
    assert (cleaned.text, cleaned.lead, cleaned.title) == ("\n\n".join(story(1)), "", "Titel")
    assert [(block.reason, block.text) for block in gone] == [(Reason.RECURRING, BOX)]


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the evaluation archive is not here: {ARCHIVE}")
def test_real_articles_lose_what_is_planted_and_nothing_else():
    """4,773 articles, clean: nothing goes. Boxes planted in a tenth of the large publishers': those go, all of them."""
    with lzma.open(ARCHIVE) as file:
        records = [orjson.loads(line) for line in file]
    articles = [
        (str(at).encode(), record["publisher"], paragraphs(record["text"])) for at, record in enumerate(records)
    ]
    assert recurring_blocks((key, publisher, blocks_of("\n\n".join(parts))) for key, publisher, parts in articles) == {}
    chance, planted = random.Random(0), {}
    for key, publisher, parts in articles:
        if publisher in ("BBC", "derStandard.at", "MSN", "de-news") and chance.random() < 0.1:
            planted[key] = frozenset(blocks_of(BOX))
            parts.insert(chance.randrange(len(parts) + 1), BOX)
    assert (
        recurring_blocks((key, publisher, blocks_of("\n\n".join(parts))) for key, publisher, parts in articles)
        == planted
    )


def write(path, articles):
    rows = (
        {"id": str(at), "publisher": "Küstenbote", "title": f"T{at}", "text": "\n".join(parts)}
        for at, parts in articles.items()
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def read(path, store):
    with ArticleStore.open(store) as opened:
        found = read_sources([path], opened)
        texts = {seen.article_id: opened.article(seen.key, seen.source).text for seen in found.sightings}
        return {seen.article_id: seen.key for seen in found.sightings}, texts, found.report.dropped[Reason.RECURRING]


def test_reading_drops_and_counts_what_recurs(tmp_path):
    """The store gives the articles without it, and says what it was; a second reading agrees to the key."""
    write(tmp_path / "a.jsonl", {number: story(number, BOX) for number in range(6)} | {6: story(6)})
    keys, texts, count = read(tmp_path / "a.jsonl", tmp_path / "s")
    assert (sorted(texts.values()), count) == (sorted("\n\n".join(story(number)) for number in range(7)), 6)
    assert read(tmp_path / "a.jsonl", tmp_path / "s") == (keys, texts, count)
    with ArticleStore.read(tmp_path / "s") as store:
        assert (
            sum(
                ("recurs in the publisher's articles", BOX) in [(b.reason, b.text) for b in store.dropped(key)]
                for key in keys.values()
            )
            == 6
        )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 9), st.integers(0, 2), max_size=9), min_size=2, max_size=3))
def test_a_rebuild_reads_as_a_fresh_build(tmp_path_factory, worlds):
    """Whatever the archive was before: keys and texts are those of a store that never saw it."""
    folder = tmp_path_factory.mktemp("r")
    for world in worlds:
        write(folder / "a.jsonl", {number: story(number, *[BOX, WALL][:boxes]) for number, boxes in world.items()})
        found = read(folder / "a.jsonl", folder / "s")
    assert found == read(folder / "a.jsonl", folder / "fresh")


def test_one_more_article_with_the_box_changes_the_others_keys_once(tmp_path):
    """With the fifth the box goes from all of them; the sixth changes none."""
    write(tmp_path / "a.jsonl", {number: story(number, BOX) for number in range(4)} | {8: story(8)})
    four, _, _ = read(tmp_path / "a.jsonl", tmp_path / "s")
    write(tmp_path / "a.jsonl", {number: story(number, BOX) for number in range(5)} | {8: story(8)})
    five, _, _ = read(tmp_path / "a.jsonl", tmp_path / "s")
    write(tmp_path / "a.jsonl", {number: story(number, BOX) for number in range(6)} | {8: story(8)})
    six, _, _ = read(tmp_path / "a.jsonl", tmp_path / "s")
    assert sum(five[article] != key for article, key in four.items()) == 4
    assert all(six[article] == key for article, key in five.items())


def test_nothing_of_a_purged_version_is_left(tmp_path):
    """Its blocks, its other key, and what was learned."""
    write(tmp_path / "a.jsonl", {number: story(number, BOX) for number in range(6)})
    keys, _, _ = read(tmp_path / "a.jsonl", tmp_path / "s")
    gone = min(keys.values())
    with ArticleStore.open(tmp_path / "s") as store:
        version, _ = store.cleaned.find(gone)
        assert version != gone
        store.purge([version])
        assert store.cleaned.find(gone) == (gone, frozenset())
    raw = (tmp_path / "s").read_bytes()
    assert gone not in raw
    assert version not in raw
