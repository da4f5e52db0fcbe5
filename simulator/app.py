"""One HTTP server that plays the platforms: `uvicorn simulator.app:create_app --factory`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.responses import Response

from simulator import control
from simulator.deliver import new_client
from simulator.hangup import DroppableApp
from simulator.state import Simulation
from simulator.telegram import api as telegram_api
from simulator.telegram.errors import BotError
from simulator.whatsapp import api as whatsapp_api
from simulator.whatsapp import media_api as whatsapp_media_api
from simulator.whatsapp.errors import GraphError

MAX_BODY = 110 * 1024 * 1024
"""The largest file of any platform, and what a form adds."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with new_client() as client:
        simulation = Simulation(client)
        app.state.simulation = simulation
        try:
            yield
        finally:
            await simulation.background.aclose()


async def _refusal(_: Request, error: Exception) -> Response:
    """A platform's refusal, in that platform's own shape."""
    if isinstance(error, GraphError | BotError):
        return error.response()
    raise error


async def health() -> dict[str, str]:
    return {"status": "ok"}


def create_app() -> FastAPI:
    app = DroppableApp(
        title="PyTake platform simulator", lifespan=_lifespan, max_body_size=MAX_BODY
    )
    app.add_exception_handler(GraphError, _refusal)
    app.add_exception_handler(BotError, _refusal)
    app.get("/health")(health)
    for router in (
        control.router,
        whatsapp_api.router,
        whatsapp_media_api.router,
        telegram_api.router,
    ):
        app.include_router(router)
    return app
