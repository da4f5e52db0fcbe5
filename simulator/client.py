"""A typed client of the control API, for tests, benchmarks and the command line."""

from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import TypeAdapter

from simulator.schemas import (
    ContactChange,
    DeliveryCounts,
    Entry,
    Fault,
    Order,
    PlatformKey,
    Post,
    Posted,
    ReceiptPolicy,
    Say,
    SimulatedAccount,
    TelegramAccount,
    Verified,
    WhatsAppAccount,
)

_ENTRIES = TypeAdapter(list[Entry])
PATIENCE = 300.0
"""Seconds: a `say` that waits is answered only after its last redelivery."""


class SimulatorError(Exception):
    """The simulator refused an order, or cannot be reached."""


class SimulatorClient:
    """One simulator, at its base URL. Every method raises `SimulatorError`."""

    def __init__(self, base_url: str, client: httpx.AsyncClient | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._client = client or httpx.AsyncClient(
            timeout=httpx.Timeout(PATIENCE, connect=5, pool=None),
            trust_env=False,
            limits=httpx.Limits(max_connections=None),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    def url_of(self, platform: PlatformKey) -> str:
        """The base that a channel of that platform is configured with."""
        return f"{self.base_url}/{platform}"

    async def put_account(
        self, platform: PlatformKey, account_id: str, account: SimulatedAccount
    ) -> None:
        await self._call("PUT", f"/control/accounts/{platform}/{account_id}", account)

    @property
    def whatsapp_url(self) -> str:
        """The base that a WhatsApp channel is configured with."""
        return self.url_of("whatsapp")

    @property
    def telegram_url(self) -> str:
        """The base that a Telegram channel is configured with."""
        return self.url_of("telegram")

    async def health(self) -> bool:
        answer: dict[str, str] = await self._call("GET", "/health")
        return answer == {"status": "ok"}

    async def put_whatsapp_account(self, account_id: str, account: WhatsAppAccount) -> None:
        await self.put_account("whatsapp", account_id, account)

    async def put_telegram_account(self, bot_id: str, account: TelegramAccount) -> None:
        await self.put_account("telegram", bot_id, account)

    async def verify_webhook(self, account_id: str, platform: PlatformKey = "whatsapp") -> Verified:
        """Make Meta's check of the account's webhook URL."""
        path = f"/control/accounts/{platform}/{account_id}/verify"
        return Verified.model_validate(await self._call("POST", path))

    async def ledger(
        self,
        *,
        platform: PlatformKey | None = None,
        account: str | None = None,
        to: str | None = None,
        after: int = 0,
        wait: float = 0,
    ) -> list[Entry]:
        """Accepted sends after that number; waits up to `wait` seconds (at most 60) for the first."""
        filters = {"platform": platform, "account": account, "to": to}
        query: dict[str, Any] = {k: value for k, value in filters.items() if value is not None}
        return _ENTRIES.validate_python(
            await self._call(
                "GET", "/control/ledger", query={"after": after, "wait": wait, **query}
            )
        )

    async def last_seq(self) -> int:
        """The number of the newest ledger entry."""
        answer: dict[str, int] = await self._call("GET", "/control/ledger/last")
        return answer["seq"]

    async def arm(self, fault: Fault) -> None:
        await self._call("POST", "/control/faults", fault)

    async def disarm(self) -> None:
        """Drop every armed fault."""
        await self._call("DELETE", "/control/faults")

    async def set_receipts(self, policy: ReceiptPolicy) -> None:
        await self._call("PUT", "/control/receipts", policy)

    async def say(self, order: Say) -> Posted:
        return Posted.model_validate(await self._call("POST", "/control/say", order))

    async def post(self, order: Post) -> Posted:
        return Posted.model_validate(await self._call("POST", "/control/post", order))

    async def change_contact(self, change: ContactChange) -> Posted:
        return Posted.model_validate(await self._call("PUT", "/control/contacts", change))

    async def deliveries(self) -> DeliveryCounts:
        return DeliveryCounts.model_validate(await self._call("GET", "/control/deliveries"))

    async def reset(self) -> None:
        await self._call("POST", "/control/reset")

    async def _call(
        self,
        method: str,
        path: str,
        order: Order | None = None,
        query: dict[str, Any] | None = None,
    ) -> Any:
        body = None if order is None else order.model_dump(mode="json", by_alias=True)
        try:
            response = await self._client.request(
                method, self.base_url + path, json=body, params=query
            )
        except httpx.HTTPError as error:
            raise SimulatorError(
                f"the simulator does not answer: {type(error).__name__}"
            ) from error
        if response.is_error:
            raise SimulatorError(f"the simulator answered {response.status_code}: {response.text}")
        return response.json()
