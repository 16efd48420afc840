"""What the service does, for Prometheus: ``/metrics``."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from newsearch.indexer.manifest import IndexManifest

SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram: a search takes 0.03 s on an idle core, and is given up after 30."""


class Measures:
    """Counters of one service; a registry of its own, so that two services in one process don't share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("route", "status")
        self._requests = Counter(
            "newsearch_http_requests", "Requests that were answered.", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "newsearch_http_request_seconds",
            "Time to the whole answer.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.pending = Gauge("newsearch_searches_pending", "Searches that run or wait.", registry=self.registry)
        self._articles = Gauge("newsearch_articles", "Articles in the index.", registry=self.registry)
        self._passages = Gauge("newsearch_passages", "Passages in the index.", registry=self.registry)
        self._created = Gauge(
            "newsearch_generation_timestamp_seconds", "When the index that serves was written.", registry=self.registry
        )

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answer; *route* is the pattern and not the path, which may hold anything."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, manifest: IndexManifest) -> bytes:
        """Everything in Prometheus' text format, with what there is to say of the index that serves."""
        from datetime import datetime

        self._articles.set(manifest.counts["articles"])
        self._passages.set(manifest.counts["passages"])
        self._created.set(datetime.fromisoformat(manifest.created).timestamp())
        return generate_latest(self.registry)


class Measuring:
    """ASGI middleware: times each answer."""

    def __init__(self, app: Any, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noting(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._measures.count(route, status, perf_counter() - began)
