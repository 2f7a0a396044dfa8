import asyncio
import contextlib
import json
import os
import signal
import socket
from pathlib import Path
from typing import Any, Optional

import uvicorn

from .model_server import ModelServer
from .registration import Registration, begin_to_register, read_registration


class BadAddress(Exception):
    """HOST or PORT can't be listened on; the message says why."""


async def serve(manifest: dict[str, Any], source: dict[str, Any], objects: Path) -> None:
    """
    Serves a model as the protocol assay/1 asks, on HOST (127.0.0.1) and PORT (any free one), until SIGTERM or SIGINT.
    Prints one JSON line to stdout when it listens. With ASSAY_REGISTER_URL and ASSAY_API_KEY it says to that Assay where
    it is (ASSAY_MODEL_URL, or where it listens) as soon as it can predict.
    """
    listener, url = _listen()
    registration = read_registration(url)
    model = ModelServer(manifest, source, objects)
    # What a model's requirements bring along, such as uvloop, must not change how this behaves.
    config = uvicorn.Config(
        model.app, http="h11", loop="asyncio", ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = _Server(config)

    def stop() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        model.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    starting = asyncio.ensure_future(_start(model, registration))
    known = {"url": url, "name": manifest["name"], "version": manifest["version"]}
    print(json.dumps({"level": "info", "message": f"listening on {url}", **known}), flush=True)
    try:
        await server.serve(sockets=[listener])
    finally:
        await model.close()
        await starting


async def _start(model: ModelServer, registration: Optional[Registration]) -> None:
    await model.start()
    if registration and model.is_ready:
        begin_to_register(registration)


class _Server(uvicorn.Server):
    """A uvicorn that leaves signals to us: its own way ends with the signal and not with exit code 0."""

    def capture_signals(self) -> Any:
        return contextlib.nullcontext()

    def install_signal_handlers(self) -> None:
        """What versions before 0.29 call."""


def _listen() -> tuple[socket.socket, str]:
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "0"
    if not port.isdecimal() or int(port) > 65_535:
        raise BadAddress(f"PORT is {json.dumps(port)}; allowed: 0 (any free port) to 65535")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=512)
    except OSError as error:
        raise BadAddress(f"{host}:{port} can't be listened on: {error.strerror or error}") from error
    shown = f"[{host}]" if ":" in host else host
    return listener, f"http://{shown}:{listener.getsockname()[1]}"
