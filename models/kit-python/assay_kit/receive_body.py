import asyncio
import os

from starlette.requests import Request

from .refusal import Refusal

SILENCE_SECONDS = 60
"""A sender that is silent for so long is given up."""
_WRITE_BYTES = 1 << 20


class Gone(Exception):
    """Nobody waits for the answer any more."""


def check_length(request: Request, max_bytes: int) -> int:
    """The body's length in bytes, from its header. Raises 411, 413 or 422 before a byte is read."""
    header = request.headers.get("content-length")
    if header is None:
        raise Refusal(411, "Content-Length is missing")
    length = int(header)
    if length == 0:
        raise Refusal(422, "The object is empty")
    if length > max_bytes:
        raise Refusal(413, f"The object has {length} bytes; this model takes at most {max_bytes}")
    return length


async def receive_body(request: Request, path: str, abort: "asyncio.Future[str]") -> None:
    """Streams the body into a file, in constant memory. Raises Gone when the sender goes before its end or is silent."""
    waiting = bytearray()
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
    with file:
        more = True
        while more:
            message = await _receive(request, abort)
            waiting += message.get("body", b"")
            more = message.get("more_body", False)
            if len(waiting) >= _WRITE_BYTES or not more:
                # A slow disk holds up this body and not the server.
                await asyncio.to_thread(_write_all, file.fileno(), bytes(waiting))
                waiting.clear()


async def _receive(request: Request, abort: "asyncio.Future[str]") -> dict:
    receiving = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({receiving, abort}, timeout=SILENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not receiving.done():
            raise Gone
        message = receiving.result()
        if message["type"] == "http.disconnect":
            raise Gone
        return message
    finally:
        receiving.cancel()


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
