import json
import math
from typing import Any


class Faults:
    """Collects what is wrong with a document, each with the path of its field, such as `annotations.0.box.width`."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, what: str) -> None:
        self.found.append(f"{path}: {what}")

    def number(self, path: str, value: Any, least: float = -math.inf, most: float = math.inf) -> bool:
        if not is_number(value):
            self.add(path, f"{show(value)} is not a number")
        elif not least <= value <= most:
            self.add(path, f"{show(value)} is not from {least:g} to {most:g}" if most < math.inf else f"{show(value)} is below {least:g}")
        else:
            return True
        return False

    def whole(self, path: str, value: Any, least: int, most: float = 2**53 - 1) -> bool:
        if not is_number(value) or value != int(value):
            self.add(path, f"{show(value)} is not a whole number")
            return False
        return self.number(path, value, least, most)

    def text(self, path: str, value: Any, least: int = 0, most: float = math.inf) -> bool:
        if not isinstance(value, str):
            self.add(path, f"{show(value)} is not a text")
        elif "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            self.add(path, "text with a NUL or half a surrogate pair")
        elif not least <= len(value.encode("utf-16-le")) // 2 <= most:
            self.add(path, "text that is empty" if len(value) < least else f"text of more than {most} characters")
        else:
            return True
        return False


def is_number(value: Any) -> bool:
    """Whether this is a number that JSON has: no NaN, no infinity, and no whole number beyond a double."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def show(value: Any) -> str:
    """The value in a message: as JSON where it is short, by its type otherwise."""
    try:
        shown = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        shown = None
    return shown if shown is not None and len(shown) <= 80 else f"a {name_type(value)}"


def name_type(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
