"""One app in one simulated workspace, and how a test speaks to its Web API."""

from typing import Any

import httpx

from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.slack.account import SlackAccount as ChannelAccount
from platforms.slack.platform import Slack
from simulator import clock
from simulator.schemas import Posted
from simulator.slack.account import SlackAccount
from tests.simulator.harness import Received, World

TEAM = "T0PADARIA"
TOKEN = "xoxb-padaria-one"
SECRET = "signing-secret-one"
USER = "U0ANA"
DM = "DU0ANA"
SHOP = "C0BALCAO"


def account(sim: World, **fields: Any) -> SlackAccount:
    known: dict[str, Any] = {
        "bot_token": TOKEN,
        "signing_secret": SECRET,
        "app_id": "A0PADARIA",
        "bot_user_id": "U0BOT",
        "bot_id": "B0BOT",
        "name": "padaria",
        "channels": {SHOP: "member", "C0OUTRA": "stranger", "C0VELHA": "archived"},
        "webhook_url": f"{sim.receiver.url}/hooks/slack",
        "api_base": f"{sim.control.base_url}/slack",
    }
    return SlackAccount.model_validate({**known, **fields})


async def say(sim: World, text: str = "oi", **fields: Any) -> Posted:
    frame = {"platform": "slack", "account": TEAM, "from": USER, "name": "Ana", **fields}
    return await sim.say(text, **frame)


async def call(
    sim: World, method: str, *, token: str | None = TOKEN, **how: Any
) -> tuple[int, dict[str, Any]]:
    response = await raw_call(sim, method, token=token, **how)
    return response.status_code, response.json()


async def raw_call(
    sim: World, method: str, *, token: str | None = TOKEN, **how: Any
) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token is not None else {}
    if "json" in how:
        headers["content-type"] = "application/json; charset=utf-8"
    url = f"{sim.control.base_url}/slack/api/{method}"
    return await sim.http.post(url, headers={**headers, **how.pop("headers", {})}, **how)


async def write(sim: World, **fields: Any) -> dict[str, Any]:
    """The answer to a message to Ana."""
    _, body = await call(sim, "chat.postMessage", json={"channel": DM, "text": "olá", **fields})
    return body


def channel_account(sim: World) -> ChannelAccount:
    return ChannelAccount.model_validate(
        {
            "team_id": TEAM,
            "app_id": "A0PADARIA",
            "bot_token": TOKEN,
            "signing_secret": SECRET,
            "api_base": f"{sim.control.base_url}/slack",
        }
    )


def events_of(sim: World, received: Received) -> list[InboundEvent]:
    """What our adapter makes of a webhook, once it has found the signature right."""
    request = WebhookRequest(
        method=received.method,
        headers=received.headers,
        query={},
        body=received.body,
        received_at=clock.now(),
    )
    adapter = Slack()
    adapter.verify(request, channel_account(sim))
    assert adapter.accounts(request) == [TEAM]
    return adapter.parse(request)


def buttons(*titles: str, **extra: Any) -> list[dict[str, Any]]:
    elements = [
        {
            "type": "button",
            "action_id": f"choice-{number}",
            "text": {"type": "plain_text", "text": title},
            "value": title.lower(),
            **extra,
        }
        for number, title in enumerate(titles)
    ]
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Escolha"}},
        {"type": "actions", "block_id": "choices", "elements": elements},
    ]


def menu(*titles: str, **extra: Any) -> list[dict[str, Any]]:
    options = [
        {"text": {"type": "plain_text", "text": title}, "value": title.lower()} for title in titles
    ]
    select = {"type": "static_select", "action_id": "menu", "options": options, **extra}
    return [{"type": "actions", "block_id": "choices", "elements": [select]}]
