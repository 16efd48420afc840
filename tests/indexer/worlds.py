"""An archive that changes, an index of it, and what an undisturbed build of it answers."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from changing import QUERIES, model_of, state, write_source
from crashes import OPERATIONS, article_to_remove

from newsearch.indexer.generation import Generation
from newsearch.indexer.layout import KEEP, Layout
from newsearch.indexer.manifest import NAME
from newsearch.indexer.tombstones import Tombstones
from newsearch.indexer.verification import verify
from newsearch.search import Searcher
from newsearch.search.checkup import check_takedowns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crashes import Ended

TURNS: Final = 12
"""States that the archive goes through, over and over."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a generation is: the hash of each of its files, and the hits of some queries."""

    files: dict[str, Any]
    hits: list[tuple[str, int, int, float]]

    def shows(self, article: str) -> bool:
        """Whether a passage of the article with this id is among the hits."""
        return any(hit[0] == article for hit in self.hits)


class World:
    """An archive that changes, an index of it, and undisturbed builds to compare with."""

    def __init__(
        self, folder: Path, run: Callable[..., Ended], model: str = "toy", states: Callable[[int], Any] = state
    ) -> None:
        """An archive and an index in *folder*.

        Args:
            folder: An empty one.
            run: Carries out an operation, such as `crashes.Warm.run`.
            model: See `changing.model_of`.
            states: The articles of each turn.
        """
        self.index, self.source = folder / "i", folder / "a.jsonl"
        self._folder, self._run, self._model, self._states = folder, run, model, states
        self._undisturbed: dict[tuple[int, tuple[str, ...]], Answers] = {}
        self._looked_at: dict[bytes, tuple[list[str], list[tuple[str, int, int, float]]]] = {}
        self.turn = -1

    def advance(self) -> Answers:
        """The archive changes; what an undisturbed build of it from nothing answers."""
        self.turn = (self.turn + 1) % TURNS
        write_source(self.source, self._states(self.turn))
        return self.undisturbed()

    def undisturbed(self, tombstones: Path | None = None) -> Answers:
        """What a build of the archive as it is now from nothing answers, with *tombstones* from the start where given."""
        known = self.turn, tuple(s.id for s in Tombstones.read(tombstones).stones) if tombstones else ()
        if known not in self._undisturbed:
            fresh = Layout(self._folder / f"fresh{self.turn}")
            fresh.generations.mkdir(parents=True)
            if tombstones:
                shutil.copy(tombstones, fresh.tombstones)
            assert self._run("build", fresh.index, self.source).status == 0
            self._undisturbed[known] = self.answers(fresh)
            shutil.rmtree(fresh.index)
        return self._undisturbed[known]

    def run(self, operation: str, **how: float | None) -> Ended:
        """Have a child do it."""
        return self._run(operation, self.index, self.source, **how)

    def advance_on_two(self) -> Answers:
        """Make the index anew, of two generations, and let the archive change once more."""
        shutil.rmtree(self.index, ignore_errors=True)
        for operation in ("build", "rebuild"):
            self.advance()
            assert self.run(operation).status == 0
        return self.advance()

    def stopped_at_each_step(
        self, operation: str, limit: str, stopped: Callable[[Ended], bool], aside: Path
    ) -> list[str]:
        """Have *operation* stopped at its first step, its second, and so on until it goes through; each time the next run ends
        well.

        Args:
            operation: Of `crashes.OPERATIONS`.
            limit: What stops it at a step: ``kill_at`` or ``full_at``.
            stopped: Whether a child ended as it should where it was stopped.
            aside: Where the index is kept that each try begins with.

        Returns:
            The name of what served after each.
        """
        new = self.advance_on_two()
        before = self.before(operation)
        base = self.index.rename(aside)
        served: list[str] = []
        while True:
            if not OPERATIONS[operation].on_nothing:
                shutil.copytree(base, self.index)
            ended = self.run(operation, **{limit: len(served) + 1})
            if ended.status == 0:
                return served
            assert stopped(ended), ended
            served.append(self.check_serving(operation, before, new))
            self.check_next_run(new)
            shutil.rmtree(self.index)

    def answers(self, layout: Layout, name: str = "") -> Answers:
        """What the generation *name* of an index answers, or the one that serves, as the tombstones are now."""
        generation = Generation(layout.generations / name) if name else layout.open_current()
        return Answers(generation.manifest.files, self._look_at(generation, layout.tombstones)[1])

    def _look_at(self, generation: Generation, tombstones: Path) -> tuple[list[str], list[tuple[str, int, int, float]]]:
        """What is wrong with a generation, and its hits; the same bytes are looked at once, whatever the generation's name."""
        same = digest_of(generation, tombstones)
        if same not in self._looked_at:
            models = model_of(self._model)
            searcher = Searcher(generation, *models, tombstones)
            found = [hit for query in QUERIES[self._model] for hit in searcher.search(query).hits]
            hits = [(h.article.id, h.start, h.end, h.score) for h in found]
            self._looked_at[same] = verify(generation, *models), hits
        return self._looked_at[same]

    def serving(self) -> Answers | None:
        """What the index answers, every byte of all generations it keeps being sound; None where none serves yet."""
        layout = Layout(self.index)
        for name in layout.kept():
            assert self._look_at(Generation(layout.generations / name), layout.tombstones)[0] == []
        return self.answers(layout) if layout.exists else None

    def before(self, operation: str) -> dict[str, Answers | None]:
        """What may serve when *operation* is done to the index as it is, by the names of `crashes.Operation.serves`."""
        if OPERATIONS[operation].on_nothing:
            return {"none": None}
        layout = Layout(self.index)
        older, current = (self.answers(layout, name) for name in layout.kept())
        return {"older": older, "current": current} | (self._after_removal(current) if operation == "remove" else {})

    def _after_removal(self, current: Answers) -> dict[str, Answers]:
        """What an undisturbed removal comes to, on a copy, and what is shown when only its tombstone is there."""
        gone, copy = (
            article_to_remove(self.index, self._model),
            Layout(shutil.copytree(self.index, self._folder / "copy")),
        )
        assert self._run("remove", copy.index, self.source).status == 0
        removed = self.answers(copy)
        shutil.copy(copy.tombstones, self.index)
        barred = self.answers(Layout(self.index))
        Layout(self.index).tombstones.unlink()
        shutil.rmtree(copy.index)
        assert current.shows(gone)
        assert not barred.shows(gone)
        assert not removed.shows(gone)
        return {"barred": barred, "removed": removed}

    def check_serving(self, operation: str, before: dict[str, Answers | None], new: Answers) -> str:
        """See that what serves after a kill is whole, and may serve; its name."""
        found = self.serving()
        names = [name for name, answers in (before | {"new": new}).items() if answers == found]
        assert set(names) & OPERATIONS[operation].serves, f"{operation}: {names or 'something else'} serves"
        return names[0]

    def check_next_run(self, new: Answers) -> None:
        """See that the next run ends as an undisturbed one would, and leaves nothing lying about or of what was taken down."""
        assert self.run("finish").status == 0
        layout = Layout(self.index)
        assert self.serving() == (self.undisturbed(layout.tombstones) if layout.tombstones.exists() else new)
        assert left_over(self.index) == []
        assert check_takedowns(layout) == []  # reading the article store leaves its -shm there for the next writer


def digest_of(generation: Generation, tombstones: Path) -> bytes:
    """Digest of all that a generation is but for its name and time, and of what was taken down."""
    manifest = asdict(generation.manifest) | {"id": "", "created": ""}
    digest = hashlib.sha256(repr(manifest).encode())
    files = sorted(path for path in generation.folder.iterdir() if path.name != NAME)
    for path in [*files, *([tombstones] if tombstones.exists() else [])]:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.digest()


def left_over(index: Path) -> list[str]:
    """What lies in an index and should not."""
    names = {str(p.relative_to(index)) for p in index.rglob("*") if not p.is_dir()}
    pairs = [n for n in names if n.startswith("cache/") and re.fullmatch(r"cache/\w+/[\d\w-]+\.(keys|vectors)\.npy", n)]
    whole = [n for n in pairs if {n.replace(".keys.", ".vectors."), n.replace(".vectors.", ".keys.")} <= names]
    kept = Layout(index).kept()[-KEEP:]
    generations = [
        n for n in names if re.fullmatch(r"generations/[^/.][^/]*/[^/.][^/]*", n) and n.split("/")[1] in kept
    ]
    return sorted(names - {"CURRENT", "settings.toml", "articles.sqlite", "lock", "tombstones", *whole, *generations})
