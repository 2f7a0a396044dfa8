import importlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from .log import describe_error, log
from .object_fault import is_object_fault
from .predictor import CannotPredict, ModelObject

Predictor = Callable[[ModelObject], Any]


class BadPredictor(Exception):
    """The folder's code lacks what a model has to have; the message says what."""


def load_predictor(source: dict[str, Any]) -> Predictor:
    """Imports the folder's code, with the folder as working directory, and runs its `init`."""
    os.chdir(source["folder"])
    sys.path[0] = source["folder"]
    return _load_old(source) if source["kind"] == "old" else _load(source)


def _load(source: dict[str, Any]) -> Predictor:
    module = importlib.import_module("predict")
    predict = _get_function(source, module, "predict")
    if hasattr(module, "init"):
        _get_function(source, module, "init")()
    return predict


def _load_old(source: dict[str, Any]) -> Predictor:
    module = importlib.import_module("model")
    predict = _get_function(source, module, "predict")
    _get_function(source, module, "init")()
    os.chdir(source["objects"])
    return lambda model_object: _predict_old(source, predict, model_object)


def _predict_old(source: dict[str, Any], predict: Callable[[str], Any], model_object: ModelObject) -> Any:
    about_text = source["accepts"] == ["text"]
    given = model_object.text() if about_text else Path(model_object.path).name
    try:
        return predict(given)
    except Exception as error:
        message = describe_error(error)
        if source["lack"] and not about_text:
            # A model that opens /app/objects may say of a sound object that it can't be read.
            raise BadPredictor(f"{message} (perhaps because {source['lack']})") from error
        if not is_object_fault(error):
            raise
        log("warn", message, sha256=model_object.sha256, stack="".join(traceback.format_exception(error)))
        raise CannotPredict(message) from error


def _get_function(source: dict[str, Any], module: ModuleType, name: str) -> Callable[..., Any]:
    file = f"{module.__name__}.py"
    found = getattr(module, name, None)
    if Path(module.__file__ or "").resolve().parent != Path(source["folder"]).resolve():
        raise BadPredictor(f"{source['folder']} has no {file}")
    if found is None:
        raise BadPredictor(f"{file} has no function {name}()")
    if not callable(found):
        raise BadPredictor(f"{name} in {file} is not a function")
    return found
