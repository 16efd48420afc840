"""settings.toml."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.corpus.errors import DamagedIndexError, UsageError
from newsearch.indexer.chunker import Chunking
from newsearch.indexer.settings import Settings, fields_left, read_settings, with_sources, write_settings

SETTINGS = Settings(
    (Path("/archiv/2025"), Path("/archiv/alt & neu")), "static", Chunking(300, 500), "Europe/London", ("Käse?",), 0.2
)


def test_what_was_written_is_read(tmp_path):
    write_settings(tmp_path, SETTINGS)
    assert read_settings(tmp_path) == SETTINGS
    assert read_settings(tmp_path).zone == ZoneInfo("Europe/London")


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@given(st.lists(NAMES, max_size=3), NAMES)
@settings(deadline=None)
def test_any_path_and_any_model_name_come_back(tmp_path_factory, sources, model):
    """Quotes, backslashes, line feeds: Linux allows them all."""
    index = tmp_path_factory.mktemp("index")
    wanted = Settings(tuple(Path(s) for s in sources), model)
    write_settings(index, wanted)
    assert read_settings(index) == wanted


def test_a_users_comments_and_additions_stay(tmp_path):
    write_settings(tmp_path, SETTINGS)
    path = tmp_path / "settings.toml"
    text = path.read_text("utf-8").replace("# What ", "# Mein Kommentar.\n# What ")
    path.write_text(text, "utf-8")
    write_settings(tmp_path, with_sources(SETTINGS, [Path("/neu")]))
    after = path.read_text("utf-8")
    assert "# Mein Kommentar." in after
    assert "Another model means embedding everything anew" in after
    assert read_settings(tmp_path).sources[-1] == Path("/neu")


def test_a_source_is_added_once_and_at_the_end():
    more = with_sources(SETTINGS, [Path("/neu"), Path("/archiv/2025"), Path("/neu")])
    assert more.sources == (*SETTINGS.sources, Path("/neu"))
    assert (more.model, more.chunking, more.time_zone) == ("static", Chunking(300, 500), "Europe/London")


def test_what_is_not_said_is_as_it_usually_is(tmp_path):
    (tmp_path / "settings.toml").write_text('sources = ["/a"]\nmodel = "toy"\n', "utf-8")
    assert read_settings(tmp_path) == Settings((Path("/a"),), "toy", Chunking(350, 600, 150), "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('model = "toy"', "'sources'"),
        ('sources = ["/a"]', "'model'"),
        ('sources = ["/a"]\nmodel = ""', "model is empty"),
        ('sources = ["/a"]\nmodel = 5', "model a text"),
        ('sources = "/a"\nmodel = "toy"', "sources is a list of texts"),
        ('sources = [1]\nmodel = "toy"', "int"),
        ('sources = []\nmodel = "toy"\ntime_zone = "Mars/Olympus"', "Mars/Olympus"),
        ('sources = []\nmodel = "toy"\ntime_zone = "../zone"', "zone"),
        ('sources = []\nmodel = "toy"\ntime_zone = ""', "ZoneInfo"),
        ('sources = []\nmodel = "toy"\n[passages]\nlength = 3', "length"),
        ('sources = []\nmodel = "toy"\n[passages]\ntarget = 0', "target 0 and limit 600"),
        ('sources = []\nmodel = "toy"\n[passages]\nlimit = 0', "target 350 and limit 0"),
        ('sources = []\nmodel = "toy"\n[passages]\ntarget = 700', "target 700 and limit 600"),
        ('sources = []\nmodel = "toy"\n[passages]\ntarget = "350"', "target '350': a number of characters"),
        ('sources = []\nmodel = "toy"\npassages = 350', "mapping"),
        ('sources = []\nmodel = "toy"\n[check]\nqueries = "Hafen"', "list of texts"),
        ('sources = []\nmodel = "toy"\n[check]\nqueries = ["Hafen", " "]', "none of them empty"),
        ('sources = []\nmodel = "toy"\n[check]\nleast_overlap = 30', "least_overlap 30: 0 to 1"),
        ('sources = []\nmodel = "toy"\n[check]\nleast_overlap = "much"', "least_overlap 'much': a number from 0 to 1"),
        ('sources = []\nmodel = "toy"\ncheck = 3', "'int' object has no attribute"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(tmp_path, text, why):
    """A limit of 0 let the chunker run for ever."""
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=rf"settings\.toml does not say what a rebuild needs .*{why}.*Wanted: sources"):
        read_settings(tmp_path)


@pytest.mark.parametrize("raw", [b"sources = [", b"\xff\xfe", None])
def test_a_file_that_is_no_toml_or_not_there_is_damage(tmp_path, raw):
    if raw is not None:
        (tmp_path / "settings.toml").write_bytes(raw)
    with pytest.raises(
        DamagedIndexError, match=r"settings\.toml cannot be read .*Mend it, or build into another folder"
    ):
        read_settings(tmp_path)


def test_names_of_fields(tmp_path):
    """One name or several; a file with only that is no settings, and a comment of it stays."""
    write_settings(tmp_path, SETTINGS)
    assert fields_left(tmp_path) == ()
    path = tmp_path / "settings.toml"
    path.write_text(path.read_text("utf-8").replace("[fields]", '[fields]\ntext = ["a.b", "c"]\ntitle = "t"'), "utf-8")
    assert read_settings(tmp_path).fields == fields_left(tmp_path) == (("text", ("a.b", "c")), ("title", ("t",)))
    write_settings(tmp_path, read_settings(tmp_path))
    assert read_settings(tmp_path).fields == (("text", ("a.b", "c")), ("title", ("t",)))


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        ('titel = "t"', r"knows no 'titel'; an article has title, text, .*\[fields\] names"),
        ("title = 7", "title of .fields. is a name or a list of names"),
        ("title = []", "is a name or a list"),
        ('title = ["a", ""]', "is a name or a list"),
    ],
)
def test_a_field_that_no_article_has_is_an_error(tmp_path, lines, match):
    """A mistake in a name would silently leave every article without it."""
    (tmp_path / "settings.toml").write_text(f'sources = ["/a"]\nmodel = "toy"\n[fields]\n{lines}\n', "utf-8")
    with pytest.raises(UsageError, match=match):
        read_settings(tmp_path)
