import json
import secrets
from collections.abc import AsyncIterator, Callable

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from .emitted import Emitted

_PIECE = 1 << 18


class EmittedResponse(StreamingResponse):
    """The answer with its objects, one after the other as the caller takes them. Calls `done` when it ends, however it ends."""

    def __init__(self, answer: str, objects: list[Emitted], done: Callable[[], None]):
        boundary = secrets.token_hex(16)
        super().__init__(_form(boundary, answer, objects), media_type=f"multipart/form-data; boundary={boundary}")
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._done()


async def _form(boundary: str, answer: str, objects: list[Emitted]) -> AsyncIterator[bytes]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="prediction"\r\n'
    yield f"{head}Content-Type: application/json\r\n\r\n{answer}".encode()
    for each in objects:
        yield (
            f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="object"; filename="object"\r\n'
            f"Content-Type: {each['mime']}\r\nAssay-Derivation: {json.dumps(each['derivation'])}\r\n\r\n"
        ).encode()
        async with await anyio.open_file(each["path"], "rb") as file:
            while piece := await file.read(_PIECE):
                yield piece
    yield f"\r\n--{boundary}--\r\n".encode()
