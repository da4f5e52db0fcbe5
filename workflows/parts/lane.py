"""A lane: work done one by one, in order, beside the main loop, so that a slow platform never stops the inbox."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from temporalio import workflow

Work = TypeVar("Work")


class Lane(Generic[Work]):
    """Performs what it is given, in order. The list belongs to the state that continue-as-new carries.

    While `held` says so it begins nothing new: what still waits is carried into the next run.
    """

    def __init__(
        self,
        waiting: list[Work],
        perform: Callable[[Work], Awaitable[None]],
        held: Callable[[], bool],
    ) -> None:
        self._waiting = waiting
        self._perform = perform
        self._held = held
        self._busy = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def busy(self) -> bool:
        """Something is being performed right now."""
        return self._busy

    def add(self, work: Work) -> None:
        self._waiting.append(work)

    async def run(self) -> None:
        """For ever. What is being performed stays in the list until it is done."""
        while True:
            await workflow.wait_condition(lambda: bool(self._waiting) and not self._held())
            self._busy = True
            await self._perform(self._waiting[0])
            self._waiting.pop(0)
            self._busy = False
