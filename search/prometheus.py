"""What a nightly run did, as a file for the textfile collector of Prometheus' node exporter."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import time
from typing import TYPE_CHECKING, Final

from newsearch.corpus.errors import NewsearchError, UsageError
from newsearch.indexer.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsearch.indexer.builder import BuildReport

INTERRUPTED: Final = 130


@dataclass(slots=True)
class Run:
    """What a run came to, filled in while it runs."""

    status: int = NewsearchError.exit_code
    report: BuildReport | None = None


@contextmanager
def recorded(path: Path | None, index: Path) -> Iterator[Run]:
    """Write the metrics of the run inside to *path* when it ends, however it ends; nothing without a path.

    Raises:
        UsageError: The folder of *path* is not there.
    """
    run, began = Run(), time()
    if path is None:
        yield run
        return
    if not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {path.parent}. Wanted: the collector's folder.")
    try:
        yield run
    except NewsearchError as exc:
        run.status = exc.exit_code
        raise
    except KeyboardInterrupt:
        run.status = INTERRUPTED
        raise
    except SystemExit as exc:
        run.status = exc.code if isinstance(exc.code, int) else run.status
        raise
    finally:
        write_metrics(path, index, run, began)


def write_metrics(path: Path, index: Path, run: Run, began: float) -> None:
    """Replace *path* with the metrics of a run.

    Args:
        path: Should end in ``.prom``, or the collector leaves it out.
        index: The index's folder, a label of each metric.
        run: What it came to.
        began: Seconds since 1970.
    """
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, text: str, value: float, **labels: str) -> None:
        metric = gauges.get(name) or Gauge(f"newsearch_{name}", text, ["index", *labels], registry=registry)
        gauges[name] = metric
        metric.labels(str(index), *labels.values()).set(value)

    gauges: dict[str, Gauge] = {}
    gauge("last_run_timestamp_seconds", "When the last run ended.", time())
    gauge("last_run_duration_seconds", "How long it took.", time() - began)
    gauge(
        "last_run_exit_status", "Its exit status: 0 done, 7 done with rejects, others see docs/nightly.md.", run.status
    )
    for name, (text, value) in _serving(index).items():
        gauge(name, text, value)
    if run.report:
        plan, reading = run.report.plan, run.report.reading
        changes = {
            "new": len(plan.new),
            "changed": len(plan.changed),
            "gone": len(plan.gone),
            "unchanged": plan.unchanged,
        }
        for change, count in changes.items():
            gauge("last_run_articles", "What became of the articles.", count, change=change)
        gauge("last_run_taken_down", "Files and records left out, their article being taken down.", reading.taken_down)
        for reason, count in reading.rejected.items():
            gauge("last_run_rejected", "Files and records that were left out.", count, reason=reason)
    write_to_textfile(str(path), registry)


def _serving(index: Path) -> dict[str, tuple[str, float]]:
    """What there is to say of the generation that serves; nothing where none can be opened."""
    try:
        manifest = Layout(index).open_current().manifest
    except NewsearchError:
        return {}
    return {
        "generation_timestamp_seconds": (
            "When the index that serves was written; no rebuild writes one where nothing has changed.",
            datetime.fromisoformat(manifest.created).timestamp(),
        ),
        "articles": ("Articles in the index.", manifest.counts["articles"]),
        "passages": ("Passages in the index.", manifest.counts["passages"]),
    }
