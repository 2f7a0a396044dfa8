import asyncio
from collections.abc import Callable
from typing import Any

from .messages import Message
from .prediction_process import FailedToStart, PredictionProcess


class PredictionPool:
    """
    At most `size` prediction processes. The first starts at once; another only when all are at work, so that a model
    that is asked for one object at a time costs the memory of one.
    """

    def __init__(self, source: dict[str, Any], size: int):
        self._source = source
        self._size = size
        self._idle: list[PredictionProcess] = []
        self._all: set[PredictionProcess] = set()
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self._taken

    @property
    def busy(self) -> bool:
        return self._taken >= self._size

    async def start(self, abort: "asyncio.Future[str]") -> None:
        """Starts the first process. Raises FailedToStart when the model can't be loaded or its `init` raises."""
        self._idle.append(await self._start_process(abort))

    def take(self) -> Callable[[], None] | None:
        """A place for one prediction, or None when there is none. Call the returned function once to give it back."""
        if self.busy:
            return None
        self._taken += 1

        def give_back() -> None:
            self._taken -= 1

        return give_back

    async def predict(self, model_object: Message, abort: "asyncio.Future[str]") -> Message:
        """Predicts in an idle process; for whoever has taken a place."""
        try:
            process = await self._take_living() or await self._start_process(abort)
        except (FailedToStart, OSError) as error:
            message = f"No process for the prediction could be started: {error}"
            return {"kind": "error", "message": message, "stack": getattr(error, "stack", None)}
        message = await process.predict(model_object, abort)
        if process.alive:
            self._idle.append(process)
        else:
            await self._remove(process)
        return message

    async def end(self) -> None:
        await asyncio.gather(*(self._remove(process) for process in list(self._all)))

    async def _take_living(self) -> PredictionProcess | None:
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            await self._remove(process)
        return None

    async def _start_process(self, abort: "asyncio.Future[str]") -> PredictionProcess:
        process = await PredictionProcess.start(self._source, abort)
        self._all.add(process)
        return process

    async def _remove(self, process: PredictionProcess) -> None:
        self._all.discard(process)
        await process.end()
