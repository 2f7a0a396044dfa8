import json
import re
from pathlib import Path
from typing import Any

from .faults import Faults, is_number, show

MEDIA_TYPES = ("image", "video", "audio", "text")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SEMVER = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_DEFAULTS: dict[str, Any] = {"title": "", "description": "", "licence": "", "emits": [], "tags": [], "classes": []}
_LIMITS: dict[str, Any] = {"maxBytes": 2**31, "timeoutSeconds": 60, "concurrency": 1}


class BadManifest(Exception):
    """A manifest that can't be used; the message names every field that is wrong and what it may be."""

    def __init__(self, *faults: str):
        super().__init__("; ".join(faults))
        self.faults = faults


def read_manifest(file: Path) -> dict[str, Any]:
    """Reads and checks a model.json."""
    try:
        document = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadManifest(f"{file} can't be read as JSON: {error}") from error
    try:
        return check_manifest(document)
    except BadManifest as error:
        raise BadManifest(f"{file} is not a valid manifest: {error}") from error


def check_manifest(document: Any) -> dict[str, Any]:
    """The document of GET /model, with what the author left out filled in."""
    if not isinstance(document, dict):
        raise BadManifest(f"the document is {show(document)}, not an object")
    faults = Faults()
    manifest = {**_DEFAULTS, **{key: document[key] for key in document if key in _KEYS}}
    if document.get("protocol") != "assay/1":
        faults.add("protocol", f'is {show(document.get("protocol"))}; allowed: assay/1')
    for key, pattern, form in (
        ("name", _NAME, "a-z, 0-9 and _, begins with a letter and has at most 63 characters"),
        ("version", _SEMVER, "semantic, such as 1.2.0"),
    ):
        if not (isinstance(document.get(key), str) and pattern.fullmatch(document[key])):
            faults.add(key, f"is {show(document.get(key))}; a {key} is {form}")
    for key, most in (("title", 200), ("description", 2000), ("licence", 200)):
        faults.text(key, manifest[key], 0, most)
    _check_media_types(faults, "accepts", document.get("accepts"), 1)
    _check_media_types(faults, "emits", manifest["emits"], 0)
    _check_texts(faults, "tags", manifest["tags"], 100)
    _check_texts(faults, "classes", manifest["classes"], float("inf"))
    manifest["limits"] = _check_limits(faults, document.get("limits", {}))
    if faults.found:
        raise BadManifest(*faults.found)
    return manifest


_KEYS = ("protocol", "name", "version", "accepts", "limits", *_DEFAULTS)


def _check_media_types(faults: Faults, key: str, value: Any, least: int) -> None:
    allowed = ", ".join(MEDIA_TYPES)
    if not isinstance(value, list) or len(value) < least:
        faults.add(key, f"is {show(value)}; a list of some of {allowed}")
        return
    for i, item in enumerate(value):
        if item not in MEDIA_TYPES:
            faults.add(f"{key}[{i}]", f"is {show(item)}; allowed: {allowed}")


def _check_texts(faults: Faults, key: str, value: Any, most: float) -> None:
    if not isinstance(value, list):
        faults.add(key, f"is {show(value)}, not a list")
        return
    for i, item in enumerate(value):
        faults.text(f"{key}[{i}]", item, 1, most)


def _check_limits(faults: Faults, limits: Any) -> dict[str, Any]:
    if not isinstance(limits, dict):
        faults.add("limits", f"is {show(limits)}, not an object")
        return _LIMITS
    filled = {key: limits.get(key, default) for key, default in _LIMITS.items()}
    faults.whole("limits.maxBytes", filled["maxBytes"], 1)
    faults.whole("limits.concurrency", filled["concurrency"], 1, 1000)
    seconds = filled["timeoutSeconds"]
    if not is_number(seconds) or not 0 < seconds <= 86_400:
        faults.add("limits.timeoutSeconds", f"is {show(seconds)}; more than 0, at most 86400")
    return filled
