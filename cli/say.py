"""Plays a customer through the simulator: says something, then shows every answer as it comes."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.client import SimulatorClient, SimulatorError
from simulator.schemas import Choice, Entry, Option, PlatformKey, Posted, Say

QUIET_SECONDS = 1.5
"""Without a further answer for this long, the other side has finished."""
WAIT_SECONDS = 10.0
ATTEMPTS = 5
"""How often a webhook is posted before we say that nobody takes it: about three seconds."""

Emit = Callable[[dict[str, Any]], None]


class _Customer:
    """One customer of one account, and how far they have read."""

    def __init__(self, simulator: SimulatorClient, platform: PlatformKey, account: str) -> None:
        self._simulator = simulator
        self._platform: PlatformKey = platform
        self._account = account
        self._read = 0
        self.last: Entry | None = None
        """The newest answer that offers something to press."""

    async def start(self, sender: str) -> None:
        """Answers from before are not shown, but their buttons can be pressed."""
        self._read = await self._simulator.last_seq()
        for entry in await self._entries(sender, after=0, wait=0):
            self.last = entry if entry.options else self.last

    async def send(self, order: Say) -> str:
        """The customer's address. Raises `SimulatorError` when the webhook is not accepted."""
        posted = await self._simulator.say(order)
        if not posted.accepted:
            raise SimulatorError(_refusal(posted))
        return posted.contact or order.sender

    async def listen(self, address: str, wait: float, emit: Emit) -> None:
        """Show answers until it is quiet; the first may take `wait` seconds."""
        patience = wait
        while True:
            entries = await self._entries(address, after=self._read, wait=patience)
            if not entries:
                return
            for entry in entries:
                emit(_shown(entry))
                self._read = entry.seq
                self.last = entry if entry.options else self.last
            patience = QUIET_SECONDS

    async def _entries(self, to: str, *, after: int, wait: float) -> list[Entry]:
        return await self._simulator.ledger(
            platform=self._platform, account=self._account, to=to, after=after, wait=min(wait, 60)
        )


def _shown(entry: Entry) -> dict[str, Any]:
    fields = {"platform", "to", "external_id", "type", "text", "options"}
    return entry.model_dump(mode="json", include=fields)


def _refusal(posted: Posted) -> str:
    reason = posted.error or f"it answered {posted.status}"
    return f"the webhook was not accepted after {posted.deliveries} attempts: {reason}"


class NotOffered(Exception):
    """The customer wants to press what nobody offered."""


def chosen(offered: Sequence[Option], press: str) -> Option:
    """The option with that id or title. Raises `NotOffered`."""
    wanted = press.strip().casefold()
    for option in offered:
        if wanted in (option.id.casefold(), option.title.casefold()):
            return option
    titles = ", ".join(option.title for option in offered) or "nothing"
    raise NotOffered(f"there is no option {press!r} to press; offered: {titles}")


async def say(  # noqa: PLR0913  one argument for each option of the command
    platform: PlatformKey,
    sender: str,
    texts: Sequence[str],
    *,
    wait: float = WAIT_SECONDS,
    simulator: SimulatorClient,
    account: str,
    emit: Emit,
    press: str | None = None,
) -> int:
    """Say each text in order, then press an option if asked; returns the exit code.

    After each, every answer is emitted as it comes, until there was none for 1.5 s after the last one,
    or none at all for `wait` seconds. What goes wrong is emitted as `{"error": …}`, and the code is 1.
    """
    customer = _Customer(simulator, platform, account)
    frame = {"platform": platform, "account": account, "sender": sender, "attempts": ATTEMPTS}
    try:
        await customer.start(sender)
        for text in texts:
            address = await customer.send(Say(**frame, text=text))
            await customer.listen(address, wait, emit)
        if press is not None:
            option = chosen(customer.last.options if customer.last else [], press)
            order = Say(**frame, choice=Choice(id=option.id, title=option.title))
            await customer.listen(await customer.send(order), wait, emit)
    except (SimulatorError, NotOffered) as error:
        emit({"error": str(error)})
        return 1
    return 0
