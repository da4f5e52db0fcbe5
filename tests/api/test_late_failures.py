"""A message that fails while Temporal is away: its flow hears of it later, and agents are told to try again."""

import asyncio
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from cli.demo import TENANT_ID
from domain.ids import flow_run_workflow_id
from embedded.temporal import TemporalDevServer
from simulator.schemas import ReceiptPolicy
from tests.api.neighbours import rows
from tests.api.payloads import URL, envelope, signed
from tests.stack import Stack, eventually

CUSTOMER = "5511970000001"


def failed(wamid: str, reference: str | None) -> dict[str, Any]:
    return {
        "id": wamid,
        "status": "failed",
        "timestamp": "1767225600",
        "recipient_id": CUSTOMER,
        "biz_opaque_callback_data": reference,
        "errors": [{"code": 131026, "title": "Message undeliverable"}],
    }


async def told(stack: Stack, statuses: list[dict[str, Any]]) -> httpx.Response:
    body = envelope(statuses=statuses)
    return await stack.http.post(URL, content=body, headers=signed(body))


async def sent(agent: httpx.AsyncClient, conversation: str, statuses: list[str]) -> None:
    """Wait until the flow's messages stand so."""

    async def look() -> bool | None:
        shown = (await agent.get(f"/api/v1/conversations/{conversation}/messages")).json()
        found = [one["status"] for one in shown if one["direction"] == "out"]
        return True if found == statuses else None

    await eventually(look, f"the messages are {statuses}")


async def failures_heard(stack: Stack, conversation_id: str) -> int:
    """How often the conversation's flow run was told that a message of its own failed."""
    (run,) = await rows(
        stack,
        TENANT_ID,
        "SELECT id FROM flow_runs WHERE conversation_id = :conversation",
        conversation=UUID(conversation_id),
    )
    handle = stack.services.temporal.get_workflow_handle(flow_run_workflow_id(TENANT_ID, run.id))
    history = await handle.fetch_history()
    signals = [event.workflow_execution_signaled_event_attributes for event in history.events]
    return sum(one.signal_name == "message_failed" for one in signals)


async def test_a_late_failure_reaches_the_flow_although_temporal_was_away_when_it_was_told(
    stack: Stack, temporal: TemporalDevServer
) -> None:
    await stack.simulator.set_receipts(ReceiptPolicy(platform="whatsapp", mode="none"))
    await stack.say("Hello", CUSTOMER)
    entries = await stack.heard(2, CUSTOMER)
    async with await stack.sign_in() as agent:
        conversation = (await stack.conversation(agent, CUSTOMER))["id"]
        await sent(agent, conversation, ["sent", "sent"])
        statuses = [failed(one.external_id, one.reference) for one in entries]
        await asyncio.to_thread(temporal.stop)
        answer = await told(stack, statuses)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert answer.headers["retry-after"] == "5"
        # The one that could not be signalled did not keep the other from being recorded.
        await sent(agent, conversation, ["failed", "failed"])

        refused = await agent.post(f"/api/v1/conversations/{conversation}/take_over")
        assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert refused.headers["retry-after"] == "5"
        assert refused.json()["code"] == "temporal_unavailable"

        await asyncio.to_thread(temporal.start)

        async def redelivered() -> bool | None:
            again = await told(stack, statuses)
            return True if again.status_code == HTTPStatus.OK else None

        await eventually(redelivered, "the platform's second try is taken", 60)

        async def heard() -> bool | None:
            return True if await failures_heard(stack, conversation) >= 2 else None

        await eventually(heard, "the flow is told of both", 60)
