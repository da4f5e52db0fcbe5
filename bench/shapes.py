"""What we are measured against: the bare loop, and our own shape with nothing inside."""

import asyncio
import socket
from datetime import timedelta

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    import httpx

QUEUE = "bench"
TIMEOUT = timedelta(seconds=30)


OVER_HTTP = "http:"
"""How the keys of messages begin that leave as ours do: by a POST to the simulated platform."""


class Acks:
    """Tells the driver, by a datagram, that a message has come out at the other end."""

    def __init__(self, port: int, send_url: str, token: str) -> None:
        self._address = ("127.0.0.1", port)
        self._send_url = send_url
        self._http = httpx.AsyncClient(headers={"authorization": f"Bearer {token}"})
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003  the socket API's own flag

    @activity.defn
    async def acknowledge(self, key: str) -> None:
        if key.startswith(OVER_HTTP):
            await self._http.post(self._send_url, json=_MESSAGE)
        self._socket.sendto(key.encode(), self._address)

    @activity.defn
    async def forward(self, order: list[str]) -> None:
        """Signals the child when there is one: `[key, workflow id]`; as empty as recording can be otherwise."""
        key, *child = order
        for workflow_id in child:
            await activity.client().get_workflow_handle(workflow_id).signal("said", key)


_MESSAGE = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "5511900000000",
    "type": "text",
    "text": {"body": "Say something."},
}


@workflow.defn
class BareLoop:
    """Signal-with-start, one activity per batch, for ever."""

    @workflow.init
    def __init__(self, key: str) -> None:
        self._waiting: list[str] = []

    @workflow.run
    async def run(self, key: str) -> None:
        while True:
            await workflow.wait_condition(lambda: bool(self._waiting))
            batch, self._waiting = self._waiting, []
            await workflow.execute_activity_method(
                Acks.acknowledge, batch[-1], start_to_close_timeout=TIMEOUT
            )

    @workflow.signal
    def said(self, key: str) -> None:
        self._waiting.append(key)


@workflow.defn
class EmptyConversation:
    """Our first reply's shape: an activity that records nothing and signals a child, which has one of its own."""

    @workflow.init
    def __init__(self, key: str) -> None:
        self._waiting: list[str] = []

    @workflow.run
    async def run(self, key: str) -> None:
        child: list[str] = []
        while True:
            await workflow.wait_condition(lambda: bool(self._waiting))
            batch, self._waiting = self._waiting, []
            await workflow.execute_activity_method(
                Acks.forward, [batch[-1], *child], start_to_close_timeout=TIMEOUT
            )
            if not child:
                child = [f"{workflow.info().workflow_id}/run"]
                await workflow.start_child_workflow(
                    EmptyRun.run,
                    batch[-1],
                    id=child[0],
                    parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                )

    @workflow.signal
    def said(self, key: str) -> None:
        self._waiting.append(key)


@workflow.defn
class EmptyRun:
    """The child: one activity."""

    @workflow.init
    def __init__(self, key: str) -> None:
        self._waiting = [key]

    @workflow.run
    async def run(self, key: str) -> None:
        while True:
            await workflow.wait_condition(lambda: bool(self._waiting))
            await workflow.execute_activity_method(
                Acks.acknowledge,
                self._waiting.pop(0),
                start_to_close_timeout=TIMEOUT,
            )

    @workflow.signal
    def said(self, key: str) -> None:
        self._waiting.append(key)


async def serve(address: str, port: int, send_url: str, token: str) -> None:
    """The worker process of the baselines, set up as ours is."""
    from temporalio.client import Client  # noqa: PLC0415  not inside the sandbox
    from temporalio.contrib.pydantic import pydantic_data_converter  # noqa: PLC0415  as above
    from temporalio.worker import PollerBehaviorAutoscaling, Worker  # noqa: PLC0415  as above

    client = await Client.connect(address, data_converter=pydantic_data_converter)
    acks = Acks(port, send_url, token)
    main = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareLoop, EmptyConversation, EmptyRun],
        activities=[acks.acknowledge, acks.forward],
        max_concurrent_activities=1_000,
        max_cached_workflows=2_000,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )
    async with main:
        await asyncio.Event().wait()
