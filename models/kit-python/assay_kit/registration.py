import json
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import NamedTuple, Optional

from .log import log

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class BadRegistration(Exception):
    """What the environment says of registering can't be done; the message says why."""


class Registration(NamedTuple):
    assay: str
    """Where Assay is."""
    api_key: str
    url: str
    """Where Assay's workers reach this model."""


def read_registration(url: str) -> Optional[Registration]:
    """From ASSAY_REGISTER_URL, ASSAY_API_KEY and ASSAY_MODEL_URL (`url`, unless it is set); None: not asked for."""
    assay = os.environ.get("ASSAY_REGISTER_URL")
    own = os.environ.get("ASSAY_MODEL_URL")
    api_key = os.environ.get("ASSAY_API_KEY")
    if not assay:
        return None
    for name, value in (("ASSAY_REGISTER_URL", assay), ("ASSAY_MODEL_URL", own or url)):
        if urllib.parse.urlsplit(value).scheme not in ("http", "https"):
            raise BadRegistration(f"{name} is {json.dumps(value)}: not a URL")
    if not api_key:
        raise BadRegistration(
            "ASSAY_REGISTER_URL is set and ASSAY_API_KEY is not: a key with the scope models:register"
        )
    return Registration(assay.rstrip("/"), api_key, own or url)


def begin_to_register(registration: Registration) -> None:
    """Says to Assay where this model is until it is taken: Assay may start later, and a key may be made later."""
    # Nobody waits for it at the end.
    threading.Thread(target=_register_itself, args=[registration], daemon=True).start()


def _register_itself(registration: Registration) -> None:
    pause, said = FIRST_PAUSE_SECONDS, ""
    while True:
        refusal = _ask_to_register(registration)
        if refusal is None:
            message = f"registered at {registration.assay} as {registration.url}"
            print(json.dumps({"level": "info", "message": message}), flush=True)
            return
        if refusal != said:
            log("error", "not registered yet; trying again", assay=registration.assay, detail=refusal)
        said = refusal
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


class _StayThere(urllib.request.HTTPRedirectHandler):
    """A key goes to who it was made for, and to nobody that sends us on."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_StayThere)


def _ask_to_register(registration: Registration) -> Optional[str]:
    """None: it is registered."""
    request = urllib.request.Request(
        f"{registration.assay}/model/register",
        data=json.dumps({"url": registration.url}).encode(),
        headers={"content-type": "application/json", "x-api-key": registration.api_key},
    )
    try:
        with _opener.open(request, timeout=30):
            return None
    except urllib.error.HTTPError as error:
        try:
            return str(json.load(error)["error"]["message"])
        except (ValueError, KeyError, TypeError):
            return f"It answered {error.code}"
    except OSError as error:
        return str(error)
