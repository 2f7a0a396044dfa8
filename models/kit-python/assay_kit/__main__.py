import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from .log import log
from .manifest import BadManifest, read_manifest
from .old_folder import make_objects_folder, read_old_folder
from .registration import BadRegistration
from .serve import BadAddress, serve

EPILOG = """\
FOLDER holds model.json and predict.py, or config.py and model.py as the old system had them. HOST (127.0.0.1) and PORT
(any free one) say where to listen. Ctrl-C or SIGTERM stops it.
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m assay_kit",
        description="Serve a folder with a model over the protocol assay/1.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path("."), metavar="FOLDER")
    folder = parser.parse_args().folder.resolve()
    try:
        asyncio.run(serve(*_open_folder(folder)))
    except (BadManifest, BadAddress, BadRegistration) as error:
        log("error", str(error))
        return 1
    return 0


def _open_folder(folder: Path) -> tuple[dict[str, Any], dict[str, Any], Path]:
    """The manifest, what a prediction process needs to know of the folder, and where bodies are kept."""
    if (folder / "model.json").exists():
        manifest = read_manifest(folder / "model.json")
        source = {"kind": "own", "folder": str(folder), "classes": manifest["classes"], "emits": manifest["emits"]}
        return manifest, source, Path(tempfile.gettempdir())
    if (folder / "config.py").exists():
        manifest = read_old_folder(folder)
        objects, lack = make_objects_folder()
        if lack:
            log("warn", lack)
        source = {"kind": "old", "folder": str(folder), "classes": [], "emits": [], "accepts": manifest["accepts"]}
        return manifest, {**source, "objects": str(objects), "lack": lack}, objects
    raise BadManifest(f"{folder} is no model: it has neither model.json nor config.py")


if __name__ == "__main__":
    sys.exit(main())
