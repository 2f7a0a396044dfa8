import json
import math
from typing import Any

from .faults import Faults, name_type, show


class BadAnswer(Exception):
    """What `predict` returned is not what the protocol wants; the message names what is wrong."""


def check_answer(returned: Any, allowed_classes: list[str]) -> str:
    """What `predict` returned, as the JSON that the protocol wants. `classes` are the keys of `result`, unless given."""
    if not isinstance(returned, dict):
        raise BadAnswer(f'predict returned {describe(returned)}; it has to return a dict with "result"')
    faults = Faults()
    result = returned.get("result")
    classes = returned.get("classes", list(result) if isinstance(result, dict) else None)
    annotations = returned.get("annotations", [])
    _check_classes(faults, classes)
    _check_result(faults, result)
    if _is_list(annotations):
        for i, annotation in enumerate(annotations):
            _check_annotation(faults, f"annotations.{i}", annotation)
    else:
        faults.add("annotations", f"{show(annotations)} is not a list")
    if faults.found:
        raise BadAnswer(f"The model's answer is not valid: {'; '.join(faults.found[:5])}")
    unknown = [name for name in result if allowed_classes and name not in allowed_classes]
    if unknown:
        raise BadAnswer(f"The answer has classes that the manifest lacks: {', '.join(unknown)}")
    kept = [{key: a[key] for key in _annotation_keys if key in a} for a in annotations]
    return json.dumps({"classes": list(classes), "result": result, "annotations": kept}, allow_nan=False)


_annotation_keys = ("label", "score", "text", "box", "time", "span")


def describe(value: Any) -> str:
    return "None" if value is None else f"a {name_type(value)}"


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _check_classes(faults: Faults, classes: Any) -> None:
    if classes is None:
        return
    if not _is_list(classes):
        faults.add("classes", f"{show(classes)} is not a list")
        return
    for i, name in enumerate(classes):
        faults.text(f"classes.{i}", name, 1)


def _check_result(faults: Faults, result: Any) -> None:
    if result is None:
        faults.add("result", "is missing")
    elif not isinstance(result, dict):
        faults.add("result", f"{describe(result)}, not a dict from class to value")
    else:
        for name, value in result.items():
            path = f"result.{name}"
            if not faults.text(path, name, 1):
                continue
            if value is None:
                faults.add(path, "a class has a value, never None")
            else:
                try:
                    _check_json(faults, path, value)
                except RecursionError:
                    faults.add(path, "is nested too deeply, or holds itself")


def _check_json(faults: Faults, path: str, value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        faults.number(path, value)
    elif isinstance(value, str):
        faults.text(path, value)
    elif _is_list(value):
        for i, item in enumerate(value):
            _check_json(faults, f"{path}.{i}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if faults.text(f"{path} has the key {show(key)}", key):
                _check_json(faults, f"{path}.{key}", item)
    else:
        faults.add(path, f"{describe(value)} is nothing that JSON has; convert it, such as with float(...) or .tolist()")


def _check_annotation(faults: Faults, path: str, annotation: Any) -> None:
    if not isinstance(annotation, dict):
        faults.add(path, f"{describe(annotation)}, not a dict")
        return
    faults.text(f"{path}.label", annotation.get("label"), 1)
    if "score" in annotation:
        faults.number(f"{path}.score", annotation["score"], 0, 1)
    if "text" in annotation:
        faults.text(f"{path}.text", annotation["text"])
    if "box" in annotation:
        _check_box(faults, f"{path}.box", annotation["box"])
    if "time" in annotation:
        check_range(faults, f"{path}.time", annotation["time"], faults.number, math.inf)
    if "span" in annotation:
        check_range(faults, f"{path}.span", annotation["span"], faults.whole, 2**53 - 1)


def _check_box(faults: Faults, path: str, box: Any) -> None:
    if not isinstance(box, dict):
        faults.add(path, f"{show(box)} is not a dict of x, y, width and height")
        return
    for side in ("x", "y", "width", "height"):
        faults.number(f"{path}.{side}", box.get(side), 0, 1)


def check_range(faults: Faults, path: str, value: Any, check: Any, most: float) -> None:
    """Adds what is wrong with a dict of start and end, each checked by `check`."""
    if not isinstance(value, dict):
        faults.add(path, f"{show(value)} is not a dict of start and end")
        return
    sound = [check(f"{path}.{edge}", value.get(edge), 0, most) for edge in ("start", "end")]
    if all(sound) and value["end"] < value["start"]:
        faults.add(path, "end is before start")
