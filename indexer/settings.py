"""settings.toml: what `rebuild` needs to know, for people to read and change."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from newsearch.corpus.errors import DamagedIndexError, UsageError
from newsearch.indexer.chunker import Chunking
from newsearch.indexer.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsearch.corpus.formats.base import Fields

NAME: Final = "settings.toml"
TIME_ZONE: Final = "Europe/Berlin"
"""German archives first; calendar days of a search are counted here unless settings.toml says otherwise."""

LEAST_OVERLAP: Final = 0.5
"""Share of the old answers that a new generation has to have."""

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

# Names that your JSON and CSV articles have for the fields of an article, beside the usual ones (docs/formats.md); the
# first that holds something counts, a dot leads into an object. Fields: title, text, lead, description, url, external_id,
# published, updated, language, publisher, agency, place, authors, section.
[fields]
# title = "kopf.titel"
# text = ["body.absatz", "inhalt"]

[check]
# Questions that a rebuild asks of the old and the new index. It does not switch where, on average, the new one has less than
# this share of the articles that the old one answered with, those that the sources no longer have left out.
queries = []
least_overlap = 0.5
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an index is made.

    Attributes:
        sources: Absolute paths of files and folders.
        model: Name of the embedder.
        chunking: Lengths of passages.
        time_zone: IANA name of the zone of calendar days.
        queries: Saved queries, which a rebuild compares the old and the new generation by.
        least_overlap: Mean share of the old answers that the new generation must have for them, 0 to 1.
        fields: Further names that records have for the fields of an article.
    """

    sources: tuple[Path, ...]
    model: str
    chunking: Chunking = field(default_factory=Chunking)
    time_zone: str = TIME_ZONE
    queries: tuple[str, ...] = ()
    least_overlap: float = LEAST_OVERLAP
    fields: Fields = ()

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
        passages, check = values.get("passages", {}), values.get("check", {})
        settings = Settings(
            sources=tuple(Path(s) for s in values["sources"]),
            model=values["model"],
            chunking=Chunking(**passages),
            time_zone=values.get("time_zone", TIME_ZONE),
            queries=tuple(_texts(check.get("queries", []))),
            least_overlap=check.get("least_overlap", LEAST_OVERLAP),
            fields=_fields(values.get("fields", {})),
        )
        _check(settings, values["sources"])
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise UsageError(
            f"{path} does not say what a rebuild needs ({exc}). Wanted: sources (a list of paths), model, time_zone "
            "(such as Europe/Berlin), [passages] target and limit, [check] queries (a list of texts) and "
            "least_overlap (0 to 1), [fields] names of an article's fields."
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
    for name in ("target", "limit", "short"):
        if not isinstance(length := getattr(settings.chunking, name), int):
            raise TypeError(f"{name} {length!r}: a number of characters is wanted")
    target, limit = settings.chunking.target, settings.chunking.limit
    if not 0 < target <= limit:
        raise ValueError(f"target {target} and limit {limit}: 0 < target <= limit is wanted")
    if not isinstance(settings.least_overlap, int | float):
        raise TypeError(f"least_overlap {settings.least_overlap!r}: a number from 0 to 1 is wanted")
    if not 0 <= settings.least_overlap <= 1:
        raise ValueError(f"least_overlap {settings.least_overlap}: 0 to 1 is wanted")
    _ = settings.zone


def _texts(queries: object) -> list[str]:
    if not isinstance(queries, list) or not all(isinstance(q, str) and q.strip() for q in queries):
        raise TypeError("queries of [check] is a list of texts, none of them empty")
    return queries


def _fields(table: dict[str, Any]) -> Fields:
    """The names of [fields].

    Raises:
        TypeError: They are no texts.
        ValueError: There is no such field of an article.
    """
    if not table:
        return ()
    from newsearch.corpus.formats.records import FIELDS

    if unknown := sorted(table.keys() - FIELDS.keys()):
        raise ValueError(f"[fields] knows no {unknown[0]!r}; an article has {', '.join(FIELDS)}")
    listed = {name: [names] if isinstance(names, str) else names for name, names in table.items()}
    for name, names in listed.items():
        if not isinstance(names, list) or not names or not all(isinstance(one, str) and one for one in names):
            raise TypeError(f"{name} of [fields] is a name or a list of names")
    return tuple((name, tuple(names)) for name, names in sorted(listed.items()))


def fields_left(index: Path) -> Fields:
    """The names of [fields] in the settings.toml that a build left which read nothing; none where there is no such file.

    Raises:
        DamagedIndexError: settings.toml is no TOML.
        UsageError: A value in it makes no sense.
    """
    return read_settings(index).fields if (index / NAME).is_file() else ()


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
    check: Any = document.setdefault("check", tomlkit.table())
    for name, value, usual in (
        ("queries", list(settings.queries), []),
        ("least_overlap", settings.least_overlap, LEAST_OVERLAP),
    ):
        if name in check or value != usual:
            check[name] = value
    write_whole(path, lambda file: file.write(tomlkit.dumps(document).encode()))


def with_sources(settings: Settings, sources: Sequence[Path]) -> Settings:
    """The settings with *sources* added, those not yet among them."""
    new = tuple(dict.fromkeys((*settings.sources, *sources)))
    return replace(settings, sources=new)
