import os
import re
from typing import Any

from .answer import BadAnswer, check_range
from .faults import Faults, show

# RFC 9110, 5.6.2
_MIME = re.compile(r"[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+(?:; ?charset=[\w-]+)?")

Emitted = dict[str, Any]


def check_emitted(returned: Any, folder: str, emits: list[str]) -> list[Emitted]:
    """The objects that `predict` returned, each a file in the prediction's folder. Raises BadAnswer."""
    objects = returned.get("objects", []) if isinstance(returned, dict) else []
    if not isinstance(objects, (list, tuple)):
        raise _invalid(f"objects: {show(objects)} is not a list")
    if objects and not emits:
        raise _invalid("it has objects, and the emits of the manifest names no type")
    faults = Faults()
    emitted = [_check_one(faults, f"objects.{i}", each, folder) for i, each in enumerate(objects)]
    if faults.found:
        raise _invalid("; ".join(faults.found[:5]))
    return emitted


def _invalid(what: str) -> BadAnswer:
    return BadAnswer(f"The model's answer is not valid: {what}")


def _check_one(faults: Faults, path: str, given: Any, folder: str) -> Emitted:
    if not isinstance(given, dict):
        faults.add(path, f"{show(given)} is not a dict")
        return {}
    derivation: Emitted = {}
    if given.get("time") is not None:
        check_range(faults, f"{path}.time", given["time"], faults.number, float("inf"))
        derivation["time"] = given["time"]
    if given.get("label") is not None:
        faults.text(f"{path}.label", given["label"], 0, 200)
        derivation["label"] = given["label"]
    mime = given.get("mime")
    if not (isinstance(mime, str) and _MIME.fullmatch(mime)):
        faults.add(f"{path}.mime", f"{show(mime)} is not a type such as image/jpeg")
    file = _find_file(faults, f"{path}.path", given.get("path"), folder)
    return {"path": file, "mime": mime, "derivation": derivation}


def _find_file(faults: Faults, path: str, given: Any, folder: str) -> str:
    root = os.path.realpath(folder)
    file = os.path.join(root, str(given))
    inside = isinstance(given, str) and os.path.realpath(file) == os.path.normpath(file)
    if not (inside and os.path.normpath(file).startswith(root + os.sep) and os.path.isfile(file)):
        faults.add(path, f"{given} is no file in the folder of the prediction")
    elif os.path.getsize(file) == 0:
        faults.add(path, f"{given} is empty")
    return file
