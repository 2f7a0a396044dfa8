import threading
from dataclasses import dataclass, field


class CannotPredict(Exception):
    """
    Raised by `predict` when this object can't be predicted and never will be: it can't be decoded, it is of another
    type, it is too large. The pipeline shows the message to people as it is.
    """


@dataclass(frozen=True)
class ModelObject:
    """The object to predict. Its bytes are in a temporary file that is removed after the prediction."""

    path: str
    """A file with the object's bytes. It has no extension."""
    folder: str
    """Of a model that emits: an empty folder for this prediction alone, gone after the answer. What it makes goes in here."""
    size: int
    """Bytes; never 0."""
    sha256: str | None
    """As the pipeline states it; None when somebody else calls."""
    prediction: str | None
    """An id, the same on every attempt."""
    file_name: str | None
    """A hint only, and written by a stranger."""
    mime: str | None
    """As the pipeline detected it."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set when nobody waits any more or time is up. Half a second later the prediction's process is killed."""

    def bytes(self) -> bytes:
        with open(self.path, "rb") as file:
            return file.read()

    def text(self) -> str:
        """
        The bytes as UTF-8. A byte order mark stays, so that spans index the text as it was sent. Raises CannotPredict
        when they are not UTF-8.
        """
        try:
            return self.bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise CannotPredict("This is not text in UTF-8") from error
