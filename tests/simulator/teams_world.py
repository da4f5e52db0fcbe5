"""One bot at the simulated Teams, and the channel that speaks for it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from domain.receipts import Receipt
from platforms.base import OutboundMessage, WebhookRequest
from platforms.teams.account import TeamsAccount as ChannelAccount
from platforms.teams.platform import Teams
from simulator import clock
from simulator.schemas import Posted
from simulator.teams.account import TeamsAccount
from tests.simulator.harness import Received, World

APP = "4f6d2c1e-7b3a-4e59-8c0d-1a2b3c4d5e01"
TENANT = "9a8b7c6d-5e4f-4a3b-9c2d-1e0f2a3b4c5d"
SECRET = "secret-of-the-bot-1"
ANA, BIA = "29:1ana-lima-at-this-bot", "29:1bia-mota-at-this-bot"
GROUP = "19:4d1f@thread.v2"
CHANNEL = "19:7c2e@thread.tacv2"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
SCOPE = "https://api.botframework.com/.default"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def account(base: str, webhook_url: str, **changed: Any) -> TeamsAccount:
    known = {
        "tenant_id": TENANT,
        "client_secret": SECRET,
        "api_base": base,
        "name": "Padaria",
        "webhook_url": webhook_url,
    }
    return TeamsAccount.model_validate({**known, **changed})


def settings(base: str, **changed: Any) -> dict[str, Any]:
    """The channel's, as an administrator enters them."""
    known = {
        "app_id": APP,
        "tenant_id": TENANT,
        "client_secret": SECRET,
        "api_base": base,
    }
    return {**known, **changed}


class TeamsWorld:
    """A running simulator with the bot, and our adapter beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.adapter = Teams()
        self.base = world.control.url_of("teams")
        self.channel = ChannelAccount.model_validate(settings(self.base))

    async def register(self, app_id: str = APP, **changed: Any) -> None:
        url = f"{self.world.receiver.url}/hooks/teams"
        known = account(self.base, url, **changed)
        await self.world.control.put_account("teams", app_id, known)

    async def say(self, text: str = "oi", **fields: Any) -> Posted:
        frame = {"platform": "teams", "account": APP, "from": ANA, "name": "Ana Lima"}
        return await self.world.say(text, **{**frame, **fields})

    async def ask_token(self, *, tenant: str = TENANT, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": SECRET,
            "scope": SCOPE,
        }
        url = f"{self.base}/{tenant}/oauth2/v2.0/token"
        return await self.world.http.post(url, data={**form, **changed})

    async def token(self, **changed: str) -> str:
        given: str = (await self.ask_token(**changed)).json()["access_token"]
        return given

    async def call(
        self, method: str, path: str, token: str | None = None, **how: Any
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token or await self.token()}"}
        return await self.world.http.request(method, self.base + path, headers=headers, **how)

    async def write(self, conversation: str, **activity: Any) -> httpx.Response:
        path = f"/v3/conversations/{conversation}/activities"
        return await self.call("POST", path, json={"type": "message", **activity})

    async def send(
        self,
        content: dict[str, Any] | str,
        address: str,
        load: Callable[[str], Awaitable[bytes]] | None = None,
        **fields: Any,
    ) -> Receipt:
        """By our adapter. Raises its `DeliveryError`."""
        value = {"type": "text", "text": content} if isinstance(content, str) else content
        message = OutboundMessage(
            **{
                "id": MESSAGE_ID,
                "address": address,
                "content": _CONTENT.validate_python(value),
                **fields,
            }
        )
        return await self.adapter.send(self.world.http, self.channel, message, load or _no_files)

    async def keys(self) -> dict[str, Any]:
        published = await self.world.http.get(f"{self.base}/v1/.well-known/keys")
        return {key["kid"]: key for key in published.json()["keys"]}

    async def events(self, received: Received, keys: dict[str, Any] | None = None) -> Any:
        """What our adapter makes of a webhook, once it has found its proof right."""
        request = WebhookRequest(
            headers=received.headers,
            body=received.body,
            received_at=clock.now(),
            keys=keys if keys is not None else await self.keys(),
        )
        self.adapter.verify(request, self.channel)
        return self.adapter.parse(request)

    async def told(self) -> InboundEvent:
        """The newest webhook, of one event."""
        (event,) = await self.events(self.world.receiver.received[-1])
        assert isinstance(event, InboundEvent)
        return event

    async def chat(self, **fields: Any) -> str:
        """Where somebody has just written; that webhook is forgotten."""
        await self.say(**fields)
        event = await self.told()
        self.world.receiver.received.clear()
        assert event.sender is not None
        return event.sender.address

    async def change_key(self, **how: Any) -> dict[str, Any]:
        url = f"{self.world.control.base_url}/control/teams/signing_key"
        changed: dict[str, Any] = (await self.world.http.post(url, json=how)).json()
        return changed


async def _no_files(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")
