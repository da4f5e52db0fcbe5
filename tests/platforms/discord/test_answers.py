"""What each thing that Discord posts is answered with."""

import json
from pathlib import Path
from typing import Any

import pytest

from platforms.base import WebhookRequest, WebhookResponse
from platforms.discord.followups import deliver, render_callback, render_completion
from platforms.discord.platform import Discord
from tests.platforms.discord.harness import ACCOUNT
from tests.platforms.discord.support import FakeApi, posted, refused

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


async def test_thinking_becomes_words() -> None:
    request = render_completion("token-of-nobody", "Pronto!", ACCOUNT)
    assert request.method == "PATCH"
    assert request.url.endswith("/webhooks/1380000000000000001/token-of-nobody/messages/@original")
    assert request.json_body == {"content": "Pronto!", "allowed_mentions": {"parse": []}}


@pytest.mark.parametrize(
    ("code", "taken"), [(40060, True), (10062, False), (10015, False), (50035, False)]
)
async def test_an_answer_too_many_or_too_late_breaks_nothing(code: int, *, taken: bool) -> None:
    request = render_callback("7", "token-of-nobody", {"type": 6}, ACCOUNT)
    async with FakeApi(refused(400, code)).client() as client:
        assert await deliver(client, ACCOUNT, request, "token-of-nobody") is taken
