"""The API for programs, asked over HTTP of a running service."""

from __future__ import annotations

import http.client
import json
import subprocess
from urllib.parse import quote, urlencode, urlsplit

import pytest
from search_archive import COMMAND

from newsearch.search.web import shapes

QUESTION = "which firms require proof AI can't do the job"


def get(site, path, *, method="GET", body=None, **headers):
    """(status, headers, body) of one request; *path* is sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answered = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return answered


def get_json(site, path, **fields):
    status, headers, body = get(site, f"{path}?{urlencode(fields, doseq=True)}" if fields else path)
    assert (status, headers["content-type"]) == (200, "application/json"), body
    return json.loads(body)


def problem(site, path):
    status, headers, body = get(site, path)
    assert headers["content-type"] == "application/problem+json"
    told = json.loads(body)
    assert told["status"] == status
    shapes.ProblemShape.model_validate(told)
    return told


def command(web_index, *arguments):
    done = subprocess.run([*COMMAND, *arguments, "--index", web_index, "--json"], capture_output=True, check=True)
    return json.loads(done.stdout)


def untimed(answer):
    """*answer* without its time, and without links to files, which the command line has and the service has not."""
    for hit in answer.get("hits", ()):
        hit["link"] = "" if hit["link"].startswith("file:") else hit["link"]
    return {name: value for name, value in answer.items() if name != "took_ms"}


def test_a_search_answers_as_the_command_line_does(site, web_index):
    fields = {"q": QUESTION, "k": 3, "language": ["de", "en"], "since": "2024"}
    got = get_json(site, "/api/search", **fields)
    options = ["-k", "3", "--language", "de", "--language", "en", "--since", "2024"]
    assert untimed(got) == untimed(command(web_index, "search", QUESTION, *options))
    assert got["hits"][0]["title"] == "Kollege Computer: Reederei stellt nur noch mit Nachweis ein"
    shapes.Answer.model_validate(got)


def test_a_search_explains_itself_where_it_is_asked_to(site):
    got = get_json(site, "/api/search", q=QUESTION, k=1, explain="true")
    shapes.Answer.model_validate(got)
    assert 0 < got["hits"][0]["explanation"]["term"] <= 1


def test_an_empty_field_of_a_form_is_no_filter(site):
    """A form sends all its fields."""
    plain = get_json(site, "/api/search", q=QUESTION)
    sent = get_json(site, "/api/search", q=QUESTION, since="", until="", publisher="")
    assert untimed(sent) == untimed(plain)


def test_a_timeline_answers_as_the_command_line_does(site, web_index):
    got = get_json(site, "/api/timeline", q="Hafen harbour", by="year")
    assert untimed(got) == untimed(command(web_index, "timeline", "Hafen harbour", "--by", "year"))
    shapes.TimelineAnswer.model_validate(got)


def test_related_articles_are_those_of_the_command_line(site, web_index):
    article_id = get_json(site, "/api/search", q="harbour bridge", k=1)["hits"][0]["article_id"]
    got = get_json(site, f"/api/related/{article_id}", k=3)
    assert untimed(got) == untimed(command(web_index, "related", article_id, "-k", "3"))
    shapes.Answer.model_validate(got)


def test_an_article_is_told_without_its_place_on_the_disk(site, web_index):
    article_id = get_json(site, "/api/search", q="harbour bridge", k=1)["hits"][0]["article_id"]
    got = get_json(site, f"/api/article/{article_id}")
    shown = command(web_index, "show", article_id)
    assert got == {name: value for name, value in shown.items() if name in got}
    assert shown.keys() - got.keys() == {"file", "record", "dropped", "earlier"}
    shapes.ArticleAnswer.model_validate(got)


def test_what_the_index_holds(site):
    got = get_json(site, "/api/info")
    assert (got["counts"]["articles"], got["model"]) == (12, "static")
    shapes.Info.model_validate(got)


def test_nothing_that_is_answered_names_a_folder_of_this_machine(site, web_index):
    """A page without an address has its file as link on the command line; over HTTP that would tell where it lies."""
    folder = str(web_index.parent.parent)
    for path in (
        f"/api/search?q={quote('Schachklub Keller')}&k=12",
        "/api/info",
        "/",
        f"/?q={quote('Schachklub Keller')}",
        "/metrics",
    ):
        assert folder.encode() not in get(site, path)[2], path


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/api/search", "q = nothing"),
        ("/api/search?q=", "q = ''"),
        ("/api/search?q=Hafen&k=0", "k = '0'"),
        ("/api/search?q=Hafen&k=101", "k = '101'"),
        ("/api/search?q=Hafen&k=viele", "k = 'viele'"),
        ("/api/search?q=Hafen&sinc=2025", "sinc = '2025'"),
        ("/api/search?q=Hafen&since=2025-13", "since = '2025-13'"),
        ("/api/search?q=Hafen&since=gestern", "since = 'gestern'"),
        ("/api/search?q=Hafen&sort=size", "sort = 'size'"),
        ("/api/search?q=Hafen&k=1&k=2", None),
        ("/api/timeline?q=Hafen&by=decade", "by = 'decade'"),
        ("/api/article/0123456789abcdef?x=1", "x = '1'"),
        ("/api/article/zzz", "article_id = 'zzz'"),
        ("/api/related/..%2f..%2fetc%2fpasswd", None),
    ],
)
def test_what_cannot_be_asked_is_told(site, path, found):
    """What, found, wanted."""
    if found is None:
        assert get(site, path)[0] in {200, 400, 404}
        return
    told = problem(site, path)
    assert (told["status"], told["found"]) == (400, found)
    assert told["what"]
    assert told["wanted"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", "a value"),
        ("q=Hafen&k=0", "greater than or equal to 1"),
        ("q=Hafen&sort=size", "'relevance' or 'date'"),
        ("q=", "at least 1 character"),
        ("q=Hafen&sinc=2025", "only parameters that /api/openapi.json names for this path"),
        ("q=Hafen&since=gestern", "a day, month or year such as 2025-06-21, 2025-06 or 2025"),
    ],
)
def test_what_is_wanted_is_said_in_plain_words(site, query, wanted):
    """Not in those of pydantic: "String should match pattern '^[0-9a-f]{16}$'"."""
    assert problem(site, f"/api/search?{query}")["wanted"] == wanted
    assert problem(site, "/api/article/zzz")["wanted"] == "an article_id as a search gives it, 16 hexadecimal digits"


def test_the_page_says_what_is_wanted_and_how_to_drop_the_filters(site):
    """In the words of the page: `words.clear` in a template is a method of a dict."""
    page = get(site, "/?q=Hafen&since=gestern")[2].decode()
    assert "Wanted: a day, month or year such as" in page
    assert '<a href="/?q=Hafen">Remove all filters</a>' in page


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/api/search?q=%20%20", "The query is empty"),
        ("/api/search?q=Hafen&since=2025&until=2024", "is after"),
        ("/api/search?q=Hafen&on=2025&until=2024", "stands beside"),
        ("/api/search?q=Hafen&publisher=K%C3%BCstenboten", "'Küstenbote'"),
    ],
)
def test_what_the_searcher_refuses_is_told_in_its_words(site, path, what):
    told = problem(site, path)
    assert told["status"] == 400
    assert what in told["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/article/0123456789abcdef",
        "/api/related/0123456789abcdef",
        "/api/nothing",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
    ],
)
def test_what_is_not_there(site, path):
    told = problem(site, path)
    assert told["status"] == 404


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/info", "/api/nothing"])
def test_head_is_get_without_the_body(site, path):
    """Monitoring asks so."""
    status, headers, body = get(site, path)
    found, same, nothing = get(site, path, method="HEAD")
    assert (found, same["content-type"], nothing) == (status, headers["content-type"], b"")
    assert same["content-length"] == str(len(body))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_written(site, method):
    status, headers, body = get(site, "/api/search?q=Hafen", method=method)
    assert (status, headers["content-type"], json.loads(body)["wanted"]) == (405, "application/problem+json", "GET")


def test_another_host_is_refused_by_the_whole_service(site):
    assert get(site, "/api/info", Host="evil.example")[0] == 421
    assert get(site, "/api/info", Origin="https://evil.example")[0] == 403


def test_healthy_and_measured(site):
    assert get(site, "/healthz")[::2] == (200, b'{"status":"ok"}')
    get(site, "/api/info")
    get(site, "/api/article/zzz%0a1")
    status, headers, body = get(site, "/metrics")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert 'newsearch_http_requests_total{route="/api/info",status="200"}' in body.decode()
    assert "newsearch_articles 12.0" in body.decode()
    assert "zzz" not in body.decode()


def test_the_description_needs_nothing_from_elsewhere(site):
    described = get_json(site, "/api/openapi.json")
    assert set(described["paths"]) == {
        "/api/search",
        "/api/article/{article_id}",
        "/api/related/{article_id}",
        "/api/timeline",
        "/api/info",
    }
    assert get(site, "/docs")[0] == get(site, "/redoc")[0] == 404
