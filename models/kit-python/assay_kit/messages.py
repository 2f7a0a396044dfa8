"""What the server and a prediction process tell each other: JSON, each message after its length in four bytes."""

import asyncio
import json
import socket
import struct
from typing import Any

Message = dict[str, Any]

_LENGTH = struct.Struct("!I")


def pack(message: Message) -> bytes:
    body = json.dumps(message).encode()
    return _LENGTH.pack(len(body)) + body


async def read_message(reader: asyncio.StreamReader) -> Message:
    """Raises asyncio.IncompleteReadError when the other side is gone."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return json.loads(await reader.readexactly(length))


def receive_message(connection: socket.socket) -> Message | None:
    """Waits for a message; None when the other side is gone."""
    head = _receive(connection, _LENGTH.size)
    body = head and _receive(connection, _LENGTH.unpack(head)[0])
    return json.loads(body) if body else None


def _receive(connection: socket.socket, length: int) -> bytes | None:
    received = bytearray()
    while len(received) < length:
        try:
            chunk = connection.recv(length - len(received))
        except ConnectionResetError:
            return None
        if not chunk:
            return None
        received += chunk
    return bytes(received)
