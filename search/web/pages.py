"""The page for people: rendered here, so that it works without JavaScript. Article text is data and never markup."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from pydantic import ValidationError

from newsearch.corpus.errors import NewsearchError
from newsearch.search.show import plain
from newsearch.search.web.guard import COOKIE, LARGEST_BODY
from newsearch.search.web.parameters import SearchParameters
from newsearch.search.web.problems import Problem, problem_of, problem_of_parameters
from newsearch.search.web.views import CHOICES, article_view, search_view
from newsearch.search.web.wording import wording_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsearch.search.web.service import Service

router: Final = APIRouter(include_in_schema=False)

_PAGES: Final = Environment(
    loader=FileSystemLoader(FilePath(__file__).with_name("templates")),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["shown"] = plain
"""What an archive says must not steer how the rest of the page reads either: a right-to-left override would."""

WEEK_S: Final = 7 * 86_400


def is_page(request: Request) -> bool:
    """Whether a person asks: for anything but the API, with a browser."""
    programs = ("/api/", "/metrics", "/healthz", "/static/")
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(programs)


def words_of(request: Request) -> Mapping[str, str]:
    """What is said, in the language of who asks."""
    return wording_for(request.headers.get("accept-language", ""))


def render(request: Request, template: str, context: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
    """A page. It differs by language, and holds what only who may ask may see, so no proxy may keep it."""
    body = _PAGES.get_template(template).render(words=words_of(request), **context)
    return HTMLResponse(body, status, {"vary": "Accept-Language", "cache-control": "private, no-cache"})


def problem_page(request: Request, problem: Problem) -> Response:
    """What went wrong, as a page."""
    words = words_of(request)
    text = words["no_page"] if problem.status == HTTPStatus.NOT_FOUND else problem.text
    return render(request, "notice.html", {"text": text}, problem.status)


@router.get("/")
async def search_page(request: Request) -> Response:
    """The question box; with a question the passages that answer it."""
    context = await request.app.state.workload.run(partial(_search_context, request))
    problem = context.pop("status", HTTPStatus.OK)
    return render(request, "search.html", context, problem)


def _search_context(request: Request) -> dict[str, Any]:
    """What the search page shows; a mistake in the question or its filters is told above the form, which keeps them."""
    service: Service = request.app.state.service
    fields = request.query_params
    view = partial(search_view, service, fields.multi_items(), words_of(request))
    if not fields.get("q", "").strip():
        return view(None)
    try:
        return view(SearchParameters.model_validate(_sent(fields.multi_items())))
    except ValidationError as exc:
        problem = problem_of_parameters(exc.errors())
    except NewsearchError as exc:
        problem = problem_of(exc)
    return {**view(None), "problem": problem.text, "status": problem.status}


def _sent(items: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a form; those that may be repeated as lists, empty ones left out."""
    out: dict[str, Any] = {}
    for name, value in items:
        if not value:
            continue
        if name in CHOICES:
            out.setdefault(name, []).append(value)
        else:
            out[name] = value
    return out


@router.get("/article/{article_id}")
async def article_page(
    request: Request,
    article_id: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")],
    start: Annotated[int, Query(ge=0, le=1 << 31)] = 0,
    end: Annotated[int, Query(ge=0, le=1 << 31)] = 0,
    back: Annotated[str, Query(max_length=4_000)] = "",
) -> Response:
    """An article with the passage marked, and what is related to it."""
    service: Service = request.app.state.service
    words = words_of(request)
    try:
        context = await request.app.state.workload.run(
            lambda: article_view(service, article_id, (start, end), back, words)
        )
    except Problem as problem:
        return render(request, "notice.html", {"text": words["no_article"]}, problem.status)
    return render(request, "article.html", context)


@router.get("/login")
async def login_page(request: Request) -> Response:
    """Where a person enters the token."""
    return render(request, "login.html", {"wrong": False})


@router.post("/login")
async def login(request: Request) -> Response:
    """Keep the right token in a cookie that no script can read and no other site can send."""
    body = (await request.body())[:LARGEST_BODY]
    token = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10).get("token", [""])[0]
    access = request.app.state.access
    if not access.token or not access.knows(token):
        return render(request, "login.html", {"wrong": True}, HTTPStatus.FORBIDDEN)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=WEEK_S, httponly=True, samesite="strict", secure=secure)
    return answer


@router.get("/healthz")
async def health(request: Request) -> dict[str, str]:
    """Whether questions can be answered: the index is open, and what was taken down can be told."""
    service: Service = request.app.state.service
    service.library.check()
    return {"status": "ok"}


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """For Prometheus."""
    measures, service = request.app.state.measures, request.app.state.service
    measures.pending.set(request.app.state.workload.pending)
    text = measures.text(service.library.searcher().generation.manifest)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
