"""What goes wrong in real folders: each time it is said what, and the good article beside it is found."""

from __future__ import annotations

import time

import pytest
from search_archive import ARTICLES, FERRY_DUMP, quiet, write_lines

from newsearch.indexer.builder import build
from newsearch.indexer.embedders.toy import ToyEmbedder
from newsearch.indexer.settings import Settings

GOOD = ARTICLES[9]
READ = (
    "What is read: text dumps of news pages (.txt, one page a file), HTML pages, JSON articles (.jsonl and .ndjson, one a "
    "line; .json, one object, an array or lines), CSV, RSS and Atom, WARC and ARC; also in .gz, .xz, .zst, .zip and .tar."
)


@pytest.fixture
def source(tmp_path):
    """A folder with one good article."""
    write_lines(tmp_path / "source" / "gut.jsonl", GOOD)
    return tmp_path / "source"


@pytest.fixture
def built(newsearch, source, tmp_path):
    """Builds from the folder, and asserts that the good article is found whatever lies beside it."""

    def run():
        call = newsearch("build", source, "--index", tmp_path / "an.index")
        assert found(newsearch, tmp_path / "an.index") == "Schachklub sucht Keller"
        return call

    return run


def found(newsearch, index, query="Schachklub im Keller"):
    """The headline of the first hit."""
    call = newsearch("search", query, "--index", index, "-k", 1, "--json")
    assert call.status == 0
    return call.json["hits"][0]["title"]


def rejected(call):
    """What the report says of the only reject."""
    lines = call.out.splitlines()
    assert (call.status, call.err) == (7, "")
    assert lines[0].endswith(" 1 rejected")
    return [line.strip() for line in lines[1:3]]


def test_a_binary_file_is_named_and_left_out(built, source):
    (source / "bild.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert rejected(built()) == [
        "1 × binary file",
        f"bild.txt: It has NUL bytes, so it is no text. {READ} UTF-16 is read where it has its mark.",
    ]


def test_a_file_of_another_format_is_named_and_left_out(built, source):
    (source / "seite.pdf").write_bytes(b"%PDF-1.7")
    assert rejected(built()) == ["1 × not a known format", f"seite.pdf: Found a .pdf file. {READ}"]


def test_a_truncated_line_is_named_with_its_number(built, source):
    """The disk was full when the crawler wrote it; the lines around it count."""
    write_lines(source / "abbruch.jsonl", ARTICLES[7], b'{"title": "Halb", "text": "Der Te', ARTICLES[6])
    call = built()
    reason, example = rejected(call)
    assert reason == "1 × broken JSON"
    assert example.startswith("abbruch.jsonl:2: unexpected end of data at character 34, at ")
    assert example.endswith(". Wanted one whole JSON object; write it again.")
    assert "3 kept" in call.out


def test_an_article_without_text_is_named_with_what_it_has(built, source):
    write_lines(source / "leer.jsonl", {"title": "Nur ein Titel", "url": "https://a.example/x", "text": "  "})
    found = "leer.jsonl:1: Found the fields text, title, url"
    wanted = "wanted text in one of text, maintext, plaintext, raw_text, body, content, "
    reason, example = rejected(built())
    assert reason == "1 × no text"
    assert example.startswith(f"{found}; {wanted}")


def test_an_empty_file_is_named(built, source):
    (source / "leer.txt").touch()
    assert rejected(built()) == [
        "1 × empty file",
        "leer.txt: Found 0 bytes. If there should be an article: copy the file here again.",
    ]


def test_a_page_in_latin_1_is_read(newsearch, built, source, tmp_path):
    (source / "faehre.txt").write_text(FERRY_DUMP.replace("„", '"').replace("“", '"'), "latin-1")
    call = built()
    assert (call.status, call.err) == (0, "")
    assert (
        found(newsearch, tmp_path / "an.index", "Fähre nach Grönoog")
        == "Fähre bleibt im Hafen: Insulaner proben den Aufstand"
    )


def test_records_in_latin_1_are_read(newsearch, built, source, tmp_path):
    line = '{"title": "Käse", "text": "Der Bergkäse reift im Stollen über dem Tal."}'.encode("latin-1")
    write_lines(source / "alt.jsonl", line)
    assert built().status == 0
    call = newsearch("search", "Bergkäse im Stollen", "--index", tmp_path / "an.index", "-k", 1)
    assert call.out.startswith("1   Der Bergkäse reift im Stollen über dem Tal.\n")


@pytest.mark.parametrize(
    ("name", "reason", "detail"),
    [
        (
            "gross.txt",
            "too large",
            "Found 200 MB, wanted at most 20 MB. A dump is one page; split the file, one article each.",
        ),
        (
            "gross.json",
            "too large",
            "Found 200 MB, wanted at most 128 MB. Write it as JSON lines (.jsonl), one article a line,",
        ),
        ("gross.jsonl", "binary file", f"It has NUL bytes, so it is no text. {READ}"),
    ],
)
def test_a_file_of_200_mb_is_refused_at_once(name, reason, detail, built, source):
    with (source / name).open("wb") as file:
        file.truncate(200_000_000)
    began = time.monotonic()
    said = rejected(built())
    assert time.monotonic() - began < 10
    assert said[0] == f"1 × {reason}"
    assert said[1].startswith(f"{name}: {detail}")


def test_an_empty_folder_is_status_6(newsearch, tmp_path):
    (tmp_path / "leer").mkdir()
    call = newsearch("build", tmp_path / "leer", "--index", tmp_path / "an.index")
    assert (call.status, call.out) == (6, "")
    assert call.err == f"newsearch: Found no article in {tmp_path / 'leer'} (0 files and records looked at).\n{READ}\n"


def test_an_empty_folder_beside_a_good_one_is_no_matter(newsearch, source, tmp_path):
    (tmp_path / "leer").mkdir()
    assert newsearch("build", tmp_path / "leer", source, "--index", tmp_path / "an.index").status == 0
    assert found(newsearch, tmp_path / "an.index") == "Schachklub sucht Keller"


def test_a_missing_path_is_status_2_and_nothing_is_created(newsearch, source, tmp_path):
    call = newsearch("build", source, tmp_path / "fehlt", "--index", tmp_path / "an.index")
    assert (call.status, call.out) == (2, "")
    assert call.err == (
        f"newsearch: There is no file or folder {tmp_path / 'fehlt'}. Wanted: files or folders of articles. {READ}\n"
    )
    assert not (tmp_path / "an.index").exists()


def test_a_missing_path_is_not_added(newsearch, built, tmp_path):
    built()
    before = (tmp_path / "an.index" / "settings.toml").read_text()
    call = newsearch("add", tmp_path / "fehlt", "--index", tmp_path / "an.index")
    assert (call.status, call.out) == (2, "")
    assert f"There is no file or folder {tmp_path / 'fehlt'}." in call.err
    assert (tmp_path / "an.index" / "settings.toml").read_text() == before
    assert newsearch("rebuild", "--index", tmp_path / "an.index").status == 0


def test_a_source_that_went_away_leaves_the_index_serving(newsearch, built, source, tmp_path):
    built()
    source.rename(tmp_path / "umbenannt")
    call = newsearch("rebuild", "--index", tmp_path / "an.index")
    assert (call.status, call.out) == (2, "")
    assert f"There is no file or folder {source}." in call.err
    assert found(newsearch, tmp_path / "an.index") == "Schachklub sucht Keller"


def test_a_folder_that_is_no_index_is_status_3_and_stays_as_it_is(newsearch, source):
    call = newsearch("search", "Schachklub im Keller", "--index", source)
    assert (call.status, call.out) == (3, "")
    assert call.err == (
        f"newsearch: {source} is not an index: found no CURRENT in it, wanted a folder that newsearch build made. "
        "Name another with --index or $NEWSEARCH_INDEX, or build one with: newsearch build SOURCE --index DIR\n"
    )
    assert [p.name for p in source.iterdir()] == ["gut.jsonl"]


def test_an_index_of_another_model_is_status_9_and_a_rebuild_mends_it(newsearch, source, tmp_path):
    index = tmp_path / "an.index"
    build(index, Settings((source,), "toy"), quiet, embedder=ToyEmbedder(salt="a"))
    call = newsearch("search", "Schachklub im Keller", "--index", index)
    assert (call.status, call.out) == (9, "")
    assert "built with another toy (fingerprint " in call.err
    assert call.err.endswith(" Bring the old model back, or run: newsearch rebuild\n")
    assert newsearch("rebuild", "--index", index).status == 0
    assert found(newsearch, index) == "Schachklub sucht Keller"


def test_a_headline_cannot_steer_the_terminal(newsearch, built, source, tmp_path):
    evil = {
        "title": "Sturm \x1b[31mrot\x1b[0m\x07 \u202egnp.exe\u2069",
        "text": "Der Orkan\x1b]0;Fenstertitel\x07 kam aus\x9b2J Westen.",
        "publisher": "Wetter\x1b[2Jamt",
        "section": "\u202eX",
        "url": "https://a.example/sturm",
    }
    write_lines(source / "boese.jsonl", evil)
    assert built().status == 0
    query = ("search", "Orkan aus Westen", "--index", tmp_path / "an.index", "-k", 1)
    call = newsearch(*query)
    assert call.out == (
        "1   Der Orkan kam aus Westen.\n    Wetteramt · “Sturm rot gnp.exe” · https://a.example/sturm#:~:text="
        "Der%20Orkan%20kam%20aus%20Westen.\n"
    )
    hit = newsearch(*query, "--json").json["hits"][0]
    assert (hit["title"], hit["publisher"], hit["text"]) == (
        "Sturm rot gnp.exe",
        "Wetteramt",
        "Der Orkan kam aus Westen.",
    )
    shown = newsearch("show", "https://a.example/sturm", "--index", tmp_path / "an.index").out
    assert shown.splitlines()[:2] == ["Sturm rot gnp.exe", "Wetteramt · X"]


def test_a_file_name_cannot_steer_the_terminal(built, source):
    (source / "a\x1b[31mb.txt").touch()
    call = built()
    assert "a[31mb.txt: Found 0 bytes" in call.out
    assert "\x1b" not in call.out


@pytest.mark.parametrize("url", ["javascript:alert(document.cookie)", "file:///etc/passwd", "ftp://a.example/x"])
def test_an_address_that_is_no_web_page_becomes_no_link(url, newsearch, built, source, tmp_path):
    write_lines(source / "link.jsonl", {"title": "Sturm", "text": "Der Orkan kam aus Westen.", "url": url})
    assert built().status == 0
    hit = newsearch("search", "Orkan aus Westen", "--index", tmp_path / "an.index", "-k", 1, "--json").json["hits"][0]
    assert (hit["url"], hit["link"]) == ("", f"{(source / 'link.jsonl').as_uri()}#line=0,1")


def test_an_index_inside_its_source_is_not_read(newsearch, source):
    index = source / "mein.index"
    assert newsearch("build", source, "--index", index).status == 0
    again = newsearch("rebuild", "--index", index, "--json")
    form = again.json
    assert again.status == 0
    assert (form["read"], form["kept"], form["articles"], form["rejected"], form["switched"]) == (1, 1, 1, {}, False)
    assert found(newsearch, index) == "Schachklub sucht Keller"


def test_an_unfinished_index_inside_its_source_is_not_read(newsearch, source):
    """A first build that found nothing leaves a folder behind; the next one reads only what is beside it."""
    good = (source / "gut.jsonl").read_bytes()
    (source / "gut.jsonl").write_bytes(b"{}\n")
    assert newsearch("build", source, "--index", source / "mein.index").status == 6
    (source / "gut.jsonl").write_bytes(good)
    call = newsearch("build", source, "--index", source / "mein.index", "--json")
    assert (call.status, call.json["read"]) == (0, 1)
