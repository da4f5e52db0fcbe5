"""The endpoints of one product, at the vendor's own paths."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from simulator.graph.errors import unknown_object
from simulator.send_api import files, messages, profiles
from simulator.send_api.product import Product
from simulator.state import Sim


def router_of(product: Product) -> APIRouter:
    router = APIRouter(prefix=f"/{product.key}", include_in_schema=False)

    @router.post("/{version}/{node}/messages")
    async def send_message(version: str, node: str, request: Request, simulation: Sim) -> Response:
        return await messages.send(product, simulation, request, version, node)

    @router.post("/{version}/{node}/message_attachments")
    async def upload(version: str, node: str, request: Request, simulation: Sim) -> Response:
        return await files.upload(product, simulation, request, version, node)

    @router.get("/attachments/{account_id}/{file_id}/{name}")
    async def download(
        account_id: str, file_id: str, name: str, request: Request, simulation: Sim
    ) -> Response:
        return await files.download(simulation, request, account_id, file_id)

    @router.get("/{version}/{person}")
    async def look_up(version: str, person: str, request: Request, simulation: Sim) -> Response:
        return await profiles.look_up(product, simulation, request, version, person)

    @router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
    async def unknown(path: str, request: Request) -> Response:
        raise unknown_object(request.method, path.rpartition("/")[2])

    return router
