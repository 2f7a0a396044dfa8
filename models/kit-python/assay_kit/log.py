import datetime
import json
import sys
from typing import Any


def log(level: str, message: str, **facts: Any) -> None:
    """One JSON line to stderr; what is None stays out."""
    time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    known = {key: value for key, value in facts.items() if value is not None}
    print(json.dumps({"level": level, "time": time, "message": message, **known}), file=sys.stderr, flush=True)
