"""`POST /{version}/{node}/messages`: messages, and what shows that the account reads and types.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/send-api
"""

from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.graph.requests import check_version, json_object
from simulator.receipts import report
from simulator.schemas import Draft
from simulator.send_api.accounts import authorise
from simulator.send_api.describe import options_of, text_of, type_of
from simulator.send_api.errors import refuse
from simulator.send_api.files import keep_linked
from simulator.send_api.models import FilePayload
from simulator.send_api.product import Product
from simulator.send_api.validate import Call, check, parse
from simulator.state import Simulation


async def send(
    product: Product, simulation: Simulation, request: Request, version: str, node: str
) -> Response:
    check_version(version)
    account_id, account = authorise(product, simulation, request, node)
    body = await json_object(request)
    call = parse(product, account, body)
    to = check(product, simulation, account_id, call)

    async def accept() -> Response:
        if call.message is None:
            return JSONResponse({"recipient_id": to})
        return await _accept(product, simulation, account_id, to, call, body)

    is_send = call.message is not None
    fault = simulation.faults.take(product.key, account_id, is_send=is_send)
    return await answer_with(fault, accept, refuse)


async def _accept(
    product: Product,
    simulation: Simulation,
    account_id: str,
    to: str,
    call: Call,
    body: dict[str, Any],
) -> Response:
    assert call.message is not None  # noqa: S101  asked before the call
    entry = await simulation.ledger.add(
        Draft(
            platform=product.key,
            account=account_id,
            to=to,
            external_id=product.new_mid(account_id),
            reference=call.message.metadata,
            type=type_of(call),
            text=text_of(call),
            options=options_of(call),
            request=body,
        )
    )
    simulation.background.spawn(report(simulation, entry))
    answer = {"message_id": entry.external_id}
    if call.named[0] == "id":
        answer = {"recipient_id": to, **answer}
    linked = [one for one in call.payloads if isinstance(one, FilePayload) and one.is_reusable]
    if linked:
        kind = call.message.files[0].type
        answer["attachment_id"] = keep_linked(simulation, account_id, kind)
    return JSONResponse(answer)
