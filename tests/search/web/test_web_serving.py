"""The service as a process: switches, takedowns, tokens, and how it ends."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from search_archive import COMMAND, quiet, write_archive, write_lines
from test_web_api import get, get_json
from web_service import serving

from newsearch.indexer.builder import build
from newsearch.indexer.settings import Settings
from newsearch.search.serving import access_for, is_loopback
from newsearch.search.web.guard import COOKIE
from newsearch.search.web.server import _listen

TOKEN = "a-token-of-24-characters"
NEW = {
    "id": "neu-1",
    "title": "Kaiserschmarrn für alle",
    "text": "Am Montag gab es Kaiserschmarrn für das ganze Dorf, und niemand zahlte.",
}


@pytest.fixture
def own(table, tmp_path):
    """An archive and an index of its own: (folder, index)."""
    folder = write_archive(tmp_path / "archive")
    index = tmp_path / "own.index"
    build(index, Settings((folder,), "static"), quiet, table=table)
    return folder, index


def newsearch(*arguments):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=True)


def titles(site, question, **fields):
    return [hit["title"] for hit in get_json(site, "/api/search", q=question, **fields)["hits"]]


def test_a_rebuild_is_followed_without_a_restart_and_a_takedown_at_once(own):
    folder, index = own
    with serving(index) as (site, _process):
        before = get_json(site, "/api/info")["index"]
        assert NEW["title"] not in titles(site, "Kaiserschmarrn Dorf")
        write_lines(folder / "neu.jsonl", NEW)
        newsearch("rebuild", "--index", index)
        assert titles(site, "Kaiserschmarrn Dorf")[0] == NEW["title"]
        assert get_json(site, "/api/info")["index"] > before
        article = get_json(site, "/api/search", q="Kaiserschmarrn Dorf")["hits"][0]["article_id"]
        newsearch("remove", article, "--yes", "--index", index)
        assert NEW["title"] not in titles(site, "Kaiserschmarrn Dorf")
        assert get(site, f"/api/article/{article}")[0] == 404
        assert get(site, f"/article/{article}", accept="text/html")[0] == 404


def test_no_request_fails_while_generations_are_switched(own):
    folder, index = own
    statuses, done = [], threading.Event()
    with serving(index) as (site, _process):

        def client():
            with closing(http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)) as connection:
                while not done.is_set():
                    connection.request("GET", "/api/search?q=Hafen")
                    response = connection.getresponse()
                    statuses.append((response.status, bool(json.loads(response.read())["hits"])))

        threads = [threading.Thread(target=client) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(3):
            write_lines(
                folder / f"neu-{number}.jsonl", {**NEW, "id": f"neu-{number}", "text": f"{NEW['text']} {number}"}
            )
            newsearch("rebuild", "--index", index)
        done.set()
        for thread in threads:
            thread.join()
        assert get_json(site, "/api/info")["counts"]["articles"] == 14
    assert len(statuses) > 10
    assert set(statuses) == {(200, True)}


def test_an_index_that_is_damaged_meanwhile_goes_on_answering_from_what_is_open(own):
    _folder, index = own
    with serving(index) as (site, _process):
        found = titles(site, "Hafen")
        (index / "CURRENT").write_text("20990101T000000.000000Z-00000000\n")
        assert titles(site, "Hafen") == found
        shutil.rmtree(index / "generations")
        assert titles(site, "Deich Sturmflut")
        assert get(site, "/healthz")[0] == 200


def test_what_was_taken_down_cannot_be_told(own):
    """Then nothing may be shown, and the client learns no paths."""
    _folder, index = own
    with serving(index) as (site, _process):
        (index / "tombstones").write_text("{")
        status, _headers, body = get(site, "/api/search?q=Hafen")
        assert (status, get(site, "/healthz")[0]) == (503, 503)
        assert str(index).encode() not in body


def test_a_token_opens_the_page_and_the_api(web_index):
    with serving(web_index, NEWSEARCH_TOKEN=TOKEN) as (site, _process):
        assert get(site, "/api/info")[0] == 401
        assert get(site, "/api/info", Authorization=f"Bearer {TOKEN}")[0] == 200
        status, headers, _ = get(site, "/?q=Hafen", accept="text/html")
        assert (status, headers["location"]) == (303, "/login")
        form = {"Content-Type": "application/x-www-form-urlencoded", "accept": "text/html"}
        assert get(site, "/login", method="POST", body="token=wrong", **form)[0] == 403
        assert get(site, "/login", method="POST", body="", **form)[0] == 403
        status, headers, _ = get(site, "/login", method="POST", body=f"token={TOKEN}", **form)
        assert (status, headers["location"]) == (303, "/")
        assert headers["set-cookie"].startswith(f"{COOKIE}={TOKEN};")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in headers["set-cookie"].split(";")}
        assert get(site, "/?q=Hafen", accept="text/html", Cookie=f"{COOKIE}={TOKEN}")[0] == 200


def test_sigterm_finishes_what_is_under_way_and_ends_well(web_index):
    with serving(web_index) as (site, process):
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(get(site, "/api/search?q=Hafen+harbour")[0]))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        while not answers and any(thread.is_alive() for thread in threads):
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert process.wait(30) == 0
    assert set(answers) == {200}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((urlsplit(site).hostname, urlsplit(site).port), timeout=5)


def test_a_port_that_is_taken_is_told(web_index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "serve", "--index", web_index, "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr


def test_an_index_that_is_none_is_told(tmp_path, newsearch):
    said = newsearch("serve", "--index", tmp_path / "none.index", "--port", 0)
    assert said.status == 3
    assert "There is no index at" in said.err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "archive.example", "127.0.0.1.example"])
def test_beyond_this_machine_a_token_or_a_word_is_asked_for(host, newsearch, web_index):
    said = newsearch("serve", "--index", web_index, "--host", host)
    assert said.status == 2
    assert "--token TOKEN" in said.err
    assert "--insecure" in said.err
    assert access_for(host, (), TOKEN, insecure=False).token == TOKEN
    assert access_for(host, (), "", insecure=True).token == ""


def test_a_short_token_is_refused(newsearch, web_index):
    said = newsearch("serve", "--index", web_index, "--token", "secret")
    assert said.status == 2
    assert "6 characters" in said.err


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("x", False),
    ],
)
def test_what_is_reached_from_this_machine_only(host, local):
    assert is_loopback(host) is local


def test_which_names_are_answered():
    assert access_for("127.0.0.1", ("Archive.example.org",), "", insecure=False).hosts == {
        "localhost",
        "127.0.0.1",
        "::1",
        "archive.example.org",
    }
    assert access_for("0.0.0.0", (), TOKEN, insecure=False).hosts == frozenset()
    assert "192.0.2.7" in access_for("192.0.2.7", (), TOKEN, insecure=False).hosts


def test_an_answer_does_not_wait_for_its_head_to_be_acknowledged():
    """Head and body are written one after the other: without TCP_NODELAY the body waits 40 ms on Linux."""
    with _listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
