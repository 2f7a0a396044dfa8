import re
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def make_storable(value: Any) -> Any:
    """
    The value with U+FFFD in the place of each NUL and each half of a surrogate pair in its texts. A piece of somebody's
    text may have them, JSON and databases can't keep them, and the model is not at fault. Lengths stay.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, (list, tuple)):
        return [make_storable(each) for each in value]
    if isinstance(value, dict):
        return {key: make_storable(each) for key, each in value.items()}
    return value
