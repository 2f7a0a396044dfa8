from typing import NamedTuple

import numpy
from weights import Weights

SIDE = 224
"""Pixels of the square that the net looks at."""

# Kernel, stride and count of each stage's blocks: EfficientNet-lite0 (Tan and Le 2019, and TensorFlow's lite_model.py).
_STAGES = ((3, 1, 1), (3, 2, 2), (5, 2, 2), (3, 2, 3), (5, 1, 3), (5, 2, 4), (3, 1, 1))
_EPSILON = 1e-3


class _Convolution(NamedTuple):
    """With its batch normalisation folded in."""

    weight: numpy.ndarray
    bias: numpy.ndarray


class _Block(NamedTuple):
    expand: _Convolution | None
    depthwise: _Convolution
    stride: int
    project: _Convolution


class EfficientNetLite0:
    """Says of a picture how likely each of ImageNet's 1000 classes is. Pictures and layers are rows, columns, channels."""

    def __init__(self, weights: Weights):
        self._stem = _fold(weights, "_conv_stem", "_bn0")
        self._blocks = []
        strides = [stride if i == 0 else 1 for _, stride, count in _STAGES for i in range(count)]
        for i, stride in enumerate(strides):
            block = f"_blocks.{i}."
            # The first block has nothing to widen.
            expand = _pointwise(weights, block + "_expand_conv", block + "_bn0") if i > 0 else None
            depthwise = _fold(weights, block + "_depthwise_conv", block + "_bn1")
            project = _pointwise(weights, block + "_project_conv", block + "_bn2")
            self._blocks.append(_Block(expand, depthwise._replace(weight=depthwise.weight[:, :, 0]), stride, project))
        self._head = _pointwise(weights, "_conv_head", "_bn1")
        self._classify = _Convolution(numpy.ascontiguousarray(weights["_fc.weight"].T), weights["_fc.bias"])

    def score(self, picture: numpy.ndarray) -> numpy.ndarray:
        """The likelihood of each class, together 1, of a picture of SIDE x SIDE x 3 bytes."""
        layer = _stem((picture.astype(numpy.float32) - 127) / 128, self._stem)
        for expand, depthwise, stride, project in self._blocks:
            inner = layer if expand is None else _relu6(_mix(layer, expand))
            made = _mix(_relu6(_depthwise(inner, depthwise, stride)), project)
            layer = made + layer if made.shape == layer.shape else made
        features = _relu6(_mix(layer, self._head)).mean(axis=(0, 1))
        logits = features @ self._classify.weight + self._classify.bias
        likelihoods = numpy.exp(logits - logits.max())
        return likelihoods / likelihoods.sum()


def _fold(weights: Weights, convolution: str, norm: str) -> _Convolution:
    """Rows, columns, channels in, channels out; of a depthwise one: rows, columns, 1, channels."""
    scale = weights[f"{norm}.weight"] / numpy.sqrt(weights[f"{norm}.running_var"] + _EPSILON)
    weight = weights[f"{convolution}.weight"] * scale[:, None, None, None]
    order = (2, 3, 1, 0)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return _Convolution(numpy.ascontiguousarray(weight.transpose(order)), bias)


def _pointwise(weights: Weights, convolution: str, norm: str) -> _Convolution:
    folded = _fold(weights, convolution, norm)
    return folded._replace(weight=folded.weight[0, 0])


def _relu6(layer: numpy.ndarray) -> numpy.ndarray:
    return numpy.clip(layer, 0, 6, out=layer)


def _mix(layer: numpy.ndarray, convolution: _Convolution) -> numpy.ndarray:
    made = layer @ convolution.weight
    made += convolution.bias
    return made


def _shifted(layer: numpy.ndarray, kernel: int, stride: int):
    """For each place of the kernel the part of the layer that it meets; padded as TensorFlow does, more at the end."""
    rows = -(-layer.shape[0] // stride)
    span = (rows - 1) * stride + 1
    padding = max(0, span + kernel - 1 - layer.shape[0])
    edges = (padding // 2, padding - padding // 2)
    padded = numpy.pad(layer, (edges, edges, (0, 0)))
    for y in range(kernel):
        for x in range(kernel):
            yield y, x, padded[y : y + span : stride, x : x + span : stride]


def _depthwise(layer: numpy.ndarray, convolution: _Convolution, stride: int) -> numpy.ndarray:
    made: numpy.ndarray | None = None
    product: numpy.ndarray | None = None
    for y, x, part in _shifted(layer, len(convolution.weight), stride):
        product = numpy.multiply(part, convolution.weight[y, x], out=product)
        made = product + convolution.bias if made is None else numpy.add(made, product, out=made)
    assert made is not None
    return made


def _stem(picture: numpy.ndarray, convolution: _Convolution) -> numpy.ndarray:
    made = sum(part @ convolution.weight[y, x] for y, x, part in _shifted(picture, 3, 2))
    return _relu6(made + convolution.bias)
