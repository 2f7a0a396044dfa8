"""
The process that a prediction runs in. Nothing that an object does to it (an endless loop, a native crash, all its
memory) reaches the server, which kills it and starts another.
"""

import ctypes
import json
import os
import queue
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from .answer import BadAnswer, check_answer
from .emitted import check_emitted
from .load_predictor import BadPredictor, load_predictor
from .log import describe_error
from .messages import Message, pack, receive_message
from .predictor import CannotPredict, ModelObject
from .storable import make_storable

_PR_SET_PDEATHSIG = 1


def main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    source = json.loads(sys.argv[2])
    _live_and_die_with_the_server()
    try:
        predict = load_predictor(source)
    except BaseException as error:
        connection.sendall(pack(_tell(error)))
        return
    orders: queue.Queue[tuple[Message, threading.Event]] = queue.Queue()
    threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()
    connection.sendall(pack({"kind": "ready"}))
    while True:
        order, cancelled = orders.get()
        connection.sendall(pack(_answer(predict, order, cancelled, source)))


def _live_and_die_with_the_server() -> None:
    # A signal to the whole group is the server's business: it lets running predictions finish. A handler and not
    # SIG_IGN, which what the model starts would inherit.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    # The end of the connection says that the server is gone too, but not while native code holds Python's lock.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _listen(connection: socket.socket, orders: "queue.Queue[tuple[Message, threading.Event]]") -> None:
    cancelled = threading.Event()
    while message := receive_message(connection):
        if message["kind"] == "abort":
            cancelled.set()
        else:
            cancelled = threading.Event()
            orders.put((message["object"], cancelled))
    os._exit(0)


def _answer(
    predict: Callable[[ModelObject], Any], order: Message, cancelled: threading.Event, source: dict[str, Any]
) -> Message:
    try:
        returned = make_storable(predict(ModelObject(**order, cancelled=cancelled)))
        answer = check_answer(returned, source["classes"])
        return {"kind": "answer", "answer": answer, "objects": check_emitted(returned, order["folder"], source["emits"])}
    except BaseException as error:
        return _tell(error)


def _tell(error: BaseException) -> Message:
    if isinstance(error, CannotPredict):
        return {"kind": "refusal", "message": str(error)}
    if isinstance(error, (BadAnswer, BadPredictor)):
        return {"kind": "error", "message": str(error), "stack": None}
    return {"kind": "error", "message": describe_error(error), "stack": "".join(traceback.format_exception(error))}


if __name__ == "__main__":
    main()
