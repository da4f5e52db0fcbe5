"""What each thing that Discord posts is answered with."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from platforms.base import WebhookRequest, WebhookResponse
from platforms.discord.account import DiscordAccount
from platforms.discord.followups import deliver, render_callback
from platforms.discord.platform import Discord
from tests.platforms.discord.harness import ACCOUNT
from tests.platforms.discord.support import (
    CHANNEL,
    FakeApi,
    created,
    no_media,
    outbound_message,
    posted,
    refused,
)

INBOUND = Path(__file__).parent / "inbound"
HIDDEN = {"flags": 64}
ANSWERS: dict[str, dict[str, Any]] = {
    "ping": {"type": 1},
    "command": {"type": 5, "data": HIDDEN},
    "command_on_message": {"type": 5, "data": HIDDEN},
    "button": {"type": 6},
    "button_dm": {"type": 6},
    "option_chosen": {"type": 6},
    "autocomplete": {"type": 8, "data": {"choices": []}},
    "form": {"type": 5, "data": HIDDEN},
    "form_of_old": {"type": 6},
}


def answer(body: bytes, **settings: Any) -> WebhookResponse | None:
    account = ACCOUNT.model_copy(update=settings)
    return Discord().acknowledge(WebhookRequest(body=body), account)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_interaction_gets_its_answer(name: str) -> None:
    given = answer((INBOUND / f"{name}.json").read_bytes())
    assert given is not None
    assert (given.status, given.content_type) == (200, "application/json")
    assert json.loads(given.body) == ANSWERS[name]


@pytest.mark.parametrize("name", ["event_ping", "event_added_to_server", "event_of_tomorrow"])
def test_a_webhook_event_gets_an_empty_204(name: str) -> None:
    given = answer((INBOUND / f"{name}.json").read_bytes())
    assert given is not None
    assert (given.status, given.body) == (204, "")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"7", b'{"type": 77}', b'{"type": true}', b'{"op": 11, "d": null}']
)
def test_what_is_neither_gets_no_more_than_a_200(body: bytes) -> None:
    assert answer(body) is None


def test_a_command_may_be_answered_at_once() -> None:
    given = answer((INBOUND / "command.json").read_bytes(), command_answer="Já vamos ver!")
    assert given is not None
    assert json.loads(given.body) == {
        "type": 4,
        "data": {"content": "Já vamos ver!", "flags": 64, "allowed_mentions": {"parse": []}},
    }


def test_a_url_is_checked_by_a_post_alone() -> None:
    assert Discord().handshake(posted({"type": 1}), ACCOUNT) is None


async def test_what_came_through_the_gateway_is_answered_by_a_call() -> None:
    request = render_callback("1383000000000000009", "to/ken", {"type": 6}, ACCOUNT)
    api = FakeApi(refused(204, None))
    async with api.client() as client:
        assert await deliver(client, ACCOUNT, request, "to/ken")
    (made,) = api.requests
    assert made.url.raw_path == b"/api/v10/interactions/1383000000000000009/to%2Fken/callback"
    assert "authorization" not in made.headers
    assert api.json() == {"type": 6}


COMMAND_ID = 1383000000000000002
MINUTE = 60_000 << 22
"""By so much an id grows in a minute."""


async def answered(
    api: FakeApi, *, after: int = MINUTE, account: DiscordAccount = ACCOUNT, **message: Any
) -> list[str]:
    """What is called when a message that is made so long after the command answers it."""
    (event,) = Discord().parse(WebhookRequest(body=(INBOUND / "command.json").read_bytes()))
    fields = {"answers": event.raw, **message}
    async with api.client() as client:
        sent = outbound_message({"type": "text", "text": "Pronto!"}, **fields)
        receipt = await Discord().send(client, account, sent, no_media)
    assert receipt.message_external_id == str(COMMAND_ID + after)
    return [f"{one.method} {path}" for one, path in zip(api.requests, api.paths, strict=True)]


THINKING = "DELETE /webhooks/1380000000000000001/token-of-nobody/messages/@original"


@pytest.mark.parametrize("answer", [refused(204, None), refused(404, 10008), refused(500, None)])
async def test_an_answer_ends_thinking_whatever_comes_of_that(answer: httpx.Response) -> None:
    api = FakeApi(created(str(COMMAND_ID + MINUTE)), answer)
    assert await answered(api) == [f"POST /channels/{CHANNEL}/messages", THINKING]
    assert "authorization" not in api.requests[1].headers


async def test_thinking_is_over_by_itself_after_fifteen_minutes() -> None:
    late = 16 * MINUTE
    assert len(await answered(FakeApi(created(str(COMMAND_ID + late))), after=late)) == 1


async def test_who_was_answered_at_once_is_shown_no_thinking() -> None:
    account = ACCOUNT.model_copy(update={"command_answer": "Já vamos ver!"})
    api = FakeApi(created(str(COMMAND_ID + MINUTE)))
    assert len(await answered(api, account=account)) == 1


async def test_what_answers_no_command_ends_nothing() -> None:
    for answers in (None, {}, {"interaction": {"id": "x", "token": 7}}):
        api = FakeApi(created(str(COMMAND_ID + MINUTE)))
        assert len(await answered(api, answers=answers)) == 1


@pytest.mark.parametrize(
    ("code", "taken"), [(40060, True), (10062, False), (10015, False), (50035, False)]
)
async def test_an_answer_too_many_or_too_late_breaks_nothing(code: int, *, taken: bool) -> None:
    request = render_callback("7", "token-of-nobody", {"type": 6}, ACCOUNT)
    async with FakeApi(refused(400, code)).client() as client:
        assert await deliver(client, ACCOUNT, request, "token-of-nobody") is taken
