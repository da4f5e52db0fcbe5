"""Every address of the web chat."""

from fastapi import APIRouter

from api.webchat import files, polling, sessions, socket

PREFIX = "/api/v1/webchat"

router = APIRouter(prefix=PREFIX)
for part in (sessions, files, polling, socket):
    router.include_router(part.router)
