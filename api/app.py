"""The API process: its routes, and what it opens and closes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import logs
import settings as configuration
from api import (
    auth,
    channels,
    conversations,
    errors,
    flows,
    health,
    media,
    tokens,
    webhooks,
    ws,
)
from api.dependencies import Api
from api.draining import Drain
from api.webchat import routes as webchat
from api.webchat.cors import WebchatCors
from bootstrap import services, settle_memory
from settings import Settings

ROUTERS = (
    auth.router,
    conversations.router,
    channels.router,
    flows.router,
    media.router,
    media.public,
    ws.router,
    webchat.router,
    webhooks.router,
    health.router,
)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the services; drain the spool and what connections bring, and follow live updates until the end."""
    settings: Settings = app.state.settings
    tokens.check_key(settings)
    async with services(settings, "pytake-api", lazy_temporal=True) as opened:
        app.state.api = Api.over(opened)
        background = [
            asyncio.create_task(app.state.api.intake.drain_forever()),
            asyncio.create_task(Drain(app.state.api).run_forever()),
            asyncio.create_task(app.state.api.hub.run_forever()),
        ]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. Without settings it is a process of its own: it reads the environment and sets up logs."""
    if settings is None:
        settings = configuration.load()
        logs.configure(settings)
        settle_memory()
    app = FastAPI(
        title="PyTake",
        version="0.1.0",
        description="Durable, omnichannel customer service. Errors are RFC 9457 problem details.",
        lifespan=lifespan,
    )
    app.state.settings = settings
    errors.install(app)
    app.add_middleware(WebchatCors, prefix=webchat.PREFIX)
    for router in ROUTERS:
        app.include_router(router)
    return app
