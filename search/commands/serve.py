"""``newsearch serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from newsearch.search.commands.options import Index, Threads, index_path

PORT = 8765


def serve(
    index: Index = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes any free one.")] = PORT,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name that requests may be sent to, beside --host; may be repeated."),
    ] = None,
    token: Annotated[
        str, typer.Option(envvar="NEWSEARCH_TOKEN", help="What every request must bring.", show_default=False)
    ] = "",
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen beyond this machine without a token: anybody there may ask.")
    ] = False,
    threads: Threads = None,
) -> None:
    """Serve a search page and an HTTP API.

    Example: newsearch serve --index archive.index
    """
    from newsearch.search.serving import access_for, run

    run(index_path(index), access_for(host, tuple(name or ()), token, insecure=insecure), host, port, threads)
