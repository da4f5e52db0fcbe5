"""P26 `no_message_dropped`: whatever arrives is kept."""

import pytest
from sqlalchemy import text

from cli.demo import TENANT_ID
from tests.api.payloads import URL, envelope, signed
from tests.api.payloads import text as text_message
from tests.stack import Stack

pytestmark = pytest.mark.promise

ODD: list[object] = [
    {"from": "5511940000001", "id": "wamid.P1", "timestamp": "1", "type": "poll", "poll": {"q": 1}},
    {"from": "5511940000001", "id": "wamid.P2", "timestamp": "soon", "type": "text"},
    {"from": "5511940000001", "id": "wamid.P3", "type": "text", "text": {"body": 7}},
    {"id": "wamid.P4", "timestamp": "1", "type": "text", "text": {"body": "from nobody"}},
    "not even an object",
    None,
    ["nor", "this"],
]


async def test_unknown_and_malformed_items_are_kept_and_cost_their_siblings_nothing(
    stack: Stack,
) -> None:
    good = [text_message("5511940000001", f"good {number}") for number in range(3)]
    mixed: list[object] = [good[0], *ODD[:3], good[1], *ODD[3:], good[2]]
    body = envelope(*mixed)
    for _ in range(2):
        answer = await stack.http.post(URL, content=body, headers=signed(body))
        assert answer.status_code == 200
    agent = await stack.sign_in()
    conversation = await stack.conversation(agent, "5511940000001")
    path = f"/api/v1/conversations/{conversation['id']}"
    messages = await stack.transcript(agent, path, 6)
    said = [one for one in messages if one["direction"] == "in"]
    texts = [one["content"].get("text") for one in said if one["content"]["type"] == "text"]
    assert [one for one in texts if one and one.startswith("good")] == [
        "good 0",
        "good 1",
        "good 2",
    ]
    kinds = [one["content"]["type"] for one in said]
    assert kinds.count("unsupported") >= 1
    async with stack.services.database.transaction(TENANT_ID) as connection:
        raw = await connection.execute(
            text("SELECT raw FROM messages WHERE content->>'type' = 'unsupported'")
        )
        assert all(row.raw for row in raw)
        kept = await connection.scalar(
            text("SELECT count(*) FROM channel_events WHERE kind = 'ignored'")
        )
    # Every item is either a message of the contact or an ignored event with its reason: none is gone.
    assert len(said) + int(kept) == len(mixed)
    await agent.aclose()
