"""One deadline, re-armed lazily: a timer that is set later keeps the old one and looks again when it fires."""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow


class Deadline:
    """Calls `on_due` once when its time has come."""

    def __init__(self, on_due: Callable[[], None], summary: str) -> None:
        self._at: datetime | None = None
        self._on_due = on_due
        self._summary = summary

    def set(self, at: datetime | None) -> None:
        """Move the deadline, or lift it."""
        self._at = at

    async def run(self) -> None:
        """For ever. A deadline in the past is due at once."""
        while True:
            await workflow.wait_condition(lambda: self._at is not None)
            armed = self._at
            if armed is None:
                continue
            await self._sleep_until(armed)
            if self._at is not None and self._at <= workflow.now():
                self._at = None
                self._on_due()

    async def _sleep_until(self, armed: datetime) -> None:
        """Until `armed`, or until the deadline is moved before it."""
        delay = max(armed - workflow.now(), timedelta(0))
        try:
            await workflow.wait_condition(
                lambda: self._at is not None and self._at < armed,
                timeout=delay,
                timeout_summary=self._summary,
            )
        except TimeoutError:
            return
