"""Input that no store can hold is refused in clear words before anything happens; it is nobody's 500."""

import base64
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cli.demo import PASSWORD
from tests.api.desk import Desk
from tests.stack import Stack

NUL = "a\u0000b"
HALF = "a\ud83d"
"""The first half of an emoji."""


async def post(client: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
    """As JSON in ASCII: httpx itself refuses to encode half a character."""
    kind = {"content-type": "application/json"}
    return await client.post(path, content=json.dumps(body), headers=kind)


def problem(answer: httpx.Response) -> str:
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_request"
    return str(answer.json()["errors"][0]["message"])


def account(**more: str) -> dict[str, str]:
    secrets = {"access_token": "t", "app_secret": "s", "verify_token": "v"}
    return {"phone_number_id": "1", **secrets, **more}


@pytest.mark.parametrize(("text", "what"), [(NUL, "NUL"), (HALF, "surrogate")], ids=["NUL", "half"])
@pytest.mark.parametrize(
    ("action", "body", "place"),
    [
        ("messages", lambda text: {"text": text}, "text"),
        ("messages", lambda text: {"content": {"type": "text", "text": text}}, "content.text"),
        (
            "messages",
            lambda text: {
                "content": {"type": "buttons", "text": "a", "buttons": [{"id": "1", "title": text}]}
            },
            "content.buttons.0.title",
        ),
        ("messages", lambda text: {"content": {"type": "form", "fields": {text: 1}}}, "fields"),
        ("note", lambda text: {"text": text}, "text"),
        ("tag", lambda text: {"add": ["good", text]}, "add.1"),
        ("tag", lambda text: {"remove": [text]}, "remove.0"),
        ("note", lambda text: {"text": "a", text: "b"}, ""),
    ],
)
async def test_text_that_cannot_be_stored_is_422_wherever_in_an_action_it_stands(
    desk: Desk, text: str, what: str, action: str, body: Any, place: str
) -> None:
    before = await desk.messages()
    words = problem(await post(desk.agent, f"{desk.path}/{action}", body(text)))
    assert what in words
    assert place in words
    assert await desk.messages() == before


@pytest.mark.parametrize("text", [NUL, HALF], ids=["NUL", "half"])
async def test_text_that_cannot_be_stored_is_422_in_every_other_body(
    shared_stack: Stack, admin: httpx.AsyncClient, text: str
) -> None:
    login = {"email": text, "password": PASSWORD}
    problem(await post(shared_stack.http, "/api/v1/auth/login", login))
    problem(await post(shared_stack.http, "/api/v1/auth/refresh", {"refresh_token": text}))
    channel = {"platform": "whatsapp", "name": text, "account": account()}
    problem(await post(admin, "/api/v1/channels", channel))
    channel = {"platform": "whatsapp", "name": "a", "account": account(app_secret=text)}
    answer = await post(admin, "/api/v1/channels", channel)
    assert "account.app_secret" in problem(answer)
    flow = {"slug": "a", "definition": {"schema": "flow/1", "name": "a", "nodes": {"n": [text]}}}
    assert "definition.nodes.n.0" in problem(await post(admin, "/api/v1/flows", flow))


@pytest.mark.parametrize("name", ["search", "tag", "after"])
async def test_nul_in_a_query_is_422(ana: httpx.AsyncClient, name: str) -> None:
    assert "NUL" in problem(await ana.get("/api/v1/conversations", params={name: NUL}))
    assert (await ana.get(f"/api/v1/conversations?{name}=a%ED%A0%BD")).status_code in {200, 422}


async def test_nul_in_a_files_name_is_422(ana: httpx.AsyncClient) -> None:
    answer = await ana.post("/api/v1/media", params={"filename": NUL}, content=b"a")
    assert "NUL" in problem(answer)


@pytest.mark.parametrize("number", [2**63, 10**40, -1])
async def test_a_sequence_number_that_no_event_can_have_is_422(desk: Desk, number: int) -> None:
    for path, name in (("messages", "before"), ("events", "after")):
        answer = await desk.agent.get(f"{desk.path}/{path}", params={name: number})
        assert answer.status_code == 422, answer.text
        largest = await desk.agent.get(f"{desk.path}/{path}", params={name: 2**63 - 1})
        assert largest.status_code == 200


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
async def test_a_number_that_is_none_is_422(admin: httpx.AsyncClient, number: str) -> None:
    body = f'{{"slug": "a", "definition": {{"nodes": {{"n": {number}}}}}}}'
    kind = {"content-type": "application/json"}
    answer = await admin.post("/api/v1/flows", content=body, headers=kind)
    assert "finite" in problem(answer)


@pytest.mark.parametrize("depth", [100, 900])
async def test_a_body_nested_too_deeply_is_422(desk: Desk, depth: int) -> None:
    body = '{"content": {"type": "form", "fields": ' + '{"a":' * depth + "1" + "}" * (depth + 2)
    kind = {"content-type": "application/json"}
    answer = await desk.agent.post(f"{desk.path}/messages", content=body, headers=kind)
    assert "nested too deeply" in problem(answer)


@pytest.mark.parametrize("body", ["[" * 100_000, "1" * 5_000, '"', "", b"\xff\xfe", "null", "[]"])
async def test_a_body_that_is_no_json_object_is_a_4xx(desk: Desk, body: Any) -> None:
    kind = {"content-type": "application/json"}
    answer = await desk.agent.post(f"{desk.path}/note", content=body, headers=kind)
    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize(
    "until",
    [
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+12:00",
        "2999-01-01T00:00:00Z",
        "2030-01-01T00:00:00",
        1e300,
    ],
)
async def test_a_snooze_ends_within_a_year_and_lists_go_on_working(
    desk: Desk, until: str | float
) -> None:
    answer = await desk.post("snooze", until=until)
    assert answer.status_code == 422, answer.text
    listed = await desk.agent.get("/api/v1/conversations", params={"search": desk.address})
    assert listed.json()["items"][0]["snoozed_until"] is None


async def test_a_snooze_that_is_too_long_says_what_is_allowed(desk: Desk) -> None:
    assert "a year at most" in problem(await desk.post("snooze", until="2999-01-01T00:00:00Z"))


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "soon", 1e300])
async def test_a_cursor_somebody_made_up_is_no_500(ana: httpx.AsyncClient, at: str | float) -> None:
    made_up = base64.urlsafe_b64encode(json.dumps({"at": at, "id": str(uuid4())}).encode())
    answer = await ana.get("/api/v1/conversations", params={"after": made_up.decode()})
    assert answer.status_code in {200, 422}, answer.text
