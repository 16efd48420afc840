"""Who may ask, and what an answer may do: looked at before any request is answered, whatever it asks for.

A page of another site that a person has open can send requests to 127.0.0.1 too. It may not read the answers unless its name
is made to point here (DNS rebinding), which the Host header gives away; and a request that it sends of its own accord has its
Origin.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from newsearch.search.web.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_URL: Final = 8_192
"""Bytes of path and query: a question of a thousand characters, percent-encoded, and filters."""
LARGEST_BODY: Final = 4_096
"""Bytes; nothing but a token is ever sent."""
COOKIE: Final = "newsearch_token"
OPEN_PATHS: Final = frozenset({"/healthz", "/login"})
"""What is answered without a token, with the page's style: whether the service is well, and the page that asks for one."""

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""No answer may load or send anything elsewhere, run what stands in a page, or be shown in another site's frame; a source
learns nothing of the question that led to it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Attributes:
        hosts: Names that requests may be sent to, lower case, without port; any where empty.
        token: What a request must bring; nothing where empty.
    """

    hosts: frozenset[str] = LOOPBACK
    token: str = ""

    def knows(self, token: str) -> bool:
        """Whether *token* is the one, compared in constant time."""
        return hmac.compare_digest(token.encode(), self.token.encode())


class Guard:
    """ASGI middleware: answers what may not be asked itself, and puts HEADERS on every answer."""

    def __init__(self, app: Any, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = self._problem(scope)
        if scope["method"] == "HEAD":  # as GET (RFC 9110, 9.1: both must be answered); the server leaves the body out
            scope = {**scope, "method": "GET"}
        if problem is None:
            await self._app(scope, _limited(receive), _with_headers(send))
        elif problem.status == HTTPStatus.UNAUTHORIZED and _wants_page(scope):
            await _redirect_to_login(_with_headers(send))
        else:
            await _send_problem(problem, _with_headers(send))

    def _problem(self, scope: Any) -> Problem | None:
        headers = _headers(scope)
        return (
            self._wrong_host(headers)
            or _wrong_origin(headers)
            or _too_large(scope, headers)
            or self._no_token(scope["path"], headers)
        )

    def _wrong_host(self, headers: dict[str, str]) -> Problem | None:
        found = headers.get("host", "")
        if not self._access.hosts or _name_of(found) in self._access.hosts:
            return None
        wanted = f"one of {', '.join(sorted(self._access.hosts))}"
        return Problem(
            HTTPStatus.MISDIRECTED_REQUEST, "This service does not go by that name.", f"Host: {found[:80]}", wanted
        )

    def _no_token(self, path: str, headers: dict[str, str]) -> Problem | None:
        if not self._access.token or path in OPEN_PATHS or path.startswith("/static/"):
            return None
        scheme, _, sent = headers.get("authorization", "").partition(" ")
        if (scheme.lower() == "bearer" and self._access.knows(sent.strip())) or self._access.knows(_cookie(headers)):
            return None
        found = "another token" if sent or _cookie(headers) else "none"
        return Problem(HTTPStatus.UNAUTHORIZED, "This archive asks for a token.", found, "Authorization: Bearer TOKEN")


def _headers(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _name_of(host: str) -> str:
    """The name in a Host header, without port and brackets, lower case; empty where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _wrong_origin(headers: dict[str, str]) -> Problem | None:
    """The problem with a request that the page of another site sends."""
    origin = headers.get("origin")
    if origin is None:
        return None
    try:
        same = urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:
        same = False
    if same:
        return None
    return Problem(
        HTTPStatus.FORBIDDEN, "A page of another site may not ask here.", f"Origin: {origin[:80]}", "a page of this one"
    )


def _too_large(scope: Any, headers: dict[str, str]) -> Problem | None:
    url = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if url > LONGEST_URL:
        return Problem(
            HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long.", f"{url:,} bytes", f"at most {LONGEST_URL:,}"
        )
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The request's body is too large.",
            f"{length[:20]} bytes",
            f"at most {LARGEST_BODY:,}",
        )
    return None


def _limited(receive: Receive) -> Receive:
    """*receive*, ending a body that was sent without a length where it grows too large."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "The request's body is too large.",
                f"over {LARGEST_BODY:,} bytes",
                "none",
            )
        return message

    return limited


def _cookie(headers: dict[str, str]) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _wants_page(scope: Any) -> bool:
    return (
        scope["method"] == "GET"
        and "text/html" in _headers(scope).get("accept", "")
        and not scope["path"].startswith("/api/")
    )


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return with_headers


async def _redirect_to_login(send: Send) -> None:
    headers = [(b"location", b"/login"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": int(HTTPStatus.SEE_OTHER), "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send_problem(problem: Problem, send: Send) -> None:
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(problem.body)).encode()),
        (b"connection", b"close"),  # what is left of a body that is too large is not read
    ]
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": int(problem.status), "headers": headers})
    await send({"type": "http.response.body", "body": problem.body})
