from starlette.responses import JSONResponse


class Refusal(Exception):
    """An answer that is not a prediction: its status, and a message for people. `retry_after` is in seconds."""

    def __init__(self, status: int, message: str, retry_after: int | None = None):
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        headers = None if self.retry_after is None else {"retry-after": str(self.retry_after)}
        return JSONResponse({"error": {"message": str(self)}}, self.status, headers)
