"""Whether the parts are up, each by name."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from api.dependencies import Api, UseApi
from domain.value import Value
from workflows import queues

router = APIRouter(tags=["operations"])

PROBE_SECONDS = 3.0
WORKER_SEEN_WITHIN = timedelta(minutes=2)


class Part(Value):
    """One part: `ok`, or what is wrong."""

    ok: bool
    detail: str = ""


class Health(Value):
    """All parts. The system takes messages while `database` or `temporal` is up."""

    ok: bool
    database: Part
    temporal: Part
    worker: Part
    counts: dict[str, int]
    spooling: bool
    arrivals: int
    """Bodies that connections of ours brought and that wait to be handed over."""


@router.get("/health")
async def health(use: UseApi, response: Response) -> Health:
    """200 when every part is up, else 503; the body names each."""
    database, temporal, worker = await asyncio.gather(
        _probe(use.services.database.ping),
        _probe(lambda: _temporal(use)),
        _probe(lambda: _worker(use)),
    )
    ok = database.ok and temporal.ok and worker.ok
    if not ok:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(
        ok=ok,
        database=database,
        temporal=temporal,
        worker=worker,
        counts=dict(use.counts),
        spooling=use.intake.spooling,
        arrivals=use.arrivals,
    )


async def _probe(check: Callable[[], Awaitable[Any]]) -> Part:
    try:
        await asyncio.wait_for(check(), PROBE_SECONDS)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what the page shows
        return Part(ok=False, detail=str(error)[:200] or type(error).__name__)
    return Part(ok=True)


async def _temporal(use: Api) -> None:
    up = await use.services.temporal.service_client.check_health(
        timeout=timedelta(seconds=PROBE_SECONDS)
    )
    if not up:
        raise ConnectionError("Temporal does not serve")


async def _worker(use: Api) -> None:
    """A worker polls both kinds of tasks, so asking for one tells of both."""
    client = use.services.temporal
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queues.CONVERSATIONS),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=timedelta(seconds=PROBE_SECONDS),
    )
    now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    seen = [poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers]
    if not any(now - at < WORKER_SEEN_WITHIN for at in seen):
        raise ConnectionError("no worker has asked for work lately")
