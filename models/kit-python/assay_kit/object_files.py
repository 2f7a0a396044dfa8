import os
import re
import secrets
import shutil
from pathlib import Path


class ObjectFiles:
    """
    The files that hold the bodies of one server while they are predicted. What killed servers of the same model left
    behind is removed first: it may be evidence.
    """

    def __init__(self, folder: Path, model: str):
        self.folder = folder
        self._prefix = f"assay-{model}-"
        for file in self._list():
            owner = re.match(r"(\d+)-", file.name[len(self._prefix) :])
            # A server that finds its own number there was killed and started again in a container.
            if owner and (int(owner[1]) == os.getpid() or not _is_alive(int(owner[1]))):
                _remove(file)

    def new_path(self) -> str:
        return str(self.folder / f"{self._prefix}{os.getpid()}-{secrets.token_hex(8)}")

    def close(self) -> None:
        for file in self._list():
            if file.name.startswith(f"{self._prefix}{os.getpid()}-"):
                _remove(file)

    def _list(self) -> list[Path]:
        return [file for file in self.folder.iterdir() if file.name.startswith(self._prefix)]


def _remove(file: Path) -> None:
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file, ignore_errors=True)
    else:
        file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
