"""One HTTP server that plays the platforms: `uvicorn simulator.app:create_app --factory`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.responses import Response

from simulator import control
from simulator.deliver import new_client
from simulator.hangup import DroppableApp
from simulator.platform import Refusal
from simulator.registry import SIMULATED
from simulator.state import Simulation

MAX_BODY = 110 * 1024 * 1024
"""The largest file of any platform, and what a form adds."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with new_client() as client:
        simulation = Simulation(client, SIMULATED)
        app.state.simulation = simulation
        try:
            yield
        finally:
            await simulation.background.aclose()


async def _refusal(_: Request, error: Exception) -> Response:
    """A platform's refusal, in that platform's own shape."""
    assert isinstance(error, Refusal)  # noqa: S101  registered for that class
    return error.response()


async def health() -> dict[str, str]:
    return {"status": "ok"}


def create_app() -> FastAPI:
    app = DroppableApp(
        title="PyTake platform simulator", lifespan=_lifespan, max_body_size=MAX_BODY
    )
    app.add_exception_handler(Refusal, _refusal)
    app.get("/health")(health)
    app.include_router(control.router)
    for platform in SIMULATED.values():
        for router in platform.routers:
            app.include_router(router)
    return app
