"""Folders written for the old system: config.py and model.py, run as they are."""

import contextlib
import hashlib
import os
import re
import runpy
import sys
import tempfile
from pathlib import Path
from typing import Any

from .manifest import MEDIA_TYPES, BadManifest, check_manifest

OBJECTS = Path("/app/objects")
"""Where models of the old system look for their objects."""
TIMEOUT_SECONDS = 900
"""A folder can't say how long its predictions take, and videos take long."""


def read_old_folder(folder: Path) -> dict[str, Any]:
    """The manifest of a folder, from its config.py. Raises BadManifest with the setting that is wrong."""
    settings = _run_config(folder / "config.py")
    name = settings.get("model_name")
    version = settings.get("model_version")
    document = {
        "protocol": "assay/1",
        "name": _make_name(name),
        "title": name if isinstance(name, str) else "",
        "version": f"0.0.0+{hash_folder(folder)[:12]}" if version is None else version,
        "accepts": [_check_type(settings.get("model_type"))],
        "tags": _split_tags(settings.get("model_tags")),
        "limits": {"timeoutSeconds": TIMEOUT_SECONDS},
    }
    try:
        return check_manifest(document)
    except BadManifest as error:
        raise BadManifest(*(f"config.py: model_{fault}" for fault in error.faults)) from error


def make_objects_folder() -> tuple[Path, str | None]:
    """/app/objects, or, where it can't be, the folder for temporary files and a sentence that says why."""
    try:
        OBJECTS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=OBJECTS):
            return OBJECTS, None
    except OSError as error:
        why = f"{OBJECTS} can't be written to here ({error.strerror}): run the folder as root or in its container"
        return Path(tempfile.gettempdir()), why


def hash_folder(folder: Path) -> str:
    """SHA-256 over the paths and bytes of the folder's files, without what Python, git and editors leave there."""
    total = hashlib.sha256()
    for path in sorted(_list_files(folder)):
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        total.update(f"{path.relative_to(folder).as_posix()}\0{digest.hexdigest()}\n".encode())
    return total.hexdigest()


def _list_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _is_left_out(Path(place, name))]
        found += [Path(place, name) for name in files if not name.startswith(".") and not name.endswith(".pyc")]
    return [path for path in found if path.is_file()]


def _is_left_out(folder: Path) -> bool:
    hidden = folder.name == "__pycache__" or folder.name.startswith(".")
    return hidden or folder == OBJECTS or (folder / "pyvenv.cfg").exists()


def _run_config(file: Path) -> dict[str, Any]:
    sys.path.insert(0, str(file.parent))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return runpy.run_path(str(file))
    except (Exception, SystemExit) as error:
        raise BadManifest(f"{file} can't be run: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(file.parent))


def _make_name(name: Any) -> Any:
    """Names were free text: `Face Detect-2` is served as `face_detect_2`. What is no text is left for the check to refuse."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") if isinstance(name, str) else name


def _check_type(model_type: Any) -> str:
    if model_type in MEDIA_TYPES:
        return model_type
    shown = "missing" if model_type is None else repr(model_type)
    raise BadManifest(f"config.py: model_type is {shown}; allowed: {', '.join(MEDIA_TYPES)}")


def _split_tags(tags: Any) -> list[str]:
    if tags is None:
        return []
    if not isinstance(tags, str):
        raise BadManifest(f"config.py: model_tags is {tags!r}; allowed: a text of tags with commas between them")
    return [tag.strip() for tag in tags.split(",") if tag.strip()]
