"""Two callers of the simulated Slack: our adapter with everything it can carry, and Slack's own SDK."""

import asyncio
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.fitting import fit
from platforms.base import OutboundMessage
from platforms.slack.facts import CAPABILITIES
from platforms.slack.platform import Slack
from simulator.schemas import ReceiptPolicy
from tests.platforms.test_contract import CONTENTS
from tests.simulator import slack_world as slack
from tests.simulator.harness import World
from tests.simulator.slack_world import DM, SHOP, TEAM, TOKEN, USER, say

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)

AMPERSANDS = "&" * 20_000
"""Five characters each, once they are escaped."""
LIMITS: dict[str, dict[str, Any]] = {
    "text of ampersands": {"type": "text", "text": AMPERSANDS},
    "every button": {
        "type": "buttons",
        "text": AMPERSANDS,
        "footer": "&" * 500,
        "buttons": [{"id": f"{n:02}" + "x" * 1998, "title": "&" * 75} for n in range(25)],
    },
    "every row": {
        "type": "list",
        "text": AMPERSANDS,
        "button": "&" * 150,
        "rows": [
            {"id": f"{n:03}" + "x" * 147, "title": "&" * 75, "description": "&" * 75}
            for n in range(100)
        ],
    },
    "a card of links": {
        "type": "card",
        "title": "T" * 150,
        "text": AMPERSANDS,
        "media": {"url": "https://loja.example/a.png"},
        "buttons": [{"id": "a", "title": "Ver", "url": "https://loja.example/" + "x" * 2900}],
    },
}


@pytest.fixture
async def sim(sim: World) -> World:
    await sim.control.put_account("slack", TEAM, slack.account(sim))
    await sim.control.set_receipts(ReceiptPolicy(platform="slack", mode="none"))
    assert (await say(sim)).accepted
    return sim


async def _load(key: str) -> bytes:
    return f"bytes of {key}".encode()


@pytest.mark.parametrize("name", [*CONTENTS, *LIMITS])
async def test_what_our_adapter_sends_is_accepted(sim: World, name: str) -> None:
    content = _CONTENT.validate_python({**CONTENTS, **LIMITS}[name])
    fitted = fit(content, CAPABILITIES)
    account = slack.channel_account(sim)
    for number, one in enumerate(fitted):
        message = OutboundMessage(id=f"outbox-{number}", address=DM, content=one)
        receipt = await Slack().send(sim.http, account, message, _load)
        entry = (await sim.control.ledger(to=USER))[-1]
        assert receipt.message_external_id == entry.external_id
    assert len(await sim.control.ledger(to=USER)) == len(fitted)


async def test_a_quote_is_an_answer_in_the_thread_that_the_chat_shows_too(sim: World) -> None:
    said = await say(sim, "quanto custa?")
    await sim.control.set_receipts(ReceiptPolicy(platform="slack"))
    content = _CONTENT.validate_python({"type": "text", "text": "149"})
    message = OutboundMessage(id="outbox-1", address=DM, content=content, reply_to=said.external_id)
    account = slack.channel_account(sim)
    receipt = await Slack().send(sim.http, account, message, _load)
    (entry,) = await sim.control.ledger(to=USER)
    assert entry.request["thread_ts"] == (said.external_id or "").partition(":")[2]
    echo = (await sim.receiver.count(3))[-1]
    assert echo.json["event"]["subtype"] == "thread_broadcast"
    (event,) = slack.events_of(sim, echo)
    assert event.receipt == receipt


async def test_the_vendors_own_sdk_finds_its_way(sim: World) -> None:
    sdk = pytest.importorskip("slack_sdk")
    client = sdk.WebClient(token=TOKEN, base_url=f"{sim.control.base_url}/slack/api/")

    def session() -> tuple[Any, ...]:
        opened = client.conversations_open(users=[USER])["channel"]["id"]
        sent = client.chat_postMessage(channel=opened, text="olá", blocks=slack.buttons("Sim"))
        with pytest.raises(sdk.errors.SlackApiError, match="not_in_channel"):
            client.chat_postMessage(channel="C0OUTRA", text="olá")
        upload = client.files_upload_v2(
            channel=opened, content=b"um,dois", filename="a.csv", initial_comment="veja"
        )
        return (
            client.auth_test()["bot_id"],
            client.users_info(user=USER)["user"]["real_name"],
            client.conversations_info(channel=SHOP)["channel"]["is_member"],
            client.conversations_replies(channel=opened, ts=sent["ts"])["messages"][0]["text"],
            upload["files"][0]["name"],
        )

    told = await asyncio.to_thread(session)
    assert told == ("B0BOT", "Ana", True, "olá", "a.csv")
    assert [entry.type for entry in await sim.control.ledger(to=USER)] == ["text", "document"]
