"""`GET /{version}/{person}`: what the platform tells of a customer who wrote.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/user-profile
"""

from fastapi import Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.graph.requests import check_version
from simulator.send_api.accounts import opened_by, token_of
from simulator.send_api.errors import invalid, refuse
from simulator.send_api.product import Product
from simulator.state import Simulation


async def look_up(
    product: Product, simulation: Simulation, request: Request, version: str, person: str
) -> Response:
    check_version(version)
    for account_id in opened_by(product, simulation, token_of(request)):
        contact = simulation.contacts.get(product.key, account_id, person)
        if contact is not None:
            break
    else:
        raise product.no_profile(person)
    known = product.profile(account_id, contact)
    asked = [name for name in request.query_params.get("fields", "").split(",") if name]
    for name in asked:
        if name not in known and name != "id":
            raise invalid(f"Tried accessing nonexisting field ({name})")
    answer = {name: known[name] for name in asked or known if name in known}

    async def accept() -> Response:
        return JSONResponse({**answer, "id": person})

    fault = simulation.faults.take(product.key, account_id, is_send=False)
    return await answer_with(fault, accept, refuse)
