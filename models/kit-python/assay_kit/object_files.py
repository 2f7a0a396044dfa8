import os
import re
import secrets
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
                file.unlink(missing_ok=True)

    def new_path(self) -> str:
        return str(self.folder / f"{self._prefix}{os.getpid()}-{secrets.token_hex(8)}")

    def close(self) -> None:
        for file in self._list():
            if file.name.startswith(f"{self._prefix}{os.getpid()}-"):
                file.unlink(missing_ok=True)

    def _list(self) -> list[Path]:
        return [file for file in self.folder.iterdir() if file.name.startswith(self._prefix) and file.is_file()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
