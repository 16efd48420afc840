"""Building, rebuilding, and what is left when either is cut off."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsearch.corpus.errors import (
    DamagedIndexError,
    DiskFullError,
    ModelError,
    NothingReadableError,
    SwitchRefusedError,
    UsageError,
)
from newsearch.indexer import builder, writing
from newsearch.indexer.builder import BuildReport, build, rebuild
from newsearch.indexer.chunker import Chunking
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.embedding import HEADLINE_LENGTH
from newsearch.indexer.layout import Layout
from newsearch.indexer.settings import Settings
from newsearch.indexer.table import StaticTable
from newsearch.indexer.verification import SAMPLE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from newsearch.indexer.embedders.base import Inputs
    from newsearch.indexer.generation import Generation

TABLE = StaticTable.open()
WORDS = [
    "Hafen",
    "Rathaus",
    "Brücke",
    "Winter",
    "Fähre",
    "Wahl",
    "Museum",
    "Streik",
    "Ernte",
    "Sturm",
    "Schule",
    "Klinik",
    "Bahn",
    "Kohle",
    "Wald",
    "See",
]


def silent(stage: str, done: int, total: int) -> None:
    pass


def article(number: int, *, title: str = "", text: str = "") -> dict[str, str]:
    """A small article of its own: its words depend on its number."""
    rng = random.Random(number)
    sentences = [f"{rng.choice(WORDS)} und {rng.choice(WORDS)} waren am Tag {i} von {number} Thema." for i in range(20)]
    return {
        "id": f"a{number}",
        "publisher": "Elbkurier",
        "title": title or f"Meldung {number}",
        "text": text or " ".join(sentences),
        "published": f"2024-{1 + number % 12:02d}-03",
        "language": "de",
    }


def write(path: Path, articles: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), "utf-8")


def make(tmp_path: Path, articles: list[dict[str, str]], embedder: ToyEmbedder | None = None) -> Path:
    write(tmp_path / "a.jsonl", articles)
    index = tmp_path / "i"
    build(index, Settings((tmp_path / "a.jsonl",), "toy"), silent, embedder or ToyEmbedder(), TABLE)
    return index


def anew_of(embedder: ToyEmbedder, report: BuildReport) -> list[str]:
    """What was embedded for the index; behind it comes the sample that is embedded again to see that it is right."""
    assert len(embedder.embedded) <= report.embedded + SAMPLE
    return embedder.embedded[: report.embedded]


def snapshot(index: Path) -> dict[str, object]:
    """Everything that a generation answers with."""
    opened = Layout(index).open_current()
    contents = opened.contents
    return {
        "ids": opened.places.ids.tolist(),
        "texts": contents.texts.flat.tobytes(),
        "spans": contents.spans.flat.tolist(),
        "vectors": contents.vectors.tobytes(),
        "pieces": contents.pieces.flat.tolist(),
        "postings": opened.terms.postings.flat.tolist(),
        "days": contents.columns.first_day.tolist(),
        "publishers": [contents.columns.publisher.names[c] for c in contents.columns.publisher.codes],
        "signatures": contents.signatures.tobytes(),
        "stories": opened.stories.tolist(),
        "places": [opened.article(r).source for r in range(len(opened))],
    }


def test_a_build_holds_every_article_with_its_passages(tmp_path: Path) -> None:
    index = make(tmp_path, [article(n) for n in range(5)])
    opened = Layout(index).open_current()
    assert opened.manifest.counts["articles"] == 5
    for row in range(5):
        text = opened.article(row).text
        covered = "".join(text[a:b] for a, b in opened.spans[row])
        assert covered.replace(" ", "") == text.replace(" ", "")
    assert opened.article(3).external_id == "a3"


def test_vectors_are_unit_vectors_of_headline_and_passage(tmp_path: Path) -> None:
    embedder = ToyEmbedder()
    index = make(tmp_path, [article(1, title="Sturm am See")], embedder)
    assert all(text.startswith("Sturm am See\n") for text in embedder.embedded)
    vectors = Layout(index).open_current().store.vectors().astype(np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    wanted = embedder.embed_queries(embedder.embedded[: len(vectors)])
    assert np.array_equal(vectors.astype(np.float16), wanted.astype(np.float16))


def test_rebuild_embeds_only_what_is_new(tmp_path: Path) -> None:
    """Of a changed article only the passages that differ; what moved to another line is not touched."""
    articles = [article(n) for n in range(20)]
    index = make(tmp_path, articles)
    articles[3]["text"] += " Ein ganz neuer Schlusssatz steht nun hier, und er ist lang genug, um aufzufallen."
    del articles[10]
    articles.insert(0, article(99))
    write(tmp_path / "a.jsonl", articles)
    embedder = ToyEmbedder()
    report = rebuild(index, silent, embedder=embedder, table=TABLE)
    assert (len(report.plan.new), len(report.plan.changed), len(report.plan.gone), report.plan.unchanged) == (
        1,
        1,
        1,
        18,
    )
    anew = anew_of(embedder, report)
    assert {text.split("\n")[0] for text in anew} == {"Meldung 99", "Meldung 3"}
    changed = [text for text in anew if text.startswith("Meldung 3\n")]
    assert len(changed) < len(Layout(index).open_current().spans[4])
    assert report.embedded == len(anew)


@settings(max_examples=15, deadline=None)
@given(title=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=200))
def test_changing_only_the_headline_embeds_that_article_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    """The headline is part of what is embedded: all passages of the article are embedded anew, under the new one."""
    folder = tmp_path_factory.mktemp("h")
    articles = [article(n) for n in range(4)]
    index = make(folder, articles)
    articles[2]["title"] = title
    write(folder / "a.jsonl", articles)
    embedder = ToyEmbedder()
    anew = anew_of(embedder, rebuild(index, silent, embedder=embedder, table=TABLE))
    opened = Layout(index).open_current()
    headline = opened.article(2).title[:HEADLINE_LENGTH].strip()
    assert len(anew) == len(opened.spans[2])
    assert all(text.startswith(f"{headline}\n" if headline else "") for text in anew)
    assert not [text for text in anew if text.startswith("Meldung")]


def test_a_rebuild_with_nothing_new_writes_nothing(tmp_path: Path) -> None:
    index = make(tmp_path, [article(n) for n in range(4)])
    before = Layout(index).open_current().manifest.id
    report = rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert (report.switched, report.generation, report.embedded) == (False, before, 0)


def test_moving_an_article_in_its_file_moves_its_link(tmp_path: Path) -> None:
    articles = [article(n) for n in range(3)]
    index = make(tmp_path, articles)
    write(tmp_path / "a.jsonl", articles[::-1])
    report = rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    opened = Layout(index).open_current()
    assert report.switched
    assert [(opened.article(r).external_id, opened.article(r).source.record) for r in range(3)] == [
        ("a2", 1),
        ("a1", 2),
        ("a0", 3),
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True),
    after=st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True),
    edited=st.sets(st.integers(0, 12)),
)
def test_a_rebuild_ends_where_a_fresh_build_ends(
    tmp_path_factory: pytest.TempPathFactory, before: list[int], after: list[int], edited: set[int]
) -> None:
    """Whatever was taken over, cached or embedded anew: the result is that of building from nothing.

    From 7 on the articles are those below 7 as another paper prints them, with a sentence of its own.
    """
    folder = tmp_path_factory.mktemp("p")

    def printed(number: int, title: str = "") -> dict[str, str]:
        more = " Diesen Satz schrieb das Blatt selbst." if number >= 7 else ""
        return article(number, title=title, text=article(number % 7)["text"] + more)

    index = make(folder, [printed(n) for n in before])
    write(folder / "a.jsonl", [printed(n, f"Neu {n}" if n in edited else "") for n in after])
    rebuild(index, silent, anyway=True, embedder=ToyEmbedder(), table=TABLE)
    fresh = folder / "fresh"
    build(fresh, Settings((folder / "a.jsonl",), "toy"), silent, ToyEmbedder(), TABLE)
    assert snapshot(index) == snapshot(fresh)
    assert Layout(index).open_current().manifest.files == Layout(fresh).open_current().manifest.files  # to the byte
    assert len(set(snapshot(index)["stories"])) == len({n % 7 for n in after})  # type: ignore[arg-type]


def test_a_copy_that_comes_makes_a_story_and_one_that_goes_leaves_it(tmp_path: Path) -> None:
    """What was taken over is compared with what is new, and the report says how many stories there are."""
    articles = [article(n) for n in range(4)]
    index = make(tmp_path, articles)
    assert Layout(index).open_current().stories.tolist() == [0, 1, 2, 3]
    copy = article(9, title="Aus einer anderen Zeitung", text=f"{articles[2]['text']} Das meldet die Agentur.")
    write(tmp_path / "a.jsonl", [copy, *articles])
    report = rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert (report.articles, report.stories) == (5, 4)
    assert Layout(index).open_current().stories.tolist() == [0, 1, 2, 0, 4]
    write(tmp_path / "a.jsonl", articles)
    assert rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE).stories == 4
    assert Layout(index).open_current().stories.tolist() == [0, 1, 2, 3]


def test_an_index_of_an_older_format_is_written_anew_by_the_next_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an archive that does not change would never have what the new format came for."""
    index = make(tmp_path, [article(n) for n in range(3)])
    monkeypatch.setattr(builder, "FORMAT", builder.FORMAT + 1)
    report = rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert (report.switched, report.embedded) == (True, 0)


def test_an_interrupted_build_goes_on_from_the_cache(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [article(n) for n in range(300)])
    index, first, second = tmp_path / "i", ToyEmbedder(), ToyEmbedder()

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "embedding":
            raise KeyboardInterrupt

    plan = Settings((tmp_path / "a.jsonl",), "toy")
    with pytest.raises(KeyboardInterrupt):
        build(index, plan, interrupt, first, TABLE)
    report = build(index, plan, silent, second, TABLE)
    assert not set(first.embedded) & set(anew_of(second, report))
    assert len(first.embedded) + report.embedded == report.passages


def test_another_model_embeds_everything_anew(tmp_path: Path) -> None:
    index = make(tmp_path, [article(n) for n in range(3)])
    other = ToyEmbedder(salt="other")
    report = rebuild(index, silent, embedder=other, table=TABLE)
    assert report.embedded == report.passages
    assert Layout(index).open_current().manifest.fingerprint == other.fingerprint


def test_other_lengths_in_the_settings_cut_new_passages(tmp_path: Path) -> None:
    index = make(tmp_path, [article(1)])
    path = index / "settings.toml"
    path.write_text(
        path.read_text("utf-8").replace("target = 350", "target = 120").replace("limit = 600", "limit = 200"), "utf-8"
    )
    before = len(Layout(index).open_current().spans.flat)
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    opened = Layout(index).open_current()
    assert len(opened.spans.flat) > before
    assert all(b - a <= 200 for a, b in opened.spans.flat)
    assert opened.manifest.settings["passages"]["target"] == 120


def test_dry_run_says_what_it_would_do_and_does_not(tmp_path: Path) -> None:
    articles = [article(n) for n in range(3)]
    index = make(tmp_path, articles)
    before = snapshot(index)
    write(tmp_path / "a.jsonl", [*articles[:2], article(7)])
    (index / "generations" / ".left").mkdir()
    report = rebuild(index, silent, dry_run=True, embedder=ToyEmbedder(), table=TABLE)
    assert (len(report.plan.new), len(report.plan.gone), report.switched) == (1, 1, False)
    assert snapshot(index) == before
    assert (index / "generations" / ".left").exists()


def test_add_appends_a_source_for_good(tmp_path: Path) -> None:
    index = make(tmp_path, [article(1)])
    write(tmp_path / "b.jsonl", [article(2)])
    rebuild(index, silent, more=[tmp_path / "b.jsonl"], embedder=ToyEmbedder(), table=TABLE)
    assert len(Layout(index).open_current()) == 2
    assert str(tmp_path / "b.jsonl") in (index / "settings.toml").read_text("utf-8")


def test_sources_that_hold_nothing_any_more_leave_the_index_as_it_was(tmp_path: Path) -> None:
    index = make(tmp_path, [article(1)])
    before = snapshot(index)
    (tmp_path / "a.jsonl").write_text("\n", "utf-8")
    with pytest.raises(NothingReadableError, match="Found no article in"):
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(UsageError, match=r"a\.jsonl.*[Ww]anted"):
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert snapshot(index) == before


def test_a_source_that_is_suddenly_empty_is_not_taken_for_gone(tmp_path: Path) -> None:
    """A disk that was not mounted is an empty folder; the nightly run must not delete half of the archive for it."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    write(tmp_path / "one" / "a.jsonl", [article(1)])
    write(tmp_path / "two" / "b.jsonl", [article(2)])
    index = tmp_path / "i"
    build(index, Settings((tmp_path / "one", tmp_path / "two"), "toy"), silent, ToyEmbedder(), TABLE)
    before = snapshot(index)
    (tmp_path / "two" / "b.jsonl").unlink()
    with pytest.raises(SwitchRefusedError, match=r"two had articles and has none now.*settings\.toml"):
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert snapshot(index) == before
    text = (index / "settings.toml").read_text("utf-8")
    (index / "settings.toml").write_text(text.replace(f', "{tmp_path / "two"}"', ""), "utf-8")
    assert rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE).plan.gone


def test_a_rebuild_that_loses_more_than_half_stops_unless_told(tmp_path: Path) -> None:
    index = make(tmp_path, [article(n) for n in range(9)])
    before = snapshot(index)
    write(tmp_path / "a.jsonl", [article(n) for n in range(4)])
    wanted = r"Of 9 articles 4 would be left, fewer than half.*--dry-run.*--switch-anyway"
    with pytest.raises(SwitchRefusedError, match=wanted):
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    planned = rebuild(index, silent, dry_run=True, embedder=ToyEmbedder(), table=TABLE)
    assert (len(planned.plan.gone), planned.switched) == (5, False)
    assert planned.notes[0].startswith("would be refused: Of 9 articles 4 would be left")
    assert snapshot(index) == before
    report = rebuild(index, silent, anyway=True, embedder=ToyEmbedder(), table=TABLE)
    assert (report.switched, report.articles, len(report.notes)) == (True, 4, 2)
    assert report.notes[0].startswith("switched anyway: Of 9 articles 4 would be left")
    write(tmp_path / "a.jsonl", [article(n) for n in range(2)])  # half is not fewer than half
    assert rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE).articles == 2


def test_a_rebuild_that_keeps_the_articles_and_loses_their_text_stops(tmp_path: Path) -> None:
    """A cleaner that takes too much away, or pages behind a paywall."""
    index = make(tmp_path, [article(n) for n in range(4)])
    write(tmp_path / "a.jsonl", [article(n, text=f"Kurz und gut, das war Tag {n} am Hafen.") for n in range(4)])
    with pytest.raises(SwitchRefusedError, match=r"Of \d+ passages 4 would be left"):
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert rebuild(index, silent, anyway=True, embedder=ToyEmbedder(), table=TABLE).passages == 4


def test_other_lengths_of_passages_are_no_loss(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [article(n) for n in range(4)])
    index, short = tmp_path / "i", Chunking(60, 100, 20)
    passages = build(index, Settings((tmp_path / "a.jsonl",), "toy", short), silent, ToyEmbedder(), TABLE).passages
    text = (index / "settings.toml").read_text("utf-8")
    (index / "settings.toml").write_text(text.replace("= 60\n", "= 300\n").replace("= 100\n", "= 600\n"), "utf-8")
    assert rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE).passages < passages / 2


class Forgetful(ToyEmbedder):
    """Gives a text another vector when it is asked again."""

    def embed_passages(self, inputs: Inputs) -> NDArray[np.float32]:
        vectors = super().embed_passages(inputs)
        return vectors if len(self.embedded) == len(inputs.texts) else np.roll(vectors, 1, axis=1)


def test_a_generation_that_is_not_what_its_text_makes_is_never_switched_in(tmp_path: Path) -> None:
    """Vectors behind the wrong text: no count and no hash would tell."""
    write(tmp_path / "a.jsonl", [article(n) for n in range(5)])
    index = tmp_path / "i"
    with pytest.raises(SwitchRefusedError, match=r"passage 0 has other numbers in its vector than its text makes"):
        build(index, Settings((tmp_path / "a.jsonl",), "toy"), silent, Forgetful(), TABLE)
    assert not (index / "CURRENT").exists()
    assert list((index / "generations").iterdir()) == []


def test_what_compares_the_generations_may_refuse_or_say_something(tmp_path: Path) -> None:
    index = make(tmp_path, [article(n) for n in range(5)])
    seen = []

    def check(settings: Settings, old: Generation, new: Generation, *models: object) -> list[str]:
        seen.append((settings.model, len(old), len(new), len(models)))
        if len(new) > 6:
            raise SwitchRefusedError("too many")
        return ["looks alike"]

    write(tmp_path / "a.jsonl", [article(n) for n in range(6)])
    assert rebuild(index, silent, check=check, embedder=ToyEmbedder(), table=TABLE).notes == ("looks alike",)
    write(tmp_path / "a.jsonl", [article(n) for n in range(7)])
    with pytest.raises(SwitchRefusedError, match="too many"):
        rebuild(index, silent, check=check, embedder=ToyEmbedder(), table=TABLE)
    assert len(Layout(index).open_current()) == 6
    report = rebuild(index, silent, check=check, anyway=True, embedder=ToyEmbedder(), table=TABLE)
    assert (report.articles, report.notes) == (7, ("switched anyway: too many",))
    assert seen == [("toy", 5, 6, 2), ("toy", 6, 7, 2), ("toy", 6, 7, 2)]


def test_every_generation_answers_with_its_own_text(tmp_path: Path) -> None:
    """A corrected article; a kill before the switch, a switch, a rollback: what serves shows the text it was built from."""
    index = make(tmp_path, [article(1, text="Der Streik im Hafen beginnt am Montag.")])
    layout = Layout(index)

    def shown() -> str:
        return layout.open_current().article(0).text

    def die(*_: object) -> list[str]:
        raise KeyboardInterrupt

    write(tmp_path / "a.jsonl", [article(1, text="Der Streik im Hafen beginnt am Dienstag.")])
    with pytest.raises(KeyboardInterrupt):
        rebuild(index, silent, check=die, embedder=ToyEmbedder(), table=TABLE)
    assert "Montag" in shown()
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    reader = layout.open_current()
    assert "Dienstag" in shown()
    left, serves = layout.rollback()
    assert [serves, left] == layout.kept()
    assert "Montag" in shown()
    assert "Dienstag" in reader.article(0).text
    with pytest.raises(UsageError, match=f"keeps no generation older than {serves}"):
        layout.rollback()
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert "Dienstag" in shown()


def test_a_damaged_generation_is_not_gone_back_to(tmp_path: Path) -> None:
    index = make(tmp_path, [article(1)])
    write(tmp_path / "a.jsonl", [article(1), article(2)])
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    layout = Layout(index)
    older, current = layout.kept()
    path = layout.generations / older / "texts.jsonl"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    with pytest.raises(DamagedIndexError, match=r"texts\.jsonl was changed after it was written"):
        layout.rollback()
    assert layout.current_name() == current


def test_a_build_whose_model_cannot_be_had_writes_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [article(1)])
    with pytest.raises(ModelError, match="no-such-model"):
        build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), str(tmp_path / "no-such-model")), silent)
    assert not (tmp_path / "i").exists()
    build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), "toy"), silent)


def test_a_settings_file_that_is_not_ours_is_not_written_over(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [article(1)])
    (tmp_path / "i").mkdir()
    (tmp_path / "i" / "settings.toml").write_text("[database]\n", "utf-8")
    with pytest.raises(UsageError, match="not empty and holds no index"):
        build(tmp_path / "i", Settings((tmp_path / "a.jsonl",), "toy"), silent)
    assert (tmp_path / "i" / "settings.toml").read_text("utf-8") == "[database]\n"


def test_an_added_source_is_in_the_settings_before_its_articles_are_in_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a kill in between would have the next nightly run count them as gone."""
    index = make(tmp_path, [article(1)])
    write(tmp_path / "b.jsonl", [article(2)])

    def killed(_layout: Layout, _generation: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Layout, "switch", killed)
    with pytest.raises(KeyboardInterrupt):
        rebuild(index, silent, more=[tmp_path / "b.jsonl"], embedder=ToyEmbedder(), table=TABLE)
    assert str(tmp_path / "b.jsonl") in (index / "settings.toml").read_text("utf-8")
    assert len(Layout(index).open_current()) == 1
    monkeypatch.undo()
    rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert len(Layout(index).open_current()) == 2
    assert len(list((index / "generations").iterdir())) == 2


def test_the_index_folder_inside_a_source_is_not_read(tmp_path: Path) -> None:
    """`newsearch build .` puts newsearch.index among the articles, and its texts.jsonl looks like articles."""
    write(tmp_path / "a.jsonl", [article(1)])
    index = tmp_path / "newsearch.index"
    plan = Settings((tmp_path,), "toy")
    assert build(index, plan, silent, ToyEmbedder(), TABLE).reading.read == 1
    assert rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE).reading.read == 1


def test_a_generation_and_the_one_before_are_kept(tmp_path: Path) -> None:
    index = make(tmp_path, [article(0)])
    for n in range(1, 5):
        write(tmp_path / "a.jsonl", [article(n)])
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert len(list((index / "generations").iterdir())) == 2
    assert Layout(index).open_current().article(0).external_id == "a4"


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    index = make(tmp_path, [article(0)])
    reader = Layout(index).open_current()
    assert reader.article(0).external_id == "a0"
    vectors = reader.store.vectors().copy()
    for n in range(1, 4):
        write(tmp_path / "a.jsonl", [article(n)])
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert not reader.folder.exists()
    assert reader.article(0).title == "Meldung 0"
    assert np.array_equal(reader.store.vectors(), vectors)


@pytest.mark.parametrize("name", ["terms.postings.npy", "vectors.faiss", "texts.jsonl", "manifest.json"])
def test_a_full_disk_leaves_the_old_generation_serving(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENOSPC at the write of each file: a clear error, nothing half written left, the old answers unchanged."""
    index = make(tmp_path, [article(0)])
    before = snapshot(index)
    write(tmp_path / "a.jsonl", [article(1)])
    real = writing.write_synced

    def full(path: Path, put: object) -> None:
        if path.name == name:
            with builder.disk_space_for(path):
                raise OSError(28, "No space left on device", str(path))
        real(path, put)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "write_synced", full)
    with pytest.raises(DiskFullError, match=f"{name}.*still serves.*Free some space"):
        rebuild(index, silent, embedder=ToyEmbedder(), table=TABLE)
    assert snapshot(index) == before
    assert len(list((index / "generations").iterdir())) == 1


def test_the_settings_say_how_the_index_was_made(tmp_path: Path) -> None:
    index = make(tmp_path, [article(1)])
    manifest = Layout(index).open_current().manifest
    assert manifest.settings["passages"] == {"target": 350, "limit": 600, "short": 150}
    assert manifest.settings["passages"]["target"] == Chunking().target
    assert manifest.model == "toy"
    assert set(manifest.versions) == {"newsearch", "faiss-cpu", "numpy", "onnxruntime", "tokenizers"}


def test_names_of_fields_are_set_where_a_build_reads_nothing(tmp_path: Path) -> None:
    """In the settings.toml that it left; the next build goes on with them, a rebuild reads again when they change."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"rumpf": "Die Fähre liegt.", "fuss": "Im Dock."}))
    index, settings = tmp_path / "index", Settings((tmp_path / "a.jsonl",), "toy")
    with pytest.raises(NothingReadableError, match=r"Name yours in \[fields\] of the index's settings.toml"):
        build(index, settings, silent, ToyEmbedder(), TABLE)
    _name_text(index, "rumpf")
    build(index, settings, silent, ToyEmbedder(), TABLE)
    assert Layout(index).open_current().article(0).text == "Die Fähre liegt."
    _name_text(index, "fuss")
    rebuild(index, silent, anyway=True, embedder=ToyEmbedder(), table=TABLE)
    assert Layout(index).open_current().article(0).text == "Im Dock."


def _name_text(index: Path, name: str) -> None:
    path = index / "settings.toml"
    above = path.read_text("utf-8").partition("[fields]")[0]
    path.write_text(f'{above}[fields]\ntext = "{name}"\n', "utf-8")
