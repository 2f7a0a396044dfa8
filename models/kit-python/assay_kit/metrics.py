import time
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import disable_created_metrics
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .prediction_pool import PredictionPool

disable_created_metrics()


class Metrics:
    """What Prometheus may ask of a model; the same as kit-node's."""

    def __init__(self, manifest: dict[str, Any], pool: PredictionPool):
        self._registry = CollectorRegistry()
        known = {"model": manifest["name"], "version": manifest["version"]}
        self._predictions = Counter(
            "assay_model_predictions_total",
            "Requests of POST /predict that ended, by the status of the answer; cancelled: the caller went away first",
            ["status", *known],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "assay_model_prediction_seconds",
            "Seconds from the headers of POST /predict to the end of a 200",
            [*known],
            buckets=[0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
            registry=self._registry,
        ).labels(**known)
        running = Gauge("assay_model_running", "Predictions that run now", [*known], registry=self._registry)
        running.labels(**known).set_function(lambda: pool.taken)
        most = Gauge("assay_model_concurrency", "limits.concurrency", [*known], registry=self._registry)
        most.labels(**known).set(manifest["limits"]["concurrency"])
        self._known = known

    def answer(self) -> Response:
        """GET /metrics."""
        return Response(generate_latest(self._registry), headers={"content-type": CONTENT_TYPE_LATEST})

    def record(self, status: str, seconds: float) -> None:
        self._predictions.labels(status=status, **self._known).inc()
        if status == "200":
            self._seconds.observe(seconds)


class WatchPredictions:
    """Counts and times each POST /predict, from its headers to the end of its answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != "/predict":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        # What is not caught below is answered with 500.
        status = "500"
        gone = False

        async def watched_receive() -> Message:
            nonlocal gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            return message

        async def watched_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, watched_receive, watched_send)
        finally:
            self._metrics.record("cancelled" if gone else status, time.perf_counter() - began)
