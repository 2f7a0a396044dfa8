import os

# Several threads wait for one another much longer than they help where other models work too.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
from assay_kit import ModelObject
from assay_kit.pictures import decode_image
from efficientnet import SIDE, EfficientNetLite0
from judge_scene import judge_scene
from PIL import Image
from weights import load_weights

net: EfficientNetLite0 | None = None


def init() -> None:
    global net
    net = EfficientNetLite0(load_weights())


def predict(object: ModelObject):
    assert net is not None
    picture = decode_image(object.path, 4 * SIDE)
    likelihoods = numpy.mean([net.score(square) for square in cut_squares(picture)], axis=0)
    return {"result": judge_scene(likelihoods)}


def cut_squares(picture: Image.Image) -> list[numpy.ndarray]:
    """One of a picture that is nearly square; else two to four, which reach from one end to the other."""
    width, height = picture.size
    side = min(width, height)
    count = min(4, max(1, round(max(width, height) / side + 0.4)))
    squares = []
    for i in range(count):
        along = 0.5 if count == 1 else i / (count - 1)
        left, top = (width - side) * along, (height - side) * along
        box = (left, top, left + side, top + side)
        squares.append(numpy.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box)))
    return squares
