"""What the simulated Teams refuses, with the bodies of the real one."""

import base64
from typing import Any

import pytest

from simulator.client import SimulatorError
from tests.simulator.harness import World
from tests.simulator.teams_world import TENANT, TeamsWorld

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
LARGE = base64.b64encode(b"\x89PNG" + bytes(1024 * 1024)).decode()


@pytest.fixture
async def teams(sim: World) -> TeamsWorld:
    started = TeamsWorld(sim)
    await started.register()
    return started


def card(*body: Any, version: str = "1.4", **more: Any) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "version": version, "body": list(body), **more}
    return {"attachments": [{"contentType": ADAPTIVE, "content": content}]}


def picture(url: str, kind: str = "image/png") -> dict[str, Any]:
    return {"attachments": [{"contentType": kind, "contentUrl": url}]}


BLOCK = {"type": "TextBlock", "text": "x"}
SUBMIT = {"type": "Action.Submit", "title": "x"}
REFUSED = [
    ({"type": "message"}, 400, "BadSyntax"),
    ({"text": "  "}, 400, "BadSyntax"),
    ({"text": 5}, 400, "BadSyntax"),
    ({"text": "x", "textFormat": "html"}, 400, "BadSyntax"),
    ({"text": "x", "type": "handoff"}, 400, "BadArgument"),
    ({"text": "é" * 52_000}, 413, "MessageSizeTooBig"),
    (picture("ftp://a.example/x.png"), 400, "BadArgument"),
    (picture("https://a.example/x.webp", "image/webp"), 400, "BadArgument"),
    (picture("https://a.example/x.pdf", "application/pdf"), 400, "BadArgument"),
    (picture("data:image/webp;base64,AAAA"), 400, "BadArgument"),
    (picture("data:image/png;base64,A!"), 400, "BadArgument"),
    (picture(f"data:image/png;base64,{LARGE}"), 413, "MessageSizeTooBig"),
    (card({"type": "TextBlock"}), 400, "BadArgument"),
    (card({"type": "Marquee"}), 400, "BadArgument"),
    (card({"type": "Image", "url": "x"}), 400, "BadArgument"),
    (card(BLOCK, version="1.9"), 400, "BadArgument"),
    (card(BLOCK, actions=[{**SUBMIT, "title": ""}]), 400, "BadArgument"),
    (card(BLOCK, actions=[{**SUBMIT, "data": 4}]), 400, "BadArgument"),
    (card(BLOCK, actions=[{"type": "Action.OpenUrl", "url": "x"}]), 400, "BadArgument"),
]


@pytest.mark.parametrize(("activity", "status", "code"), REFUSED)
async def test_activities(
    teams: TeamsWorld, activity: dict[str, Any], status: int, code: str
) -> None:
    chat = await teams.chat()
    answer = await teams.write(chat, **activity)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert await teams.world.control.ledger() == []


async def test_what_is_taken(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    small = base64.b64encode(b"GIF8").decode()
    taken = [
        {"text": "x", "unheard": True, "importance": None, "attachments": None},
        picture(f"data:image/gif;base64,{small}", "image/gif"),
        card(BLOCK, actions=[{**SUBMIT, "data": {}}] * 7),
    ]
    for activity in taken:
        answer = await teams.write(chat, **activity)
        assert answer.status_code == 201, answer.text
        (entry,) = await teams.world.control.ledger(after=await teams.world.control.last_seq() - 1)
        assert answer.json() == {"id": entry.external_id}


async def test_text_and_card_in_one_become_two_that_nobody_names(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    answer = await teams.write(chat, text="x", **card(BLOCK))
    assert (answer.status_code, answer.content) == (202, b"")
    assert [one.type for one in await teams.world.control.ledger()] == ["text", "card"]


async def test_a_body_that_is_none(teams: TeamsWorld) -> None:
    path = f"/v3/conversations/{await teams.chat()}/activities"
    for body in (b"", b"{", b"[]"):
        answer = await teams.call("POST", path, content=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadSyntax")


async def test_conversations(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    answer = await teams.write("a:1nobody", text="x")
    known = {"code": "ConversationNotFound", "message": "Conversation not found."}
    assert (answer.status_code, answer.json()) == (404, {"error": known})
    await teams.register("another-bot")
    token = await teams.token(client_id="another-bot")
    path = f"/v3/conversations/{chat}/activities"
    answer = await teams.call("POST", path, token, json={"type": "message", "text": "x"})
    said = "The bot is not part of the conversation roster."
    known = {"code": "BotNotInConversationRoster", "message": said}
    assert (answer.status_code, answer.json()) == (403, {"error": known})


async def test_without_a_token_that_is_good(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    path = f"/v3/conversations/{chat}/activities"
    answer = await teams.call("POST", path, "made-up", json={"type": "message", "text": "x"})
    said = {"message": "Authorization has been denied for this request."}
    assert (answer.status_code, answer.json()) == (401, said)
    answer = await teams.world.http.post(teams.base + path, json={"type": "message", "text": "x"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("changed", "status", "error", "number"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": ""}, 400, "invalid_request", 900144),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"tenant": "botframework.com"}, 400, "unauthorized_client", 700016),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"scope": "https://api.botframework.com/x"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://graph.example/.default"}, 400, "invalid_resource", 500011),
    ],
)
async def test_tokens(
    teams: TeamsWorld, changed: dict[str, str], status: int, error: str, number: int
) -> None:
    answer = await teams.ask_token(**changed)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= set(body)


async def test_a_token_that_is_given(teams: TeamsWorld) -> None:
    given = (await teams.ask_token(tenant=TENANT.upper())).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3599)


async def test_other_calls_and_other_people_are_not_known(teams: TeamsWorld) -> None:
    answer = await teams.call("PUT", "/v3/conversations/a:1/activities/1", json={})
    assert answer.status_code == 404
    assert answer.json()["message"].startswith("No HTTP resource was found")
    with pytest.raises(SimulatorError, match="29:"):
        await teams.say(**{"from": "5511987650001"})
