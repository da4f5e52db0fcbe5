"""What an agent writes: refused before it is recorded when it could not be sent, and sent once when asked twice."""

import asyncio
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from cli.demo import TENANT_ID
from storage.inbound import InboundStore
from tests.api.desk import Desk, open_desk
from tests.api.neighbours import connect, rows
from tests.planting import Tenant, said
from tests.stack import Stack, eventually

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def buttons(*titles: str) -> list[dict[str, str]]:
    return [{"id": str(number), "title": title} for number, title in enumerate(titles)]


async def refused(desk: Desk, answer: httpx.Response, code: str, *words: str) -> None:
    """422 with that code and those words, and nothing in the transcript but what stood there."""
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    said = f"{answer.json()['title']} {answer.json().get('detail')}"
    assert all(word in said for word in words), said
    shown = (await desk.agent.get(f"{desk.path}/messages")).json()
    assert [one for one in shown if one["author_kind"] == "agent"] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"type": "buttons", "text": "A or B?", "buttons": buttons("Same", "Same")}, "differ"),
        ({"type": "image", "media": {"url": "ftp://files.example/a.png"}}, "https://"),
        ({"type": "card", "title": "A", "buttons": [{**buttons("Go")[0], "url": "x"}]}, "https://"),
        ({"type": "contacts", "contacts": [{"name": " "}]}, "empty"),
        (
            {"type": "list", "text": "Which?", "rows": [{"id": "1", "title": t} for t in "AB"]},
            "differ",
        ),
    ],
    ids=["titles", "link", "button link", "name", "row ids"],
)
async def test_what_the_platform_would_refuse_is_refused_at_once(
    desk: Desk, content: dict[str, Any], words: str
) -> None:
    await refused(desk, await desk.send(**content), "content_rejected", words)


async def test_a_reply_of_more_than_64_kib_is_too_long(desk: Desk) -> None:
    await refused(desk, await desk.reply("é" * 40_000), "reply_too_long", "too long", "bytes")
    many = {"type": "template", "name": "a", "language": "en", "body": ["b" * 1000] * 70}
    await refused(desk, await desk.send(**many), "reply_too_long")


async def test_a_reply_that_would_become_more_than_ten_messages_is_too_long(desk: Desk) -> None:
    await refused(desk, await desk.reply("word " * 9_000), "reply_too_long", "messages")
    told = await desk.agent.post(
        f"{desk.path}/messages",
        json={"text": "word " * 9_000},
        headers={"accept-language": "pt-BR"},
    )
    assert told.json()["title"].startswith("Esta mensagem é longa demais")
    assert (await desk.reply("word " * 8_000)).status_code == HTTPStatus.ACCEPTED
    entries = await desk.stack.heard(12, desk.address)
    assert "".join(one.text for one in entries[2:]).count("word") == 8_000


@pytest.mark.parametrize(
    "content",
    [
        lambda media: {"type": "image", "media": media},
        lambda media: {"type": "card", "title": "A", "media": media},
        lambda media: {
            "type": "template",
            "name": "a",
            "language": "en",
            "header_media": {"type": "image", "media": media},
        },
    ],
    ids=["image", "card", "template"],
)
@pytest.mark.parametrize("key", ["0" * 64, "../secrets", ""])
async def test_a_file_that_the_tenant_does_not_have_is_unknown(
    desk: Desk, content: Any, key: str
) -> None:
    answer = await desk.send(**content({"key": key, "mime_type": "image/png"}))
    await refused(desk, answer, "unknown_file", "Upload it first")


async def test_a_file_is_checked_by_what_we_know_of_it(desk: Desk) -> None:
    large = PNG + bytes(5 * 1024 * 1024)
    up = await desk.agent.post(
        "/api/v1/media?filename=a.png", content=large, headers={"content-type": "image/png"}
    )
    claimed = {"key": up.json()["key"], "size": 10}
    await refused(desk, await desk.send(type="image", media=claimed), "media_rejected")
    up = await desk.agent.post(
        "/api/v1/media?filename=a.png", content=PNG, headers={"content-type": "image/png"}
    )
    sent = await desk.send(type="image", media={"key": up.json()["key"]})
    assert sent.status_code == HTTPStatus.ACCEPTED, sent.text
    await desk.stack.heard(3, desk.address)
    shown = (await desk.agent.get(f"{desk.path}/messages")).json()[-1]["content"]["media"]
    assert (shown["mime_type"], shown["filename"], shown["size"]) == ("image/png", "a.png", 72)


async def test_a_disabled_channel_is_said_to_be_disconnected(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    channel = await connect(shared_stack, TENANT_ID)
    database = shared_stack.services.database
    tenant = Tenant(database, id=TENANT_ID, channel=channel.id)
    route = await InboundStore(database).record(tenant.batch(said("Hello")))
    off = "UPDATE channels SET disabled_at = now() WHERE id = :id"
    await rows(shared_stack, TENANT_ID, off, id=channel.id)
    path = f"/api/v1/conversations/{route.conversation_id}/messages"
    answer = await ana.post(path, json={"text": "Hello"})
    assert (answer.status_code, answer.json()["code"]) == (409, "channel_unauthorized")


async def test_a_key_that_says_something_else_is_refused(desk: Desk) -> None:
    first = await desk.reply("Once", key="k")
    assert first.status_code == HTTPStatus.ACCEPTED
    other = await desk.reply("Something else", key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert "new key" in other.json()["title"]
    quoting = (await desk.messages())[0]
    quoted = await desk.post(
        "messages", headers={"idempotency-key": "k"}, text="Once", reply_to=quoting
    )
    assert quoted.json()["code"] == "idempotency_key_reused"
    again = await desk.reply("Once", key="k")
    assert again.json() == first.json()


async def test_of_two_requests_at_once_with_one_key_exactly_one_thing_is_said(desk: Desk) -> None:
    for number in range(5):
        key = f"at once {number}"
        words = [f"{number} left", f"{number} right", f"{number} left", f"{number} right"]
        answers = await asyncio.gather(*(desk.reply(one, key=key) for one in words))
        taken = {
            one
            for one, answer in zip(words, answers, strict=True)
            if answer.status_code == HTTPStatus.ACCEPTED
        }
        assert len(taken) == 1, [answer.text for answer in answers]
        assert sorted(answer.status_code for answer in answers) == [202, 202, 422, 422]
        entries = await desk.stack.heard(3 + number, desk.address)
        assert entries[-1].text in taken
        assert len(entries) == 3 + number


async def test_a_key_is_its_authors_own(desk: Desk, bruno: httpx.AsyncClient) -> None:
    mine = await desk.reply("From Ana", key="shared")
    his = (await bruno.get("/api/v1/me")).json()["id"]
    await desk.post("assign", agent_id=his)
    theirs = await bruno.post(
        f"{desk.path}/messages",
        json={"text": "From Bruno"},
        headers={"idempotency-key": "shared"},
    )
    assert theirs.status_code == HTTPStatus.ACCEPTED, theirs.text
    assert theirs.json() != mine.json()
    entries = await desk.stack.heard(4, desk.address)
    assert {one.text for one in entries[2:]} == {"From Ana", "From Bruno"}


async def test_a_key_of_another_conversation_is_another_key(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    desks = [await open_desk(shared_stack, ana) for _ in range(2)]
    answers = [await desk.reply(desk.address, key="same") for desk in desks]
    assert [one.status_code for one in answers] == [202, 202]


async def test_a_refused_reply_leaves_its_key_free(desk: Desk) -> None:
    assert (await desk.reply("x" * 70_000, key="free")).status_code == 422
    assert (await desk.reply("Shorter", key="free")).status_code == HTTPStatus.ACCEPTED


async def test_asked_again_later_the_answer_is_the_first_one_whoever_has_it_now(desk: Desk) -> None:
    first = await desk.reply("Goodbye", key="last")
    await desk.stack.heard(3, desk.address)
    assert (await desk.post("resolve")).status_code == 200
    again = await desk.reply("Goodbye", key="last")
    assert (again.status_code, again.json()) == (202, first.json())
    await desk.stack.say("One more thing", desk.address)

    async def with_the_flow() -> bool | None:
        return True if (await desk.now())["owner"]["kind"] == "flow" else None

    await eventually(with_the_flow, "the flow has it")
    again = await desk.reply("Goodbye", key="last")
    assert (again.status_code, again.json()) == (202, first.json())
    assert (await desk.reply("More", key="more")).status_code == 409
