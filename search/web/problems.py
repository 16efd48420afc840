"""What went wrong, as ``application/problem+json`` (RFC 9457): what, what was found, what was wanted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson

from newsearch.corpus.errors import (
    BusyError,
    DamagedIndexError,
    IndexNotFoundError,
    ModelError,
    NewsearchError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SAID: Final = (
    ("missing", "", "a value"),
    ("extra_forbidden", "", "only parameters that /api/openapi.json names for this path"),
    ("string_pattern_mismatch", "article_id", "an article_id as a search gives it, 16 hexadecimal digits"),
    ("string_pattern_mismatch", "", "a day, month or year such as 2025-06-21, 2025-06 or 2025"),
)
"""What pydantic says for people who know pydantic: its kind of error, the parameter (any where empty), and what is wanted."""

MEDIA_TYPE: Final = "application/problem+json"

_STATUSES: Final = (
    (UsageError, HTTPStatus.BAD_REQUEST),
    ((IndexNotFoundError, DamagedIndexError, ModelError, BusyError), HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The index is not there for now: a rebuild mends it, and the request is worth sending again."""


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """Why a request is not answered.

    Attributes:
        status: Of HTTP.
        what: What is wrong.
        found: What the request had there.
        wanted: What would be answered.
    """

    def __init__(self, status: int, what: str, found: str = "", wanted: str = "") -> None:
        super().__init__(what)
        self.status, self.what, self.found, self.wanted = int(status), what, found, wanted

    @property
    def text(self) -> str:
        """The problem in sentences."""
        parts = (self.what, self.found and f"Found: {self.found}.", self.wanted and f"Wanted: {self.wanted}.")
        return " ".join(filter(None, parts))

    @property
    def body(self) -> bytes:
        """The problem as JSON."""
        parts: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.text,
            "what": self.what,
            "found": self.found,
            "wanted": self.wanted,
        }
        return orjson.dumps(parts)


def problem_of(error: NewsearchError) -> Problem:
    """The problem that *error* is for who sent the request.

    What is wrong with the index itself is told in the server's log, with its paths; a client learns that it is so.
    """
    status = next((s for kinds, s in _STATUSES if isinstance(error, kinds)), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status is HTTPStatus.BAD_REQUEST:
        what, _, wanted = str(error).partition(" Wanted: ")
        return Problem(status, what, wanted=wanted.rstrip("."))
    return Problem(
        status, "The index cannot answer at present; the server's log says why.", wanted="the request once more, later"
    )


def problem_of_parameters(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem with a request's parameters, as pydantic lists them: the first one in words, all of them named."""
    told = [(str(error["loc"][-1]) if error.get("loc") else "request", error) for error in errors]
    name, first = told[0]
    found = "nothing" if first.get("type") == "missing" else repr(first.get("input"))[:120]
    others = sorted({other for other, _ in told[1:]} - {name})
    also = f" So is: {', '.join(others)}." if others else ""
    return Problem(
        HTTPStatus.BAD_REQUEST, f"The parameter {name} cannot be used.{also}", f"{name} = {found}", _wanted(name, first)
    )


def _wanted(name: str, error: Mapping[str, Any]) -> str:
    """What parameter *name* should have been: "greater than or equal to 1"."""
    for kind, parameter, wanted in _SAID:
        if error.get("type") == kind and parameter in ("", name):
            return wanted
    said = str(error["msg"]).removeprefix("Value error, ").rpartition(" Wanted: ")[2].rstrip(".")
    return said.removeprefix("Input should be ").removeprefix("String should have ")
