"""The server side of the model protocol assay/1, for models in Python."""

from .predictor import CannotPredict, ModelObject

__all__ = ["CannotPredict", "ModelObject"]
