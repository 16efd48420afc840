"""Who may ask: Host, Origin, token, sizes; and the headers that every answer has."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.web.guard import COOKIE, HEADERS, LARGEST_BODY, LONGEST_URL, LOOPBACK, Access, Guard

TOKEN = "a-token-of-24-characters"


async def hello(scope, receive, send):
    """An application that reads the body and says hello."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def ask(access, path="/api/search", *, query=b"", body=b"", method="GET", **headers):
    """(status, headers, body) of one request."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": sent,
    }
    got = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        got.append(message)

    asyncio.run(Guard(hello, access)(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    return got[0]["status"], answered, got[1]["body"]


LOCAL = Access()


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:8765", "[::1]:8765", "LOCALHOST"])
def test_requests_to_this_machine_are_answered(host):
    assert ask(LOCAL, host=host)[::2] == (200, b"hello")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "[::1", "localhost.evil"]
)
def test_a_name_that_was_made_to_point_here_is_refused(host):
    """DNS rebinding: a page of evil.example asks evil.example, which resolves to 127.0.0.1 by now."""
    status, headers, body = ask(LOCAL, host=host)
    assert (status, headers["content-type"]) == (421, "application/problem+json")
    assert json.loads(body)["found"] == f"Host: {host}"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999", "http://[", "file://"])
def test_the_page_of_another_site_may_not_ask(origin):
    assert ask(LOCAL, host="localhost:8765", origin=origin)[0] == 403


def test_the_page_itself_may_ask():
    assert ask(LOCAL, host="localhost:8765", origin="http://localhost:8765")[0] == 200


def test_any_name_where_no_name_is_known():
    """On 0.0.0.0 nobody can tell what the machine is called; then there is a token, or --insecure."""
    assert ask(Access(frozenset(), TOKEN), host="archive.local", authorization=f"Bearer {TOKEN}")[0] == 200


def test_a_token_is_asked_for():
    access = Access(LOOPBACK, TOKEN)
    status, headers, body = ask(access, host="localhost")
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert json.loads(body)["wanted"] == "Authorization: Bearer TOKEN"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer {TOKEN}"}, 200),
        ({"cookie": f"other=1; {COOKIE}={TOKEN}"}, 200),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"authorization": "Bearer"}, 401),
        ({"cookie": f"{COOKIE}=wrong"}, 401),
        ({"cookie": "\x00;;=="}, 401),
        ({"authorization": "Bearer tök€n".encode().decode("latin-1")}, 401),
    ],
)
def test_the_token_comes_as_a_header_or_a_cookie(headers, status):
    assert ask(Access(LOOPBACK, TOKEN), host="localhost", **headers)[0] == status


def test_a_browser_without_the_token_is_asked_for_it():
    status, headers, _ = ask(Access(LOOPBACK, TOKEN), "/", host="localhost", accept="text/html")
    assert (status, headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/login", 200), ("/static/page.css", 200), ("/metrics", 401), ("/healthzz", 401)],
)
def test_what_is_answered_without_a_token(path, status):
    assert ask(Access(LOOPBACK, TOKEN), path, host="localhost")[0] == status


def test_a_long_address_is_refused():
    assert ask(LOCAL, host="localhost", query=b"q=" + b"a" * LONGEST_URL)[0] == 414


@pytest.mark.parametrize("length", ["4097", "-1", "1e3", "99999999999999999999", "x"])
def test_a_large_body_is_refused_before_it_is_read(length):
    assert ask(LOCAL, host="localhost", method="POST", content_length=length)[0] == 413


def test_a_body_without_a_length_is_read_up_to_a_limit():
    from newsearch.search.web.problems import Problem

    with pytest.raises(Problem, match="too large"):
        ask(LOCAL, host="localhost", method="POST", body=b"x" * (LARGEST_BODY + 1))


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_forbids_scripts_and_requests_elsewhere(host):
    answered = ask(LOCAL, host=host)[1]
    assert HEADERS.items() <= answered.items()
    assert "default-src 'none'" in answered["content-security-policy"]
    assert "unsafe" not in answered["content-security-policy"]


latin = st.text(st.characters(max_codepoint=255), max_size=60)


@given(latin, latin, latin, latin)
def test_no_header_makes_it_fail(host, origin, cookie, authorization):
    """Whatever a header holds, the answer is one of those that are meant."""
    sent = {"host": host, "origin": origin, "cookie": cookie, "authorization": authorization}
    raw = {name: value.encode("latin-1").decode("latin-1") for name, value in sent.items()}
    assert ask(Access(LOOPBACK, TOKEN), **raw)[0] in {200, 401, 403, 421}
