"""The service, put together."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from newsearch.corpus.errors import NewsearchError
from newsearch.search.web import api, pages
from newsearch.search.web.guard import Access, Guard
from newsearch.search.web.measures import Measures, Measuring
from newsearch.search.web.problems import MEDIA_TYPE, Problem, problem_of, problem_of_parameters
from newsearch.search.web.service import Service
from newsearch.search.web.workload import Workload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from newsearch.search.web.library import Library

STATIC: Final = Path(__file__).with_name("static")
LOG: Final = logging.getLogger("newsearch.web")


def create_app(library: Library, access: Access, threads: int = 2) -> Any:
    """The ASGI application that answers from *library*.

    Args:
        library: The index.
        access: Who may ask.
        threads: Searches that run at once.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.workload.close()

    app = FastAPI(
        title="newsearch",
        description="Semantic search over a German and English news archive.",
        version=_version(),
        openapi_url="/api/openapi.json",
        docs_url=None,  # these two load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.service = Service(library)
    app.state.workload = Workload(threads)
    app.state.access = access
    app.state.measures = Measures()
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _add_problems(app)
    return Measuring(Guard(app, access), app.state.measures)


def _version() -> str:
    from importlib import metadata

    return metadata.version("newsearch")


def _add_problems(app: FastAPI) -> None:
    """Every error becomes a problem; a page gets it as a page."""

    @app.exception_handler(Problem)
    async def told(request: Request, problem: Problem) -> Response:
        return answer(request, problem)

    @app.exception_handler(NewsearchError)
    async def refused(request: Request, error: NewsearchError) -> Response:
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            LOG.error("%s: %s", request.url.path, error)
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    async def misasked(request: Request, error: RequestValidationError) -> Response:
        return answer(request, problem_of_parameters(error.errors()))

    @app.exception_handler(HTTPException)
    async def routed(request: Request, error: HTTPException) -> Response:
        return answer(request, _of_route(request, error), error.headers)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        LOG.error("%s failed", request.url.path, exc_info=error)
        return answer(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "An internal error; the server's log has it."))


def _of_route(request: Request, error: HTTPException) -> Problem:
    """The problem of a path or method that is none."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Problem(
            HTTPStatus.NOT_FOUND,
            "There is nothing under this path.",
            request.url.path[:200],
            "a path of /api/openapi.json",
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "GET")
        return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "This path is not asked so.", request.method[:20], allowed)
    return Problem(error.status_code, str(error.detail))


def answer(request: Request, problem: Problem, headers: Any = None) -> Response:
    """*problem* as an answer: JSON for programs, a page for people."""
    if pages.is_page(request):
        return pages.problem_page(request, problem)
    return Response(problem.body, problem.status, headers=headers, media_type=MEDIA_TYPE)
