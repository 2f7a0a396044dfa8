import asyncio
import shutil
import urllib.parse
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .emitted_response import EmittedResponse
from .log import log
from .metrics import Metrics, WatchPredictions
from .object_files import ObjectFiles
from .prediction_pool import PredictionPool
from .prediction_process import FailedToStart
from .receive_body import Gone, check_length, receive_body
from .refusal import Refusal

STOP_GRACE_SECONDS = 3
"""What runs when the server stops has so long to end by itself."""


class ModelServer:
    """One model: its manifest, its processes, and the routes of the protocol."""

    def __init__(self, manifest: dict[str, Any], source: dict[str, Any], objects: Path):
        self.manifest = manifest
        limits = manifest["limits"]
        self._timeout: float = limits["timeoutSeconds"]
        self._pool = PredictionPool(source, limits["concurrency"])
        self._files = ObjectFiles(objects, manifest["name"])
        self._health: dict[str, str] = {"status": "starting"}
        self._running: set[asyncio.Future[str]] = set()
        self._stopping = False
        self._metrics = Metrics(manifest, self._pool)
        self.app = Starlette(
            routes=[
                Route("/health", self._answer_health),
                Route("/model", self._answer_model),
                Route("/metrics", self._answer_metrics),
                Route("/predict", self._answer_predict, methods=["POST"]),
            ],
            middleware=[Middleware(WatchPredictions, metrics=self._metrics)],
            exception_handlers={Refusal: _refuse, HTTPException: _say_what_there_is, Exception: _admit},
        )

    async def start(self) -> None:
        """Loads the model; /health tells how it went."""
        abort = self._new_abort()
        try:
            await self._pool.start(abort)
            self._health = {"status": "ready"}
        except (FailedToStart, OSError) as error:
            self._health = {"status": "failed", "detail": str(error)}
            if not self._stopping:
                log("error", "The model failed to start", detail=str(error), stack=getattr(error, "stack", None))
        finally:
            self._running.discard(abort)

    @property
    def is_ready(self) -> bool:
        return self._health["status"] == "ready"

    def stop(self) -> None:
        """Takes no more predictions, and gives those that run a while to end."""
        self._stopping = True
        asyncio.get_running_loop().call_later(STOP_GRACE_SECONDS, self._abort_all)
        if self._health["status"] == "starting":
            self._abort_all()

    async def close(self) -> None:
        self._abort_all()
        await self._pool.end()
        self._files.close()

    def _abort_all(self) -> None:
        for abort in self._running:
            _settle(abort, "stop")

    def _new_abort(self) -> "asyncio.Future[str]":
        abort: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._running.add(abort)
        return abort

    async def _answer_health(self, _: Request) -> Response:
        busy = self._health["status"] == "ready" and self._pool.busy
        return JSONResponse({"status": "busy"} if busy else self._health)

    async def _answer_model(self, _: Request) -> Response:
        return JSONResponse(self.manifest)

    async def _answer_metrics(self, _: Request) -> Response:
        return self._metrics.answer()

    async def _answer_predict(self, request: Request) -> Response:
        if self._stopping:
            raise Refusal(503, "The model is stopping", 5)
        if self._health["status"] == "starting":
            raise Refusal(503, "The model is starting", 1)
        if self._health["status"] == "failed":
            raise Refusal(503, f"The model failed: {self._health['detail']}", 30)
        size = check_length(request, self.manifest["limits"]["maxBytes"])
        give_back = self._pool.take()
        if not give_back:
            raise Refusal(503, "As many predictions as this model takes are running", 1)
        abort = self._new_abort()
        path = self._files.new_path()
        folder = f"{path}-made"

        def end() -> None:
            give_back()
            shutil.rmtree(folder, ignore_errors=True)

        sending = False
        try:
            await receive_body(request, path, abort)
            if self.manifest["emits"]:
                Path(folder).mkdir(0o700)
            order = {**_read_headers(request), "path": path, "folder": folder, "size": size}
            message = await self._predict(request, order, abort)
            sending = bool(message["objects"])
            if sending:
                return EmittedResponse(message["answer"], message["objects"], end)
            return Response(message["answer"], media_type="application/json")
        except Gone:
            # Nobody reads this, unless the server stops.
            raise Refusal(503, "The model is stopping" if self._stopping else "The body did not come", 5) from None
        finally:
            self._running.discard(abort)
            if not sending:
                end()
            Path(path).unlink(missing_ok=True)

    async def _predict(self, request: Request, order: dict[str, Any], abort: "asyncio.Future[str]") -> dict[str, Any]:
        timer = asyncio.get_running_loop().call_later(self._timeout, _settle, abort, "timeout")
        watcher = asyncio.ensure_future(_watch_for_disconnect(request, abort))
        try:
            message = await self._pool.predict(order, abort)
        finally:
            timer.cancel()
            watcher.cancel()
        if message["kind"] == "answer":
            return message
        reason = abort.result() if abort.done() else None
        if reason == "timeout":
            raise Refusal(504, f"No prediction within {self._timeout:g} s")
        if reason == "stop":
            raise Refusal(503, "The model is stopping", 5)
        if message["kind"] == "refusal":
            raise Refusal(422, message["message"])
        if reason is None:
            facts = {key: order[key] for key in ("sha256", "prediction")}
            log("error", message["message"], **facts, stack=message["stack"])
        raise Refusal(500, message["message"])


def _settle(abort: "asyncio.Future[str]", reason: str) -> None:
    if not abort.done():
        abort.set_result(reason)


async def _watch_for_disconnect(request: Request, abort: "asyncio.Future[str]") -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    _settle(abort, "gone")


def _read_headers(request: Request) -> dict[str, str | None]:
    headers = request.headers
    name = headers.get("assay-file-name")
    return {
        "sha256": headers.get("assay-object"),
        "prediction": headers.get("assay-prediction"),
        "file_name": name and urllib.parse.unquote(name),
        "mime": headers.get("content-type"),
    }


def _refuse(_: Request, refusal: Any) -> Response:
    return refusal.response()


def _say_what_there_is(request: Request, _: Any) -> Response:
    what = f"There is no {request.method} {request.url.path}"
    return Refusal(404, f"{what}: GET /health, GET /model, GET /metrics and POST /predict").response()


def _admit(_: Request, __: Exception) -> Response:
    # Starlette raises it again after this, and uvicorn logs it.
    return Refusal(500, "The model server failed; its log says why").response()
