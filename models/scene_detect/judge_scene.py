from typing import Any

import numpy
from scenes import SCENES

UNCLEAR = "unclear"
_LEAST_PLACES = 0.5
"""What all places together need, so that the picture is said to show one: more than all things together."""
_LEAST_SCENE = 0.25
_LEAST_LISTED = 0.05


def judge_scene(likelihoods: numpy.ndarray) -> dict[str, Any]:
    """The result, from how likely each of ImageNet's classes is."""
    scores = [(float(likelihoods[list(scene.imagenet)].sum()), scene) for scene in SCENES]
    # Equal ones stay in the order of the alphabet.
    scores.sort(key=lambda pair: -pair[0])
    places = sum(score for score, _ in scores)
    best, scene = scores[0]
    settings = {name: sum(score for score, s in scores if s.setting == name) for name in ("indoor", "outdoor")}
    setting = max(settings, key=lambda name: settings[name])
    is_place = places >= _LEAST_PLACES
    return {
        "scene": scene.name if is_place and best >= _LEAST_SCENE else UNCLEAR,
        "setting": setting if settings[setting] >= _LEAST_PLACES else UNCLEAR,
        "score": _round(best),
        "places": _round(places),
        "scenes": [scene.name for score, scene in scores if is_place and score >= _LEAST_LISTED],
    }


def _round(score: float) -> float:
    return round(min(1.0, score), 3)
