"""Does what the object says, for the tests of the kit. kit-node's fixtures/obeys.ts takes the same orders."""

import json
import os
import time
from pathlib import Path

from assay_kit import CannotPredict, ModelObject


def init():
    if waited_for := os.environ.get("TEST_FILE"):
        while not Path(waited_for).exists():
            time.sleep(0.01)
        if Path(waited_for).read_text() == "fail":
            raise RuntimeError("The weights are missing")


def predict(object: ModelObject):
    order = json.loads(object.text())
    print("noise on stdout")
    if "started" in order:
        Path(order["started"]).write_text(str(os.getpid()))
    match order["do"]:
        case "tell":
            told = ("path", "size", "sha256", "prediction", "file_name", "mime")
            return {"result": {key: getattr(object, key) or "" for key in told}}
        case "answer":
            return {"result": {"number": os.getpid()}, "annotations": [{"label": "x", "score": 1, "more": "dropped"}]}
        case "refuse":
            raise CannotPredict("This is not a picture")
        case "raise":
            raise RuntimeError("A defect")
        case "exit":
            raise SystemExit(3)
        case "NaN":
            return {"result": {"number": float("nan")}}
        case "what no database keeps":
            return {"result": {"path": ["a\0b", "\ud83d"]}, "annotations": [{"label": "x", "text": "c\0"}]}
        case "nothing":
            return None
        case "another class":
            return {"result": {"colour": "red"}}
        case "a box outside":
            box = {"x": 0.5, "y": 0, "width": 2, "height": 1}
            return {"result": {"number": 1}, "annotations": [{"label": "x", "box": box}]}
        case "crash":
            os.abort()
        case "spin":
            while True:
                pass
        case "wait":
            while not Path(order["until"]).exists():
                time.sleep(0.01)
            return {"result": {"number": 1}}
        case "wait for the end":
            object.cancelled.wait()
            if "cancelled" in order:
                Path(order["cancelled"]).write_text("")
            raise RuntimeError("Nobody waits")
