"""Webhooks: what is refused, what is kept, what is answered."""

import json
from uuid import uuid4

from sqlalchemy import text

from cli.demo import TENANT_ID
from simulator.demo import TELEGRAM, WHATSAPP
from tests.api.payloads import SHARED_URL, URL, envelope, signed
from tests.api.payloads import text as text_message
from tests.stack import Stack, eventually


async def scalar(stack: Stack, sql: str, **values: object) -> int:
    async with stack.services.database.transaction(TENANT_ID) as connection:
        return int(await connection.scalar(text(sql), values))


async def messages_of(stack: Stack, address: str) -> int:
    return await scalar(
        stack,
        "SELECT count(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id "
        "WHERE c.address = :address AND m.direction = 'in'",
        address=address,
    )


async def recorded(stack: Stack, address: str, count: int) -> None:
    async def look() -> bool | None:
        return True if await messages_of(stack, address) >= count else None

    await eventually(look, f"{count} messages of {address} are recorded")


async def test_a_forged_signature_is_401_and_stores_nothing(shared_stack: Stack) -> None:
    body = envelope(text_message("5511900000001", "forged"))
    forged = signed(body, "another secret")
    answer = await shared_stack.http.post(URL, content=body, headers=forged)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "signature_invalid"
    missing = await shared_stack.http.post(URL, content=body)
    assert missing.status_code == 401
    assert await messages_of(shared_stack, "5511900000001") == 0
    assert await scalar(shared_stack, "SELECT count(*) FROM raw_webhooks") == 0


async def test_an_unknown_channel_is_404(shared_stack: Stack) -> None:
    body = envelope(text_message("5511900000002", "hello"))
    for path in (
        f"/api/webhooks/whatsapp/{uuid4()}",
        f"/api/webhooks/telegram/{WHATSAPP.id}",
        f"/api/webhooks/nothing/{WHATSAPP.id}",
        "/api/webhooks/telegram",
    ):
        answer = await shared_stack.http.post(path, content=body, headers=signed(body))
        assert answer.status_code == 404, path


async def test_an_authentic_body_nobody_can_read_is_kept_and_counted(shared_stack: Stack) -> None:
    body = b"<html>not what the platform documents</html>"
    for _ in range(3):
        answer = await shared_stack.http.post(URL, content=body, headers=signed(body))
        assert answer.status_code == 200
    kept = await shared_stack.services.spool.raw_counts(TENANT_ID)
    assert kept == {"bodies": 1, "deliveries": 3}
    health = await shared_stack.http.get("/health")
    assert health.json()["counts"]["unreadable"] == 3
    # Two tests look at this table: leave it as it was.
    async with shared_stack.services.database.transaction(TENANT_ID) as connection:
        await connection.execute(text("DELETE FROM raw_webhooks"))


async def test_a_body_too_large_is_413(shared_stack: Stack) -> None:
    body = b"{" + b" " * shared_stack.settings.webhook_max_bytes + b"}"
    answer = await shared_stack.http.post(URL, content=body, headers=signed(body))
    assert answer.status_code == 413


async def test_a_repeated_webhook_is_200_and_one_message(shared_stack: Stack) -> None:
    body = envelope(text_message("5511900000003", "once", "wamid.REPEATED"))
    for _ in range(3):
        answer = await shared_stack.http.post(URL, content=body, headers=signed(body))
        assert answer.status_code == 200
    await recorded(shared_stack, "5511900000003", 1)
    last = envelope(text_message("5511900000003", "twice"))
    await shared_stack.http.post(URL, content=last, headers=signed(last))
    await recorded(shared_stack, "5511900000003", 2)
    assert await messages_of(shared_stack, "5511900000003") == 2


async def test_an_unknown_message_type_is_stored_as_unsupported_with_its_raw_payload(
    shared_stack: Stack,
) -> None:
    odd = {
        "from": "5511900000004",
        "id": "wamid.HOLOGRAM",
        "timestamp": "1767225600",
        "type": "hologram",
        "hologram": {"depth": 3},
    }
    body = envelope(odd)
    answer = await shared_stack.http.post(URL, content=body, headers=signed(body))
    assert answer.status_code == 200
    await recorded(shared_stack, "5511900000004", 1)
    async with shared_stack.services.database.transaction(TENANT_ID) as connection:
        row = (
            await connection.execute(
                text("SELECT content, raw FROM messages WHERE external_id = 'wamid.HOLOGRAM'")
            )
        ).one()
    assert row.content == {"type": "unsupported", "platform_type": "hologram"}
    assert row.raw["hologram"] == {"depth": 3}


async def test_the_shared_url_finds_the_channel_in_the_body(shared_stack: Stack) -> None:
    body = envelope(text_message("5511900000005", "by the app's one URL"))
    answer = await shared_stack.http.post(SHARED_URL, content=body, headers=signed(body))
    assert answer.status_code == 200
    await recorded(shared_stack, "5511900000005", 1)
    forged = await shared_stack.http.post(SHARED_URL, content=body, headers=signed(body, "x"))
    assert forged.status_code == 401


async def test_the_handshake_is_answered_in_plain_text(shared_stack: Stack) -> None:
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": WHATSAPP.account["verify_token"],
        "hub.challenge": "0123",
    }
    for path in (URL, SHARED_URL):
        answer = await shared_stack.http.get(path, params=asked)
        assert (answer.status_code, answer.text) == (200, "0123")
        wrong = await shared_stack.http.get(path, params={**asked, "hub.verify_token": "no"})
        assert wrong.status_code == 403


async def test_a_telegram_update_needs_its_secret(shared_stack: Stack) -> None:
    update = {
        "update_id": 9001,
        "message": {
            "message_id": 1,
            "date": 1767225600,
            "from": {"id": 77001, "is_bot": False, "first_name": "Ana"},
            "chat": {"id": 77001, "type": "private", "first_name": "Ana"},
            "text": "Hello",
        },
    }
    path = f"/api/webhooks/telegram/{TELEGRAM.id}"
    refused = await shared_stack.http.post(path, content=json.dumps(update))
    assert refused.status_code == 401
    secret = {"x-telegram-bot-api-secret-token": TELEGRAM.account["secret_token"]}
    taken = await shared_stack.http.post(path, content=json.dumps(update), headers=secret)
    assert taken.status_code == 200
    await recorded(shared_stack, "77001", 1)
