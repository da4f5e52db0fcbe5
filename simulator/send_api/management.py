"""What an account, its page and its app tell of themselves.

https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
https://developers.facebook.com/docs/graph-api/reference/page/message_templates
https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/get-started
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.graph.apps import app_webhooks, debugged, listed, of_app
from simulator.graph.errors import unknown_object
from simulator.graph.fields import chosen, page
from simulator.graph.requests import check_version
from simulator.schemas import Template
from simulator.send_api.account import SendApiAccount
from simulator.send_api.accounts import authorise
from simulator.send_api.errors import refuse
from simulator.send_api.product import Json, Product
from simulator.state import Sim, Simulation


def router_of(product: Product) -> APIRouter:
    """To be asked before the router of customers, whose ids stand at the same place."""
    router = APIRouter(prefix=f"/{product.key}", include_in_schema=False)

    @router.get("/{version}/me")
    async def me(version: str, request: Request, simulation: Sim) -> Response:
        check_version(version)
        account_id, account = authorise(product, simulation, request, "me")
        asked = request.query_params.get("fields", "")
        known = chosen(product.owner(account_id, account), asked, ("name",), product.owner_kind)
        return await _answered(product, simulation, account_id, known)

    @router.get("/{version}/debug_token")
    async def debug_token(version: str, request: Request, simulation: Sim) -> Response:
        check_version(version)
        accounts = simulation.accounts.of(product.key, product.account_model)
        return JSONResponse(debugged(request, accounts, "PAGE"))

    @router.get("/{version}/{node}/subscribed_apps")
    async def subscribed_apps(
        version: str, node: str, request: Request, simulation: Sim
    ) -> Response:
        check_version(version)
        account_id, account = authorise(product, simulation, request, node)
        return await _answered(product, simulation, account_id, _apps(product, account))

    @router.get("/{version}/{app}/subscriptions")
    async def subscriptions(version: str, app: str, request: Request, simulation: Sim) -> Response:
        check_version(version)
        accounts = simulation.accounts.of(product.key, product.account_model)
        mine = of_app(request, accounts)
        if app not in {str(account.app_id) for account in mine.values()}:
            raise unknown_object(request.method, app)
        fields = product.webhook_fields.values()
        return JSONResponse(app_webhooks(mine, product.webhook_object, fields))

    @router.get("/{version}/{node}/message_templates")
    async def message_templates(
        version: str, node: str, request: Request, simulation: Sim
    ) -> Response:
        check_version(version)
        account_id, account = authorise(product, simulation, request, node)
        templates: list[Template] | None = getattr(account, "templates", None)
        if templates is None:
            raise unknown_object(request.method, node)
        asked = request.query_params.get("fields", "")
        default = ("name", "language", "status", "category", "components")
        items = [chosen(one, asked, default, "MessengerTemplate") for one in listed(templates)]
        return await _answered(product, simulation, account_id, page(request, items))

    return router


def _apps(product: Product, account: SendApiAccount) -> Json:
    """Without fields of its own, an account is subscribed to all of them."""
    if not account.subscribed:
        return {"data": []}
    fields = account.subscribed_fields or sorted(set(product.webhook_fields.values()))
    app = {"category": "Business", "name": "Atendimento", "id": str(account.app_id)}
    return {"data": [{**app, "subscribed_fields": fields}]}


async def _answered(
    product: Product, simulation: Simulation, account_id: str, body: Json
) -> Response:
    async def accept() -> Response:
        return JSONResponse(body)

    fault = simulation.faults.take(product.key, account_id, is_send=False)
    return await answer_with(fault, accept, refuse)
