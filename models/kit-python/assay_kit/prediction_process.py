import asyncio
import json
import os
import signal
import socket
import sys
from typing import Any

from .messages import Message, pack, read_message

ABORT_GRACE_SECONDS = 0.5
"""How long an aborted prediction may take to notice before its process is killed."""


class PredictionProcess:
    """The server's hand on one process that predicts, one object at a time."""

    def __init__(self, child: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._child = child
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, source: dict[str, Any], abort: "asyncio.Future[str]") -> "PredictionProcess":
        """Waits until the model's `init` is done. Raises FailedToStart with what it raised."""
        ours, theirs = socket.socketpair()
        with theirs:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "assay_kit.process_main", str(theirs.fileno()), json.dumps(source),
                # The model's folder must not hide modules that the kit imports.
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                # What a library prints must not mix with the server's line on stdout.
                stdout=2,
                # So that what the model starts can be ended with it.
                start_new_session=True,
            )  # fmt: skip
        process = cls(child, *await asyncio.open_connection(sock=ours))
        try:
            message = await process._ask(None, abort)
            if message["kind"] != "ready":
                raise FailedToStart(message["message"], message.get("stack"))
        except BaseException:
            await process.end()
            raise
        return process

    @property
    def alive(self) -> bool:
        return self._child.returncode is None and not self._reader.at_eof()

    async def predict(self, model_object: Message, abort: "asyncio.Future[str]") -> Message:
        """What the process said, also when it died. After an abort it is killed if it does not stop."""
        return await self._ask({"kind": "predict", "object": model_object}, abort)

    async def end(self) -> None:
        self._kill()
        await self._child.wait()
        self._writer.close()

    async def _ask(self, message: Message | None, abort: "asyncio.Future[str]") -> Message:
        if message:
            self._writer.write(pack(message))
        reply = asyncio.ensure_future(self._read())
        await asyncio.wait({reply, abort}, return_when=asyncio.FIRST_COMPLETED)
        if not reply.done():
            self._writer.write(pack({"kind": "abort"}))
            await asyncio.wait({reply}, timeout=ABORT_GRACE_SECONDS)
            if not reply.done():
                self._kill()
        return await reply

    async def _read(self) -> Message:
        try:
            return await read_message(self._reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            # Whatever closed the connection, without it the process is of no use.
            code = await self._wait_for_end()
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            return {"kind": "error", "message": f"The process of the prediction ended ({how})", "stack": None}

    async def _wait_for_end(self) -> int:
        try:
            return await asyncio.wait_for(self._child.wait(), ABORT_GRACE_SECONDS)
        except asyncio.TimeoutError:
            self._kill()
            return await self._child.wait()

    def _kill(self) -> None:
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class FailedToStart(Exception):
    def __init__(self, message: str, stack: str | None):
        super().__init__(message)
        self.stack = stack
