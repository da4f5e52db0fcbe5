"""What we are measured against: the bare loop, and our own shape with nothing inside."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow

QUEUE = "bench"
TIMEOUT = timedelta(seconds=30)


class Acks:
    """Tells the driver, by a datagram, that a message has come out at the other end."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003  the socket API's own flag

    @activity.defn
    async def acknowledge(self, key: str) -> None:
        self._socket.sendto(key.encode(), self._address)

    @activity.defn
    async def nothing(self, key: str) -> None:
        """As empty as an activity can be."""


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
    """Our first reply's shape: an activity that records nothing, then a signal to a child."""

    @workflow.init
    def __init__(self, key: str) -> None:
        self._waiting: list[str] = []

    @workflow.run
    async def run(self, key: str) -> None:
        child: Any = None
        while True:
            await workflow.wait_condition(lambda: bool(self._waiting))
            batch, self._waiting = self._waiting, []
            await workflow.execute_activity_method(
                Acks.nothing, batch[-1], start_to_close_timeout=TIMEOUT
            )
            if child is None:
                child = await workflow.start_child_workflow(
                    EmptyRun.run,
                    batch[-1],
                    id=f"{workflow.info().workflow_id}/run",
                    parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                )
            else:
                await child.signal(EmptyRun.said, batch[-1])

    @workflow.signal
    def said(self, key: str) -> None:
        self._waiting.append(key)


@workflow.defn
class EmptyRun:
    """The child: one activity on a queue of its own, as a send has."""

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
                task_queue=f"{QUEUE}-send",
                start_to_close_timeout=TIMEOUT,
            )

    @workflow.signal
    def said(self, key: str) -> None:
        self._waiting.append(key)


async def serve(address: str, port: int) -> None:
    """The worker process of the baselines, set up as ours is."""
    from temporalio.client import Client  # noqa: PLC0415  not inside the sandbox
    from temporalio.contrib.pydantic import pydantic_data_converter  # noqa: PLC0415  as above
    from temporalio.worker import PollerBehaviorAutoscaling, Worker  # noqa: PLC0415  as above

    client = await Client.connect(address, data_converter=pydantic_data_converter)
    acks = Acks(port)
    main = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareLoop, EmptyConversation, EmptyRun],
        activities=[acks.acknowledge, acks.nothing],
        max_cached_workflows=2_000,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )
    sender = Worker(client, task_queue=f"{QUEUE}-send", activities=[acks.acknowledge])
    async with main, sender:
        await asyncio.Event().wait()
