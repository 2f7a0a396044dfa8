import datetime
import json
import sys
import traceback
from typing import Any


def log(level: str, message: str, **facts: Any) -> None:
    """One JSON line to stderr; what is None stays out."""
    time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    known = {key: value for key, value in facts.items() if value is not None}
    print(json.dumps({"level": level, "time": time, "message": message, **known}), file=sys.stderr, flush=True)


def describe_error(error: BaseException) -> str:
    """Its type and what it says, as the last line of a traceback has them."""
    return "".join(traceback.format_exception_only(type(error), error)).strip()
