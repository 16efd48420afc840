"""The API for programs: the command line's JSON over HTTP."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from newsearch.search.web.parameters import (
    ArticleParameters,
    RelatedParameters,
    SearchParameters,
    TimelineParameters,
)
from newsearch.search.web.service import Service
from newsearch.search.web.shapes import Answer, ArticleAnswer, Info, ProblemShape, TimelineAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

router: Final = APIRouter(prefix="/api", tags=["api"])

ArticleId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="An article_id, as a search gives it.")]

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    statuses: {"description": text, "model": ProblemShape, "content": {"application/problem+json": {}}}
    for statuses, text in (
        ("4XX", "What cannot be asked, or is not there: what, what was found, what was wanted."),
        (
            "5XX",
            "What cannot be answered at present: the index cannot be read, too many requests wait, or it took too long.",
        ),
    )
}


async def _answered(request: Request, work: Callable[[Service], dict[str, Any]]) -> Response:
    """The JSON that *work* makes, in a worker thread."""
    service: Service = request.app.state.service
    body = await request.app.state.workload.run(partial(_packed, service, work))
    return Response(body, media_type="application/json")


def _packed(service: Service, work: Callable[[Service], dict[str, Any]]) -> bytes:
    return orjson.dumps(work(service))


@router.get("/search", response_model=Answer, responses=PROBLEMS)
async def search(request: Request, parameters: Annotated[SearchParameters, Query()]) -> Response:
    """The passages that answer a question, best first."""
    return await _answered(request, lambda service: service.search_json(parameters))


@router.get("/article/{article_id}", response_model=ArticleAnswer, responses=PROBLEMS)
async def article(
    request: Request, article_id: ArticleId, _parameters: Annotated[ArticleParameters, Query()]
) -> Response:
    """An article as it is indexed."""
    return await _answered(request, lambda service: service.article_json(article_id))


@router.get("/related/{article_id}", response_model=Answer, responses=PROBLEMS)
async def related(
    request: Request, article_id: ArticleId, parameters: Annotated[RelatedParameters, Query()]
) -> Response:
    """What else the archive has on an article's story, and what led to it."""
    return await _answered(request, lambda service: service.related_json(article_id, parameters))


@router.get("/timeline", response_model=TimelineAnswer, responses=PROBLEMS)
async def timeline(request: Request, parameters: Annotated[TimelineParameters, Query()]) -> Response:
    """When the archive wrote about it."""
    return await _answered(request, lambda service: service.timeline_json(parameters))


@router.get("/info", response_model=Info, responses=PROBLEMS)
async def info(request: Request) -> Response:
    """What the index holds, and what it was made with."""
    return await _answered(request, Service.info_json)
