"""What `newsearch serve` lets in, before anything listens."""

from __future__ import annotations

import ipaddress
import sys
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import UsageError
from newsearch.indexer.threads import keep_busy
from newsearch.search.web.guard import LOOPBACK, Access

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST_TOKEN: Final = 16
"""Characters; as many hexadecimal digits are 64 bits, which nobody guesses over a network."""


def is_loopback(host: str) -> bool:
    """Whether *host* is reached from this machine only."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def access_for(host: str, names: tuple[str, ...], token: str, *, insecure: bool) -> Access:
    """Who may ask a service that listens on *host*.

    Args:
        host: Address or name.
        names: What else requests may be sent to: the name that a proxy in front goes by.
        token: What they must bring, or empty.
        insecure: Whether everybody who reaches *host* may ask.

    Raises:
        UsageError: *host* can be reached from elsewhere and nothing is asked for, or the token is short.
    """
    if token and len(token) < SHORTEST_TOKEN:
        raise UsageError(
            f"The token has {len(token)} characters. Wanted: at least {SHORTEST_TOKEN}, such as "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(24))' makes."
        )
    if not is_loopback(host) and not token and not insecure:
        raise UsageError(
            f"--host {host} can be reached from other machines, and anybody there could read the archive. Wanted: "
            "--token TOKEN (or $NEWSEARCH_TOKEN), which every request must bring; or --insecure, if that is meant."
        )
    anywhere = host in {"0.0.0.0", "::"}  # noqa: S104 - a comparison; which names lead here nobody can tell
    hosts = frozenset({*LOOPBACK, host.lower(), *(name.lower() for name in names)})
    return Access(frozenset() if anywhere and not names else hosts, token)


def run(index: Path, access: Access, host: str, port: int, threads: int | None) -> None:
    """Serve until the process is told to stop.

    Raises:
        IndexNotFoundError: There is no index.
        DamagedIndexError: It does not hold what its manifest promises.
        ModelError: Its model cannot be had.
        UsageError: Another process listens there, or *host* is no address of this machine.
    """
    from newsearch.search.web.server import serve

    shown = f"[{host}]" if ":" in host else host

    def ready(at: int) -> None:
        print(f"newsearch: serving {index} at http://{shown}:{at}/ (Ctrl-C ends it)", file=sys.stderr)  # noqa: T201

    try:
        serve(index, access, host, port, keep_busy(threads), ready)
    except OSError as exc:
        if exc.filename is not None:
            raise
        raise UsageError(
            f"{shown}:{port} cannot be listened on ({exc.strerror or exc}). Name another --port or --host."
        ) from exc
