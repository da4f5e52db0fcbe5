"""Container health of a worker: this very container has asked Temporal for work lately.

It asks Temporal, not the process: a worker that runs but cannot reach its server is not healthy.
"""

import asyncio
import socket
import sys
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from workflows import queues

SECONDS = 8.0
SEEN_WITHIN = timedelta(minutes=2)
"""A poll that finds nothing returns after one minute."""


async def complaint(host: str) -> str | None:
    """None when a worker of this host has polled lately. The SDK calls its workers `pid@host`."""
    try:
        async with asyncio.timeout(SECONDS):
            client = await Client.connect(**ClientConfig.load_client_connect_config())
            asked = DescribeTaskQueueRequest(
                namespace=client.namespace,
                task_queue=TaskQueue(name=queues.CONVERSATIONS),
                task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            )
            answer = await client.workflow_service.describe_task_queue(asked)
    except (RPCError, RuntimeError, TimeoutError) as error:  # RuntimeError: nobody answers
        return f"Temporal: {type(error).__name__} {error}"
    since = datetime.now(UTC) - SEEN_WITHIN  # noqa: TID251  edge: reads the clock
    for poller in answer.pollers:
        if poller.identity.endswith(f"@{host}") and poller.last_access_time.ToDatetime(UTC) > since:
            return None
    return f"no worker of {host} has asked {queues.CONVERSATIONS} for work lately"


if __name__ == "__main__":
    sys.exit(asyncio.run(complaint(socket.gethostname())))
