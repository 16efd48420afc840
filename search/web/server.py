"""Running the service."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Final

import uvicorn

from newsearch.search.web.app import create_app
from newsearch.search.web.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsearch.search.web.guard import Access

DRAIN_S: Final = 30
"""Seconds that requests under way have when the service is told to stop, as long as the longest answer takes."""

KEEP_ALIVE_S: Final = 15
BACKLOG: Final = 512
LARGEST_HEADER: Final = 16_384
"""Bytes of a request's line and headers."""


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it listens, and ends with status 0 when it was told to stop."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[int], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: object = None) -> None:
        """Listen, and say on which port."""
        await super().startup(sockets=sockets)  # type: ignore[arg-type]
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])


def serve(index: Path, access: Access, host: str, port: int, threads: int, ready: Callable[[int], None]) -> None:
    """Serve the index in the folder *index* until the process is told to stop; then finish what is under way.

    Args:
        index: The index.
        access: Who may ask.
        host: Address to listen on.
        port: Port; any free one where 0.
        threads: Searches that run at once.
        ready: Takes the port when requests are answered.

    Raises:
        IndexNotFoundError: There is no index.
        DamagedIndexError: It does not hold what its manifest promises.
        ModelError: Its model cannot be had.
        OSError: The port is taken, or not to be had.
    """
    library = Library(index)
    config = uvicorn.Config(
        create_app(library, access, threads),
        host=host,
        port=port,
        access_log=False,  # it would hold every question that anybody asks
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
        h11_max_incomplete_event_size=LARGEST_HEADER,
    )
    listening = _listen(host, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # uvicorn takes them over, and raises them again when it has ended
    try:
        _Server(config, ready).run(sockets=[listening])
    finally:
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket at *host* and *port*; uvicorn's own way ends the process where the port is taken."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.create_server(address, family=family, backlog=BACKLOG)
    # what is accepted inherits it; asyncio sets it only where TCP was asked for by name, and a request costs 40 ms without it
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
