"""settings.toml: what `rebuild` needs to know, for people to read and change."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from newsearch.corpus.errors import DamagedIndexError, UsageError
from newsearch.indexer.chunker import Chunking
from newsearch.indexer.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME: Final = "settings.toml"
TIME_ZONE: Final = "Europe/Berlin"
"""German archives first; calendar days of a search are counted here unless settings.toml says otherwise."""

_TEMPLATE: Final = """\
# What `newsearch rebuild` needs to know. Change it as you like; the next rebuild follows.

# Files and folders of articles; `newsearch add` appends to this list.
sources = []

# The embedder. Another model means embedding everything anew.
model = ""

# Calendar days of --since and --until are days in this zone.
time_zone = ""

[passages]
# In characters: what a passage aims at, and what none exceeds.
target = 350
limit = 600
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an index is made.

    Attributes:
        sources: Absolute paths of files and folders.
        model: Name of the embedder.
        chunking: Lengths of passages.
        time_zone: IANA name of the zone of calendar days.
    """

    sources: tuple[Path, ...]
    model: str
    chunking: Chunking = field(default_factory=Chunking)
    time_zone: str = TIME_ZONE

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)


def read_settings(index: Path) -> Settings:
    """The settings of the index in folder *index*.

    Raises:
        DamagedIndexError: settings.toml is missing or no TOML.
        UsageError: A value in it is missing or makes no sense.
    """
    path = index / NAME
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise DamagedIndexError(f"{path} cannot be read ({exc}). Mend it, or build into another folder.") from exc
    try:
        passages = values.get("passages", {})
        settings = Settings(
            sources=tuple(Path(s) for s in values["sources"]),
            model=values["model"],
            chunking=Chunking(**passages),
            time_zone=values.get("time_zone", TIME_ZONE),
        )
        _check(settings, values["sources"])
    except (KeyError, TypeError, ValueError) as exc:
        raise UsageError(
            f"{path} does not say what a rebuild needs ({exc}). Wanted: sources (a list of paths), model, time_zone "
            "(such as Europe/Berlin), [passages] target and limit."
        ) from exc
    return settings


def _check(settings: Settings, sources: object) -> None:
    """See that the values make sense together.

    Raises:
        KeyError: There is no such time zone.
        TypeError: A value is of another kind than wanted.
        ValueError: A name is empty, or a length cannot be kept.
    """
    if not isinstance(sources, list) or not isinstance(settings.model, str):
        raise TypeError("sources is a list of texts, model a text")
    if not settings.model:
        raise ValueError("model is empty")
    target, limit = settings.chunking.target, settings.chunking.limit
    if not 0 < target <= limit:
        raise ValueError(f"target {target} and limit {limit}: 0 < target <= limit is wanted")
    _ = settings.zone


def write_settings(index: Path, settings: Settings) -> None:
    """Write the settings into *index*, keeping the comments of a file that is there."""
    import tomlkit

    path = index / NAME
    document = tomlkit.parse(path.read_text("utf-8") if path.exists() else _TEMPLATE)
    document["sources"] = [str(s) for s in settings.sources]
    document["model"] = settings.model
    document["time_zone"] = settings.time_zone
    passages: Any = document.setdefault("passages", tomlkit.table())
    for name in ("target", "limit", "short"):
        if name in passages or getattr(settings.chunking, name) != getattr(Chunking(), name):
            passages[name] = getattr(settings.chunking, name)
    write_whole(path, lambda file: file.write(tomlkit.dumps(document).encode()))


def with_sources(settings: Settings, sources: Sequence[Path]) -> Settings:
    """The settings with *sources* added, those not yet among them."""
    new = tuple(dict.fromkeys((*settings.sources, *sources)))
    return Settings(new, settings.model, settings.chunking, settings.time_zone)
