"""Emits what the object says, for the tests of the kit. The kit for TypeScript has its twin: src/fixtures/emits.ts takes the same orders."""

import json
import os

from assay_kit import ModelObject


def predict(object: ModelObject):
    order = json.loads(object.text())
    result = {"folder": object.folder}
    if "path" in order:
        os.symlink("/etc/passwd", os.path.join(object.folder, "link"))
        return {"result": result, "objects": [{"path": order["path"], "mime": "text/plain"}]}
    if "bytes" not in order:
        return {"result": result, "objects": [{"path": "nothing", "mime": "text/plain"}]}
    with open(os.path.join(object.folder, "a"), "w") as file:
        file.write("first")
    with open(os.path.join(object.folder, "b"), "wb") as file:
        file.write(b"b" * order["bytes"])
    return {
        "result": result,
        "objects": [
            {"path": "a", "mime": "text/plain", "time": {"start": 1.5, "end": 2}, "label": "naïve ✂\n"},
            {"path": os.path.join(object.folder, "b"), "mime": "text/plain"},
        ],
    }
