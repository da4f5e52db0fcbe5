"""The baseline's webhook as a process: takes a key over HTTP and signals, nothing else.

python -m bench.shape_api TEMPORAL_ADDRESS PORT
"""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.shapes import QUEUE, EmptyConversation

app = FastAPI()
_clients: list[Client] = []


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/said/{conversation}")
async def said(conversation: int, request: Request) -> Response:
    key = (await request.body()).decode()
    if not _clients:
        address = sys.argv[1]
        _clients.append(await Client.connect(address, data_converter=pydantic_data_converter))
    await _clients[0].start_workflow(
        EmptyConversation.__name__,
        key,
        id=f"bench/over-http/{conversation}",
        task_queue=QUEUE,
        start_signal="said",
        start_signal_args=[key],
    )
    return Response()


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
