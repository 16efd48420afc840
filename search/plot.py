"""A timeline as a picture; the one file that needs matplotlib."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import numpy as np

from newsearch.corpus.errors import UsageError
from newsearch.indexer.files import write_whole
from newsearch.search.bars import notes
from newsearch.search.periods import SHORTEST

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.search.timeline import Timeline

FORMATS: Final = (".png", ".svg")


def check_plot(path: Path) -> None:
    """See that a picture can be made, before anything is computed for it.

    Raises:
        UsageError: *path* has no ending that we can write, its folder is missing, or matplotlib is missing.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"--plot {path} has no ending that says what to write. Wanted: .png or .svg.")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--plot {path}: there is no folder {path.absolute().parent}. Make it, or name another.")
    if find_spec("matplotlib") is None:
        raise UsageError(
            "--plot needs matplotlib, which is not installed. It comes with the extra [plot]; install it with: "
            "pip install 'newsearch[plot]'"
        )


def plot_timeline(counted: Timeline, path: Path) -> None:
    """Write the bars as a picture, PNG or SVG by the ending of *path*; the file is whole or as it was.

    Raises:
        UsageError: See `check_plot`.
        DiskFullError: There is no space left.
    """
    check_plot(path)
    from matplotlib.figure import Figure  # not pyplot: that looks for a display
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots()
    starts = np.array([p.start for p in counted.periods], "datetime64[h]")
    axes.bar(
        starts,
        [p.articles for p in counted.periods],
        width=np.timedelta64(22 * SHORTEST[counted.by], "h"),
        align="edge",
    )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(counted.query.replace("$", r"\$"), wrap=True)  # between two $ it would read a formula
    axes.set_ylabel(f"articles a {counted.by}")
    axes.set_xlabel("; ".join(notes(counted)))
    write_whole(path, lambda file: figure.savefig(file, format=path.suffix.lower().removeprefix("."), dpi=150))
