"""Posts webhooks as the platforms do: at least once, redelivered until accepted, in order per customer.

Real delays grow from a second to minutes (https://core.telegram.org/bots/api#setwebhook,
https://developers.facebook.com/docs/graph-api/webhooks/getting-started); here from 0.2 s to 2 s.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from simulator import clock
from simulator.background import Background
from simulator.schemas import DeliveryCounts, Posted

MAX_ATTEMPTS = 60
MAX_PENDING = 50_000
FIRST_DELAY = 0.2
LONGEST_DELAY = 2.0
PATIENCE = 10.0
TIMEOUT = httpx.Timeout(PATIENCE, pool=None)


class TooManyPending(Exception):
    """The receiver is so far behind that no further webhook is taken on."""


@dataclass(frozen=True)
class Webhook:
    """One body on its way. Every attempt carries the same bytes."""

    platform: str
    account: str
    lane: str
    """Webhooks of one lane are first posted one after the other."""
    body: bytes
    holds_lane: bool = False
    """Whether redelivery holds up the lane, too: then order is kept whatever happens."""
    attempts: int = MAX_ATTEMPTS
    """How often it is posted at most, unless whoever ordered it says otherwise."""
    patience: float = PATIENCE
    """Seconds in which it must be answered."""
    retry_headers: Callable[[int, str], dict[str, str]] | None = None
    """What a further attempt says of itself, by its number (from 1) and by what was wrong before."""


@dataclass(frozen=True)
class Target:
    """Where a webhook goes, and the headers that prove where it comes from."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Failure:
    """The last attempt of an account that was not accepted."""

    at: float
    problem: str


@dataclass
class _Progress:
    deliveries: int = 0
    status: int | None = None
    error: str | None = None
    problem: str = ""
    """What was wrong with the attempt before."""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def new_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=TIMEOUT,
        trust_env=False,
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        headers={"user-agent": "PyTake-simulator"},
    )


class Deliveries:
    """Every webhook that is being posted."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        background: Background,
        target: Callable[[Webhook], Target | None],
    ) -> None:
        self._client = client
        self._background = background
        self._target = target
        self._lanes: dict[tuple[str, str, str], tuple[asyncio.Lock, int]] = {}
        self._totals: Counter[str] = Counter()
        self._pending: Counter[tuple[str, str]] = Counter()
        self._last_error: dict[tuple[str, str], Failure] = {}

    def counts(self) -> DeliveryCounts:
        return DeliveryCounts(pending=sum(self._pending.values()), **self._totals)

    def pending_of(self, platform: str, account: str) -> int:
        return self._pending[platform, account]

    def last_error_of(self, platform: str, account: str) -> Failure | None:
        return self._last_error.get((platform, account))

    def start(self, webhook: Webhook, attempts: int | None = None) -> asyncio.Task[Posted]:
        """Begin to post; the task ends when the webhook is accepted or given up."""
        if self._pending.total() >= MAX_PENDING:
            self._totals["dropped"] += 1
            raise TooManyPending
        self._totals["posted"] += 1
        self._pending[webhook.platform, webhook.account] += 1
        return self._background.spawn(self._deliver(webhook, attempts or webhook.attempts))

    async def _deliver(self, webhook: Webhook, attempts: int) -> Posted:
        progress = _Progress()
        try:
            async with self._lane(webhook):
                await self._attempt(webhook, progress, attempts if webhook.holds_lane else 1)
            await self._attempt(webhook, progress, attempts)
        finally:
            self._pending[webhook.platform, webhook.account] -= 1
        self._totals["accepted" if progress.accepted else "given_up"] += 1
        return Posted(
            accepted=progress.accepted,
            status=progress.status,
            deliveries=progress.deliveries,
            error=progress.error,
        )

    async def _attempt(self, webhook: Webhook, progress: _Progress, until: int) -> None:
        """Go on posting until it is accepted or was posted `until` times in all."""
        while not progress.accepted and progress.deliveries < until:
            if progress.deliveries:
                self._totals["redelivered"] += 1
                delay = FIRST_DELAY * 2 ** min(progress.deliveries - 1, 10)
                await asyncio.sleep(min(delay, LONGEST_DELAY))
            progress.deliveries += 1
            await self._post(webhook, progress)
            if not progress.accepted:
                wrong = f"Wrong response from the webhook: {progress.status}"
                progress.problem = progress.error or wrong
                failure = Failure(clock.unix(), progress.problem)
                self._last_error[webhook.platform, webhook.account] = failure

    async def _post(self, webhook: Webhook, progress: _Progress) -> None:
        progress.status, progress.error = None, None
        target = self._target(webhook)
        if target is None:
            progress.error = "no webhook is set"
            return
        again: dict[str, str] = {}
        if progress.deliveries > 1 and webhook.retry_headers is not None:
            again = webhook.retry_headers(progress.deliveries - 1, progress.problem)
        try:
            response = await self._client.post(
                target.url,
                content=webhook.body,
                headers={"content-type": "application/json", **target.headers, **again},
                timeout=httpx.Timeout(webhook.patience, pool=None),
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            progress.error = f"{type(error).__name__}: {error}"
        else:
            progress.status = response.status_code

    @asynccontextmanager
    async def _lane(self, webhook: Webhook) -> AsyncIterator[None]:
        """Waits for its turn: an `asyncio.Lock` is fair. A lane without users is forgotten."""
        key = (webhook.platform, webhook.account, webhook.lane)
        lock, users = self._lanes.get(key, (asyncio.Lock(), 0))
        self._lanes[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._lanes.pop(key)
            if users > 1:
                self._lanes[key] = (lock, users - 1)
