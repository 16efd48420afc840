"""The commands, one file each. Importing them loads neither numpy, faiss nor torch: ``--help`` answers at once."""

from __future__ import annotations

import difflib
from itertools import takewhile
from typing import Annotated, Any

import typer
import typer.core

from newsearch.corpus.errors import UsageError
from newsearch.search.commands import (
    build,
    evaluate,
    info,
    rebuild,
    related,
    remove,
    search,
    serve,
    show,
    timeline,
    verify,
)


class Commands(typer.core.TyperGroup):
    """The commands; a name that is none gets the nearest names."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that *args* names.

        Raises:
            UsageError: There is no such command.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), 3, 0.5)
            hint = f"Did you mean: {', '.join(near)}?" if near else f"Commands: {', '.join(self.list_commands(ctx))}."
            raise UsageError(f"There is no command {name!r}. {hint} {_as_question(args)}")
        return super().resolve_command(ctx, args)


def _as_question(args: list[str]) -> str:
    """How *args* are asked, if they are words of a question: the shell has taken it apart where it had no quotation marks."""
    words = list(takewhile(lambda arg: not arg.startswith("-"), args))
    if len(words) > 1:
        return f'A question stands in quotation marks: newsearch "{" ".join(words)}"'
    return f'A question of one word: newsearch search "{args[0]}"'


app = typer.Typer(
    name="newsearch",
    cls=Commands,
    epilog='Also just: newsearch "a question of several words"',
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,  # rich takes longer to import than all of the rest of --help
    pretty_exceptions_enable=False,
)
app.command()(build.build)
app.command()(build.add)
app.command()(search.search)
app.command()(related.related)
app.command()(timeline.timeline)
app.command()(rebuild.rebuild)
app.command()(info.info)
app.command()(show.show)
app.command()(verify.verify)
app.command()(verify.rollback)
app.command()(remove.remove)
app.command()(evaluate.evaluate)
app.command()(serve.serve)


@app.callback()
def options(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Semantic search over German and English news archives, on your own machine."""
    if version:
        from importlib import metadata  # 12 ms that --help need not wait for

        typer.echo(f"newsearch {metadata.version('newsearch')}")
        raise typer.Exit
