"""Takedown: nothing of an article is left, whatever cuts it off, and nothing brings it back."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from newsearch.corpus import takedowns
from newsearch.corpus.article import Article, Source, url_id
from newsearch.corpus.errors import BusyError, DamagedIndexError, DiskFullError, UsageError
from newsearch.corpus.formats import base
from newsearch.corpus.store import ArticleStore
from newsearch.indexer import takedown
from newsearch.indexer.builder import build, rebuild
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.indexer.takedown import finish, found_in_generations, take_down
from newsearch.indexer.tombstones import Tombstones
from newsearch.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = StaticTable.open()

HEADLINE = "Brückenprüfer Quintus Abelmann entlassen"
SENTENCES = [
    "Der Brückenprüfer Quintus Abelmann aus Wöhrden hat nach Angaben der Kreisverwaltung sein Amt verloren.",
    "Abelmann soll an der Klappbrücke über die Miele elf Roststellen übersehen haben, sagte der Landrat.",
    "Seine Anwältin Friederike Tamm nennt die Vorwürfe haltlos und kündigt Klage beim Arbeitsgericht in Elmshorn an.",
    "Die Gewerkschaft fordert, dass die Prüfberichte der letzten neun Jahre öffentlich ausgelegt werden.",
    "Bis dahin bleibt die Klappbrücke gesperrt, und der Schulbus fährt den Umweg über Epenwöhrden.",
    "Wer den Umweg nicht fahren kann, nimmt das Boot des Fährmanns Claas Rickmers, das zweimal am Tag übersetzt.",
]
URL = "https://inselblatt.example/wirtschaft/pruefer"
VICTIM = {"title": HEADLINE, "text": " ".join(SENTENCES), "url": URL, "publisher": "Inselblatt", "section": "Justiz"}


def silent(stage: str, done: int, total: int) -> None:
    pass


def other(number: int) -> dict[str, str]:
    text = f"Am Tag {number} war im Ort {number * 7} Markt. Es gab {number + 3} Stände mit Fisch und {number} mit Brot."
    url = f"https://kuestenbote.example/markt/{number}"
    return {"title": f"Markttag {number}", "text": text, "url": url, "publisher": "Küstenbote", "id": f"k{number}"}


def write(path: Path, *records: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


def build_from(source: Path, index: Path) -> Path:
    build(index, Settings((source,), "toy"), silent, ToyEmbedder(), TABLE)
    return index


def again(index: Path, **options: object) -> object:
    return rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE, **options)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "a.jsonl", other(1), VICTIM, *map(other, range(2, 9)))


@pytest.fixture
def index(source: Path, tmp_path: Path) -> Path:
    """An index with two generations, and a cache, a store and rejects in which the article is."""
    index = build_from(source, tmp_path / "i")
    lines = source.read_text("utf-8").splitlines()
    cut = json.dumps(VICTIM, ensure_ascii=False)[
        :150
    ]  # a copy that was cut off: its reject quotes what it could not read
    source.write_text("\n".join([*lines, json.dumps(other(9), ensure_ascii=False), cut, lines[1]]) + "\n", "utf-8")
    again(index)
    assert len(Layout(index).kept()) == 2
    return index


def id_of(index: Path, title: str = HEADLINE) -> str:
    opened = Layout(index).open_current()
    return next(a.id for a in map(opened.article, range(len(opened))) if a.title == title)


def titles(index: Path) -> set[str]:
    opened = Layout(index).open_current()
    return {opened.article(row).title for row in range(len(opened))}


def needles(index: Path, article_id: str) -> dict[str, bytes]:
    """What must not be found: text, sentences, headline, in either case; the names; pieces and vectors of each passage; the
    signature."""
    opened = Layout(index).open_current()
    row = opened.find(article_id)
    assert row is not None
    article = opened.article(row)
    texts = {"text": article.text, "headline": article.title, "author": "Quintus Abelmann", "section": "Justiz"}
    texts |= {f"sentence {n}": sentence for n, sentence in enumerate(SENTENCES)}
    found = {f"{name}{how}": form.encode() for name, text in texts.items() for how, form in _forms(text)}
    for n in range(int(opened.spans.starts[row]), int(opened.spans.starts[row + 1])):
        pieces, vector = opened.terms.pieces[n], opened.store.vectors()[n]
        found |= {f"pieces {n} as {t}": pieces.astype(t).tobytes() for t in (np.uint16, np.int32)}
        found |= {f"vector {n} as {t}": vector.astype(t).tobytes() for t in (np.float16, np.float32)}
    signature = opened.contents.signatures[row]
    return found | {name: signature[name].tobytes() for name in ("slots", "figure_slots")}


def _forms(text: str) -> Iterator[tuple[str, str]]:
    yield "", text
    yield ", lower case", text.lower()
    yield ", escaped", json.dumps(text)[1:-1]


def found_under(index: Path, wanted: dict[str, bytes]) -> set[str]:
    """Which of *wanted* is in any byte of any file below *index*, hidden ones too."""
    files = [p.read_bytes() for p in index.rglob("*") if p.is_file()]
    return {name for name, needle in wanted.items() if any(needle in raw for raw in files)}


def opened(index: Path) -> Searcher:
    layout = Layout(index)
    return Searcher(layout.open_current(), ToyEmbedder(), TABLE, layout.tombstones)


# --- nothing is left --------------------------------------------------------------------------------------------------


def test_no_byte_under_the_index_holds_anything_of_the_article(index: Path) -> None:
    """Text, sentences, headline, pieces, vectors: the same search finds each of them before."""
    article_id = id_of(index)
    wanted = needles(index, article_id)
    assert len([name for name in wanted if name.startswith("vector")]) >= 4
    before = found_under(index, wanted)
    assert {"text", "headline", "author", "section", *(f"sentence {n}" for n in range(6))} <= before
    assert {name for name in wanted if name.endswith((str(np.uint16), str(np.float16)))} <= before
    (index / "notes").write_bytes(b"\n".join(wanted.values()))  # nothing is kept lower-cased, escaped or wider so far
    assert found_under(index, wanted) == set(wanted)
    (index / "notes").unlink()
    stone, purge = take_down(index, article_id, "Landgericht, 12 O 34/26")
    assert found_under(index, wanted) == set()
    assert (stone.id, stone.url, purge.articles) == (article_id, URL, 1)
    assert purge.passages == len([name for name in wanted if re.fullmatch(r"vector \d+ as .*float16'>", name)])
    assert len(purge.generations) == 2
    assert purge.versions == 1
    assert titles(index) == {f"Markttag {n}" for n in range(1, 10)}


def test_the_tombstones_hold_nothing_of_the_article(index: Path) -> None:
    take_down(index, id_of(index), "auf Wunsch")
    form = json.loads((index / "tombstones").read_text("utf-8"))
    (stone,) = form.pop("takedowns")
    assert form == {"format": 1}
    assert (stone["url"], stone["reason"], stone["purged"]) == (URL, "auf Wunsch", True)
    hashes = [*stone.pop("keys"), *stone.pop("contents"), *stone.pop("passages"), *stone.pop("ids")]
    assert all(re.fullmatch("[0-9a-f]+", value) for value in hashes)
    assert set(stone) == {"id", "url", "reason", "at", "purged"}


def test_the_others_keep_everything_to_the_bit(index: Path) -> None:
    before = Layout(index).open_current()
    rows = [row for row in range(len(before)) if before.article(row).title != HEADLINE]
    wanted, places = before.contents.take(np.array(rows)), [before.article(row) for row in rows]
    take_down(index, id_of(index))
    after = Layout(index).open_current()
    assert np.array_equal(after.contents.vectors, wanted.vectors)
    assert np.array_equal(after.terms.pieces.flat, wanted.pieces.flat)
    assert [after.article(row) for row in range(len(after))] == places
    assert after.columns.publisher.names == ("Küstenbote",)


def test_the_cache_keeps_what_the_others_were_embedded_from(index: Path) -> None:
    """So that a rebuild with other settings, or a corrected article, embeds nothing twice."""
    embedder = ToyEmbedder()
    other_model = index / "cache" / ("f" * 16)
    other_model.mkdir()
    np.save(other_model / "1.vectors.npy", np.zeros((2, 3), np.float16))
    take_down(index, id_of(index))
    (folder,) = (index / "cache").iterdir()
    assert folder.name == embedder.fingerprint[:16]
    shutil.rmtree(index / "generations")
    (index / "CURRENT").unlink()
    assert again(index).embedded == 0


def test_two_takedowns(index: Path) -> None:
    first = needles(index, id_of(index))
    take_down(index, id_of(index))
    take_down(index, id_of(index, "Markttag 4"))
    stones = Tombstones.read(index / "tombstones").stones
    assert [stone.purged for stone in stones] == [True, True]
    assert found_under(index, first) == set()
    assert titles(index) == {f"Markttag {n}" for n in range(1, 10) if n != 4}
    report = again(index)
    assert (report.reading.taken_down, report.switched) == (3, False)


def test_an_article_that_no_generation_serves_any_more_can_be_taken_down(index: Path, source: Path) -> None:
    """The article store keeps versions for ever; somebody may still want them gone."""
    article_id, wanted = id_of(index), needles(index, id_of(index))
    write(source, *map(other, range(1, 12)))
    again(index)
    again(index)
    write(source, *map(other, range(1, 13)))
    again(index)
    assert HEADLINE not in titles(index)
    assert "text" in found_under(index, wanted)
    assert take_down(index, article_id)[1].versions == 1
    assert found_under(index, wanted) == set()


COPY_URL = "https://inselblatt.example/archiv/4711"


def test_the_address_of_a_copy_is_taken_down_and_the_article_stays(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", VICTIM, VICTIM | {"url": COPY_URL}, *map(other, range(1, 4)))
    index = build_from(source, tmp_path / "i")
    searcher = opened(index)
    assert [found.url for found in searcher.search(HEADLINE, 1).hits[0].also_in] == [COPY_URL]
    _, purge = take_down(index, url_id(COPY_URL))
    assert (purge.articles, purge.versions) == (0, 1)
    for asked in (searcher, opened(index)):  # the one that was open before, too
        (hit,) = asked.search(HEADLINE, 1).hits
        assert (hit.article.url, hit.also_in) == (URL, ())
    shutil.move(index / "tombstones", tmp_path / "tombstones")
    assert found_under(index, {"address": COPY_URL.encode()}) == set()
    shutil.move(tmp_path / "tombstones", index / "tombstones")
    assert again(index).reading.taken_down == 1
    assert opened(index).search(HEADLINE, 1).hits[0].also_in == ()


def test_a_copy_in_a_generation_from_a_backup_is_found_and_goes_again(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", VICTIM, VICTIM | {"url": COPY_URL}, *map(other, range(1, 4)))
    index = build_from(source, tmp_path / "i")
    shutil.copytree(index, tmp_path / "backup")
    take_down(index, url_id(COPY_URL))
    shutil.copy(index / "tombstones", tmp_path / "backup" / "tombstones")
    layout = Layout(tmp_path / "backup")
    (found,) = found_in_generations(layout, Tombstones.read(layout.tombstones))
    assert f"holds the article {url_id(COPY_URL)}, taken down on " in found
    assert finish(layout) is not None
    assert list(found_in_generations(layout, Tombstones.read(layout.tombstones))) == []
    assert finish(layout) is None


def test_what_is_not_there_is_not_taken_down(index: Path) -> None:
    with pytest.raises(UsageError, match=r"Nothing in .* has the id '0123456789abcdef'"):
        take_down(index, "0123456789abcdef")
    assert not (index / "tombstones").exists()


def test_the_last_article_can_be_taken_down(tmp_path: Path) -> None:
    """What is left is an index that answers nothing, and that takes the next article."""
    source = write(tmp_path / "a.jsonl", VICTIM)
    index = build_from(source, tmp_path / "i")
    wanted = needles(index, id_of(index))
    take_down(index, id_of(index))
    assert found_under(index, wanted) == set()
    opened = Layout(index).open_current()
    assert (len(opened), len(opened.store), opened.store.vectors().shape) == (0, 0, (0, 32))
    report = again(index)
    assert (report.switched, report.reading.taken_down, report.reading.kept) == (False, 1, 0)
    write(source, VICTIM, other(1))
    assert again(index).switched
    assert titles(index) == {"Markttag 1"}


# --- it never comes back ----------------------------------------------------------------------------------------------


def rewritten(**fields: str) -> dict[str, str]:
    return (
        VICTIM
        | {"text": f"{VICTIM['text']} Die Klage ging am Freitag ein, teilte das Gericht in Elmshorn mit."}
        | fields
    )


COMES_AGAIN = {
    "the file as it was": [VICTIM],
    "a corrected text": [rewritten()],
    "a corrected headline": [rewritten(title="Abelmann klagt")],
    "the address with a campaign's name": [rewritten(url=f"{URL}/?utm_source=x#top")],
    "the same text at another address": [VICTIM | {"url": "https://www.inselblatt.example/archiv/4711"}],
    "both, and twice": [VICTIM, rewritten(), VICTIM | {"url": "http://inselblatt.example/2"}],
}


@pytest.mark.parametrize("records", COMES_AGAIN.values(), ids=COMES_AGAIN)
@pytest.mark.parametrize("place", ["a.jsonl", "z.jsonl"])
def test_no_rebuild_brings_it_back(tmp_path: Path, records: list[dict[str, str]], place: str) -> None:
    """Whatever the sources hold of it, at the same place or another: not one byte comes into the index."""
    folder = tmp_path / "quelle"
    folder.mkdir()
    write(folder / "a.jsonl", VICTIM, other(1), other(2))
    index = build_from(folder, tmp_path / "i")
    wanted = needles(index, id_of(index))
    take_down(index, id_of(index))
    write(folder / "a.jsonl", other(1), other(2))
    write(folder / place, *records, *([other(1), other(2)] if place == "a.jsonl" else []))
    report = again(index)
    assert (report.reading.taken_down, report.reading.rejected_total) == (len(records), 0)
    assert report.reading.read == report.reading.kept + report.reading.taken_down + report.reading.duplicates
    assert titles(index) == {"Markttag 1", "Markttag 2"}
    assert found_under(index, wanted) == set()


def test_a_better_reader_does_not_bring_it_back(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All bytes have other keys then, and everything is parsed again; this one is known by the key it had, and is not."""
    wanted = needles(index, id_of(index))
    take_down(index, id_of(index))
    marks = Tombstones.read(index / "tombstones").marks
    monkeypatch.setattr(base, "READER_VERSION", base.READER_VERSION + 1)
    monkeypatch.setattr(takedowns.Takedowns, "holds", lambda *_: pytest.fail("it was parsed"))
    raw = base.RawRecord("a.jsonl", 2, base.Kind.RECORD, json.dumps(VICTIM, ensure_ascii=False).encode())
    assert raw.key not in marks.keys
    assert marks.holds_raw(raw, Source("/", "a.jsonl", 2), ["/"])
    monkeypatch.undo()
    monkeypatch.setattr(base, "READER_VERSION", base.READER_VERSION + 1)
    report = again(index)
    assert (len(report.plan.changed), report.reading.taken_down) == (9, 2)
    assert found_under(index, wanted) == set()


def test_a_version_that_comes_back_is_never_written_even_for_a_moment(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not into the store's log either, from which it would be deleted later."""
    take_down(index, id_of(index))
    write(index.parent / "a.jsonl", rewritten(), other(1), *map(other, range(2, 10)))
    added = []
    add = ArticleStore.add

    def spy(store: ArticleStore, version: object, *more: object) -> None:
        added.append(version.article.title)  # type: ignore[attr-defined]
        add(store, version, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(ArticleStore, "add", spy)
    write(index.parent / "a.jsonl", rewritten(), other(20), *map(other, range(1, 10)))
    again(index)
    assert added == ["Markttag 20"]


DUMP = f"Inselblatt\n\n{HEADLINE}\n\n3. März 2024, 18:15 Uhr\n\n" + "\n\n".join(SENTENCES) + "\n"


def test_a_page_is_known_by_its_file_whatever_it_says_later(tmp_path: Path) -> None:
    """A dump has no address: its id is its place. Also cut down to a headline it is not quoted among the rejects."""
    folder = tmp_path / "quelle"
    folder.mkdir()
    write(folder / "b.jsonl", other(1))
    (folder / "seite.txt").write_text(DUMP, "utf-8")
    index = build_from(folder, tmp_path / "i")
    wanted = needles(index, id_of(index))
    take_down(index, id_of(index))
    for text in (DUMP, DUMP.replace("elf Roststellen", "zwölf Roststellen"), DUMP.split("\n\n3.")[0], "\n"):
        (folder / "seite.txt").write_text(text, "utf-8")
        write(folder / "b.jsonl", other(1), other(2))
        report = again(index)
        assert (report.reading.taken_down, report.reading.rejected_total) == (1, 0)
        assert found_under(index, wanted) == set()
    (folder / "kopie.txt").write_text(DUMP, "utf-8")
    assert again(index).reading.taken_down == 2  # the copy is known by its bytes


def test_a_page_of_the_same_name_in_another_source_is_another_article(tmp_path: Path) -> None:
    """2024/001.txt is taken down; 2025/001.txt stays what it was, also where the first file is deleted then."""
    texts = {"2024": DUMP, "2025": DUMP.replace(HEADLINE, "Neuer Prüfer").replace("verloren", "angetreten")}
    for year, text in texts.items():
        (tmp_path / year).mkdir()
        (tmp_path / year / "001.txt").write_text(text, "utf-8")
    write(tmp_path / "2024" / "b.jsonl", other(1))
    index = tmp_path / "i"
    build(index, Settings((tmp_path / "2024", tmp_path / "2025"), "toy"), silent, ToyEmbedder(), TABLE)
    stays = id_of(index, "Neuer Prüfer")
    take_down(index, id_of(index))
    assert again(index).switched is False
    (tmp_path / "2024" / "001.txt").unlink()
    assert again(index).reading.taken_down == 0
    assert id_of(index, "Neuer Prüfer") == stays
    (tmp_path / "2024" / "001.txt").write_text(DUMP.replace("elf", "zwölf"), "utf-8")
    assert again(index).reading.taken_down == 1
    assert titles(index) == {"Neuer Prüfer", "Markttag 1"}


def test_an_archive_that_has_moved_does_not_bring_it_back(tmp_path: Path) -> None:
    (tmp_path / "alt").mkdir()
    (tmp_path / "alt" / "seite.txt").write_text(DUMP, "utf-8")
    write(tmp_path / "alt" / "b.jsonl", other(1))
    index = build_from(tmp_path / "alt", tmp_path / "i")
    take_down(index, id_of(index))
    (tmp_path / "alt").rename(tmp_path / "neu")
    (tmp_path / "neu" / "seite.txt").write_text(DUMP.replace("elf", "zwölf"), "utf-8")
    settings = index / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace("/alt", "/neu"), "utf-8")
    assert again(index).reading.taken_down == 1
    assert titles(index) == {"Markttag 1"}


def test_wire_copy_in_another_outlet_stays(tmp_path: Path) -> None:
    """The same text by another publisher is another article: it is found, embedded, shown as before."""
    copy = VICTIM | {"publisher": "Küstenbote", "url": "https://kuestenbote.example/pruefer"}
    source = write(tmp_path / "a.jsonl", VICTIM, copy, other(1))
    index = build_from(source, tmp_path / "i")
    opened = Layout(index).open_current()
    article_id = next(a.id for a in map(opened.article, range(3)) if a.publisher == "Inselblatt")
    take_down(index, article_id)
    report = again(index)
    assert (report.reading.taken_down, report.switched) == (1, False)
    opened = Layout(index).open_current()
    left = [opened.article(row) for row in range(len(opened))]
    assert [(a.publisher, a.text) for a in left] == [("Küstenbote", copy["text"]), ("Küstenbote", other(1)["text"])]
    settings = index / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace("limit = 600", "limit = 599"), "utf-8")
    assert again(index).embedded == 0  # the passages that both had are still in the cache


def test_an_article_that_repeats_an_older_version_stays(tmp_path: Path) -> None:
    """B repeats A's first version, A is corrected, A is taken down: nobody asked for B to go."""
    copy = VICTIM | {"url": "https://inselblatt.example/zweite"}
    source = write(tmp_path / "a.jsonl", VICTIM, other(1))
    index = build_from(source, tmp_path / "i")
    write(source, rewritten(title="Korrigiert"), copy, other(1))
    again(index)
    take_down(index, id_of(index, "Korrigiert"))
    assert titles(index) == {HEADLINE, "Markttag 1"}
    report = again(index)
    assert (report.reading.taken_down, report.switched) == (1, False)


def test_an_address_that_came_later_does_not_bring_it_back(tmp_path: Path) -> None:
    """Known by publisher and external id until its source learned to name addresses."""
    bare = {k: v for k, v in VICTIM.items() if k != "url"} | {"id": "n-17"}
    source = write(tmp_path / "a.jsonl", bare, other(1))
    index = build_from(source, tmp_path / "i")
    take_down(index, id_of(index))
    write(source, rewritten(id="n-17"), other(1))
    assert again(index).reading.taken_down == 1
    assert titles(index) == {"Markttag 1"}


# --- whatever cuts it off ---------------------------------------------------------------------------------------------

STEPS = ["_switch_to_clean", "_delete_other_generations", "_purge_store", "_purge_cache"]


class KilledError(Exception):
    pass


def die(*_: object, **__: object) -> None:
    raise KilledError


def shown_anywhere(index: Path, article_id: str) -> bool:
    """Whether a reader of any generation would show the article."""
    layout = Layout(index)
    tombstones = Tombstones.read(layout.tombstones)
    opened = list(layout.openable())
    return any(row not in tombstones.rows_in(g) for g in opened if (row := g.find(article_id)) is not None)


CUTS = [(step, after, "rebuild") for step in STEPS for after in (False, True)]
CUTS += [("_switch_to_clean", False, "remove another"), ("_purge_store", True, "remove again")]


@pytest.mark.parametrize(("step", "after", "then"), CUTS)
def test_a_takedown_that_is_cut_off_holds_at_once_and_is_finished_by_the_next_writer(
    index: Path, monkeypatch: pytest.MonkeyPatch, step: str, then: str, *, after: bool
) -> None:
    article_id, wanted = id_of(index), needles(index, id_of(index))
    real = getattr(takedown, step)

    def cut_off(*arguments: object) -> None:
        if after:
            real(*arguments)
        raise KilledError

    monkeypatch.setattr(takedown, step, cut_off)
    with pytest.raises(KilledError):
        take_down(index, article_id)
    monkeypatch.undo()
    assert not shown_anywhere(index, article_id)
    assert [s.purged for s in Tombstones.read(index / "tombstones").stones] == [False]
    if then == "rebuild":
        assert [note for note in again(index).notes if "finished a takedown that was cut off" in note]
    elif then == "remove another":
        take_down(index, id_of(index, "Markttag 3"))
    else:
        with Layout(index).writer():
            assert finish(Layout(index)) is not None
            assert finish(Layout(index)) is None
    assert found_under(index, wanted) == set()
    assert all(s.purged for s in Tombstones.read(index / "tombstones").stones)
    assert HEADLINE not in titles(index)


REMOVER = """
import sys
from pathlib import Path
from newsearch.indexer.takedown import take_down
print("ready", flush=True)
take_down(Path(sys.argv[1]), sys.argv[2])
"""


def test_kill_at_any_moment_leaves_the_article_or_a_takedown(index: Path, tmp_path: Path) -> None:
    """kill -9 in six moments: before the tombstone all is as it was; from then on nobody sees it, and a rebuild ends it."""
    article_id, wanted = id_of(index), needles(index, id_of(index))
    finished = 0
    for turn in range(6):
        copy = shutil.copytree(index, tmp_path / f"copy{turn}")
        process = subprocess.Popen([sys.executable, "-c", REMOVER, str(copy), article_id], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 + 0.02 * turn)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        taken = bool(Tombstones.read(copy / "tombstones").stones)
        assert shown_anywhere(copy, article_id) is not taken
        again(copy)
        assert (found_under(copy, wanted) == set()) is taken
        finished += taken
    assert finished


def test_a_generation_that_comes_back_from_a_backup_goes_again(index: Path, tmp_path: Path) -> None:
    """The tombstone holds for ever; whatever is put beside it is cleaned by the next rebuild."""
    article_id, wanted = id_of(index), needles(index, id_of(index))
    backup = shutil.copytree(index, tmp_path / "backup")
    take_down(index, article_id)
    for name in ("generations", "articles.sqlite", "CURRENT"):
        target = index / name
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        (shutil.copytree if (backup / name).is_dir() else shutil.copy)(backup / name, target)
    assert not shown_anywhere(index, article_id)
    assert found_under(index, wanted)
    again(index)
    assert found_under(index, wanted) == set()


def test_where_the_generation_is_damaged_a_rebuild_finishes_the_takedown(index: Path) -> None:
    article_id, wanted = id_of(index), needles(index, id_of(index))
    path = Layout(index).open_current().folder / "texts.jsonl"
    raw = path.read_bytes()
    path.write_bytes(raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:])
    with pytest.raises(DamagedIndexError, match=r"texts\.jsonl was changed.*newsearch rebuild"):
        take_down(index, article_id)
    assert not shown_anywhere(index, article_id)
    notes = again(index).notes
    assert any(note.startswith("a takedown is not finished: ") for note in notes)
    assert found_under(index, wanted) == set()
    assert [s.purged for s in Tombstones.read(index / "tombstones").stones] == [True]


def test_a_reader_of_the_store_holds_the_purge_up_and_is_named(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its snapshot keeps the log from being emptied; the takedown stands, and the next writer ends it."""
    monkeypatch.setattr("newsearch.corpus.store._BUSY_S", 0.1)
    wanted = needles(index, id_of(index))
    reader = sqlite3.connect(index / "articles.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM articles").fetchone()
    with pytest.raises(BusyError, match=r"has .*articles\.sqlite open"):
        take_down(index, id_of(index))
    reader.close()
    again(index)
    assert found_under(index, wanted) == set()


def test_a_full_disk_leaves_the_takedown_to_the_next_run(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article_id = id_of(index)
    monkeypatch.setattr(
        "newsearch.indexer.switching.write_generation", lambda *_: (_ for _ in ()).throw(DiskFullError("full"))
    )
    with pytest.raises(DiskFullError):
        take_down(index, article_id)
    assert not [p for p in (index / "generations").iterdir() if p.name.startswith(".")]
    assert not shown_anywhere(index, article_id)
    monkeypatch.undo()
    again(index)
    assert HEADLINE not in titles(index)


# --- rollback ---------------------------------------------------------------------------------------------------------


def test_rollback_past_a_takedown_is_refused_with_the_reason(index: Path) -> None:
    article_id = id_of(index)
    take_down(index, article_id, "Urteil")
    today = Tombstones.read(index / "tombstones").stones[0].day
    said = rf"keeps no generation older.*held the article {article_id}, which was taken down on {today}: Urteil"
    with pytest.raises(UsageError, match=said):
        Layout(index).rollback()


def test_rollback_to_a_generation_that_a_crash_left_is_refused(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article_id = id_of(index)
    monkeypatch.setattr(takedown, "_delete_other_generations", die)
    with pytest.raises(KilledError):
        take_down(index, article_id, "Urteil")
    layout = Layout(index)
    serves = layout.current_name()
    with pytest.raises(
        UsageError, match=rf"holds the article {article_id}, which was taken down on .*: Urteil.*rebuild"
    ):
        layout.rollback()
    assert layout.current_name() == serves


def test_rollback_to_what_was_built_after_the_takedown_works(index: Path) -> None:
    take_down(index, id_of(index))
    write(index.parent / "a.jsonl", VICTIM, *map(other, range(1, 12)))
    again(index)
    Layout(index).rollback()
    assert titles(index) == {f"Markttag {n}" for n in range(1, 10)}


# --- what verify asks -------------------------------------------------------------------------------------------------


def left(index: Path) -> list[str]:
    layout = Layout(index)
    stones = Tombstones.read(layout.tombstones)
    found = (takedown.found_in_generations, takedown.found_in_store, takedown.found_in_cache)
    return [sentence for look in found for sentence in look(layout, stones)]


def test_whatever_still_holds_it_is_named(index: Path, tmp_path: Path) -> None:
    article_id = id_of(index)
    backup = shutil.copytree(index, tmp_path / "backup")
    assert left(index) == []
    take_down(index, article_id)
    assert left(index) == []
    older = min((backup / "generations").iterdir())
    shutil.copytree(older, index / "generations" / older.name)
    shutil.copy(backup / "articles.sqlite", index / "articles.sqlite")
    for path in (backup / "cache").rglob("*.npy"):
        shutil.copy(path, index / path.relative_to(backup))
    generation, store, cache = left(index)
    assert generation.startswith(f"generation {older.name} holds the article {article_id}, taken down on ")
    assert store.startswith("articles.sqlite holds the version ")
    assert re.fullmatch(r"the cache [0-9a-f]{16} holds \d+ passages of articles that were taken down", cache)


def test_a_passage_that_another_article_has_too_is_no_finding(tmp_path: Path) -> None:
    copy = VICTIM | {"publisher": "Küstenbote", "url": "https://kuestenbote.example/pruefer"}
    index = build_from(write(tmp_path / "a.jsonl", VICTIM, copy), tmp_path / "i")
    take_down(index, Layout(index).open_current().article(0).id)
    assert left(index) == []
    assert len(list((index / "cache").rglob("*.keys.npy"))) == 1


def test_an_article_by_its_place_has_the_ids_of_its_place() -> None:
    bare, source = Article("", ""), Source("/a", "001.txt")
    wanted = Source("/a", "001.txt", apart=True)
    assert list(takedowns.placed_ids(bare, source)) == [bare.at(wanted).id]
    assert list(takedowns.placed_ids(Article("", "", url=URL), source)) == []
    assert list(takedowns.ids_of(Article("", "", url=f"{URL}#x"))) == [Article("", "", url=URL).at(source).id]


BOX = "Erhalten Sie jeden Morgen die wichtigsten Geschichten der Insel in Ihr Postfach, kostenlos und unverbindlich."


def boxed(number: int) -> dict[str, str]:
    own = " ".join(f"Satz {n} von der Insel {number} handelt vom Boot {number * 7 + n}." for n in range(9))
    return {"title": f"Boot {number}", "text": f"{own}\n{BOX}", "publisher": "Inselblatt"}


@pytest.mark.parametrize("address", [True, False])
def test_an_article_that_lost_what_recurs_is_taken_down_like_any_other(tmp_path: Path, address: bool) -> None:  # noqa: FBT001
    """Its key in the generation is another than its version's: the version goes, and the file does not bring it back."""
    victim = {key: value for key, value in VICTIM.items() if key != "url" or address}
    victim["text"] = f"{victim['text']}\n{BOX}"
    source = write(tmp_path / "a.jsonl", victim, *map(boxed, range(8)))
    index = build_from(source, tmp_path / "i")
    opened = Layout(index).open_current()
    row = opened.find(id_of(index))
    assert row is not None
    assert BOX not in opened.article(row).text
    with ArticleStore.read(Layout(index).articles) as store:
        version, _ = store.cleaned.find(opened.contents.versions[row].tobytes())
        assert version != opened.contents.versions[row].tobytes()
    sought = [version, SENTENCES[1].encode()]
    take_down(index, id_of(index))
    write(tmp_path / "a.jsonl", victim, *map(boxed, range(9)), victim)
    again(index)
    assert titles(index) == {boxed(number)["title"] for number in range(9)}
    with ArticleStore.read(Layout(index).articles) as store:
        assert store.find(version) is None
    for path in index.rglob("*"):
        if path.is_file() and path.name != "tombstones":
            assert not [needle for needle in sought if needle in path.read_bytes()], path
