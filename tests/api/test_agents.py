"""What agents do over the API, and what they are told when it cannot be done."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text

from cli.demo import TENANT_ID
from tests.api.desk import Desk
from tests.stack import Stack, eventually

_customers = count(5511910000000)


async def test_a_reply_reaches_the_contact_and_its_receipts_come_back(desk: Desk) -> None:
    answer = await desk.post("messages", text="Good morning")
    assert answer.status_code == 202
    entries = await desk.stack.heard(3, desk.address)
    assert entries[-1].text == "Good morning"
    assert entries[-1].reference == answer.json()["message_id"]

    async def delivered() -> bool | None:
        messages = (await desk.agent.get(f"{desk.path}/messages")).json()
        return True if messages[-1]["status"] in {"delivered", "read"} else None

    await eventually(delivered, "the receipt turns to delivered")


async def test_the_same_idempotency_key_is_the_same_message(desk: Desk) -> None:
    key = {"idempotency-key": "once"}
    first = await desk.agent.post(f"{desk.path}/messages", json={"text": "Once"}, headers=key)
    second = await desk.agent.post(f"{desk.path}/messages", json={"text": "Once"}, headers=key)
    assert first.json() == second.json()
    await desk.post("messages", text="Last")
    entries = await desk.stack.heard(4, desk.address)
    assert [entry.text for entry in entries[2:]] == ["Once", "Last"]


async def test_only_the_owner_may_reply(desk: Desk, bruno: httpx.AsyncClient) -> None:
    answer = await bruno.post(f"{desk.path}/messages", json={"text": "Me too"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_yours"
    words = await bruno.post(
        f"{desk.path}/messages", json={"text": "Eu"}, headers={"accept-language": "pt-BR,pt;q=0.9"}
    )
    assert words.json()["title"].startswith("Outra pessoa")


async def test_what_the_platform_cannot_carry_is_422_before_anything_is_recorded(
    desk: Desk,
) -> None:
    before = await desk.messages()
    form = {"content": {"type": "form", "fields": {"a": 1}}}
    answer = await desk.agent.post(f"{desk.path}/messages", json=form)
    assert answer.status_code == 422
    assert answer.json()["code"] == "content_rejected"
    both = await desk.agent.post(f"{desk.path}/messages", json={"text": "a", **form})
    assert both.status_code == 422
    unknown = await desk.post("messages", text="Hello", colour="red")
    assert unknown.json()["errors"][0]["path"].endswith("colour")
    assert await desk.messages() == before


async def test_outside_the_reply_window_only_a_template_is_taken(desk: Desk) -> None:
    """The workflow carries the time of the last inbound message, so this asks it with an old one."""
    address = str(next(_customers))
    await desk.stack.say("Hello", address)
    await desk.stack.heard(2, address)
    found = await desk.stack.conversation(desk.agent, address)
    path = f"/api/v1/conversations/{found['id']}"
    await desk.agent.post(f"{path}/take_over")
    await desk.agent.post(f"{path}/resolve")
    async with desk.stack.services.database.transaction(TENANT_ID) as connection:
        old = datetime.now(UTC) - timedelta(hours=25)
        await connection.execute(
            text("UPDATE conversations SET last_inbound_at = :old WHERE address = :address"),
            {"old": old, "address": address},
        )
    assert (await desk.agent.post(f"{path}/reopen")).status_code == 200
    answer = await desk.agent.post(f"{path}/messages", json={"text": "Still there?"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "window_closed"
    template = {"content": {"type": "template", "name": "hello_again", "language": "en"}}
    taken = await desk.agent.post(f"{path}/messages", json=template)
    assert taken.status_code == 202


async def test_a_resolved_conversation_refuses_a_reply_until_it_is_reopened(desk: Desk) -> None:
    assert (await desk.post("resolve")).json()["status"] == "resolved"
    answer = await desk.post("messages", text="One more thing")
    assert answer.status_code == 409
    assert answer.json()["code"] == "already_resolved"
    again = await desk.post("reopen")
    assert again.json()["status"] == "open"
    assert (await desk.now())["episode"] == 2
    assert (await desk.post("messages", text="One more thing")).status_code == 202


async def test_a_resolved_conversation_comes_back_with_the_next_message(desk: Desk) -> None:
    await desk.post("resolve")
    await desk.stack.say("Hello again", desk.address)

    async def back() -> dict[str, Any] | None:
        now = await desk.now()
        return now if now["status"] != "resolved" else None

    now = await eventually(back, "the conversation comes back")
    assert now["episode"] == 2
    assert now["owner"]["kind"] == "flow"


async def test_notes_tags_and_priority(desk: Desk) -> None:
    assert (await desk.post("note", text="Likes tea")).status_code == 200
    assert (await desk.post("tag", add=["vip", "tea"])).json()["tags"] == ["vip", "tea"]
    assert (await desk.post("tag", remove=["tea"])).json()["tags"] == ["vip"]
    assert (await desk.post("set_priority", priority="high")).json()["priority"] == "high"
    messages = (await desk.agent.get(f"{desk.path}/messages")).json()
    assert messages[-1]["direction"] == "note"
    events = (await desk.agent.get(f"{desk.path}/events")).json()
    # Receipts of earlier messages may fall in between.
    kinds = [one["kind"] for one in events if not one["kind"].startswith("message_")]
    assert kinds[-4:] == ["noted", "tagged", "tagged", "prioritised"]
    listed = await desk.agent.get("/api/v1/conversations", params={"tag": "vip"})
    assert [one["address"] for one in listed.json()["items"]] == [desk.address]


async def test_snooze_wakes_by_itself_and_by_the_contact(desk: Desk) -> None:
    past = await desk.post("snooze", until="2020-01-01T00:00:00Z")
    assert past.status_code == 409
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    assert (await desk.post("snooze", until=soon.isoformat())).json()["status"] == "snoozed"

    async def awake() -> bool | None:
        return True if (await desk.now())["status"] == "open" else None

    await eventually(awake, "it wakes by itself")
    later = datetime.now(UTC) + timedelta(hours=5)
    await desk.post("snooze", until=later.isoformat())
    await desk.stack.say("Hello?", desk.address)
    await eventually(awake, "the contact wakes it")


async def test_assign_to_a_colleague_and_back_to_the_queue(
    desk: Desk, bruno: httpx.AsyncClient
) -> None:
    his = (await bruno.get("/api/v1/me")).json()["id"]
    nobody = await desk.post("assign", agent_id=str(uuid4()))
    assert nobody.status_code == 422
    assert (await desk.post("assign", agent_id=his)).json()["owner"] == {"kind": "agent", "id": his}
    sent = await bruno.post(f"{desk.path}/messages", json={"text": "Bruno here"})
    assert sent.status_code == 202
    # Else he would get it right back: nobody else has room.
    await bruno.put("/api/v1/me/availability", json={"available": False})
    assert (await desk.post("assign")).json()["owner"]["kind"] == "queue"
    await bruno.put("/api/v1/me/availability", json={"available": True})


async def test_events_are_numbered_without_gaps(desk: Desk) -> None:
    await desk.post("messages", text="One")
    await desk.stack.heard(3, desk.address)
    events = (await desk.agent.get(f"{desk.path}/events", params={"limit": 500})).json()
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))


async def test_pages_of_the_list_meet_without_overlap(
    shared_stack: Stack, ana: httpx.AsyncClient, desk: Desk
) -> None:
    for _ in range(2):
        await shared_stack.say("Hello", str(next(_customers)))
    first = (await ana.get("/api/v1/conversations", params={"limit": 2})).json()
    assert first["next"]
    second = await ana.get("/api/v1/conversations", params={"limit": 2, "after": first["next"]})
    ids = [one["id"] for one in [*first["items"], *second.json()["items"]]]
    assert len(ids) == len(set(ids))
    wrong = await ana.get("/api/v1/conversations", params={"after": "???"})
    assert wrong.status_code == 422


async def test_without_a_token_or_with_another_tenants_id_there_is_nothing(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    assert (await shared_stack.http.get("/api/v1/conversations")).status_code == 401
    forged = {"authorization": "Bearer not.a.token"}
    answer = await shared_stack.http.get("/api/v1/conversations", headers=forged)
    assert answer.status_code == 401
    assert (await ana.get(f"/api/v1/conversations/{uuid4()}")).status_code == 404
