"""Which account a call is for, and whether its token may make it."""

from fastapi import Request

from simulator.graph.errors import bad_token, unknown_object
from simulator.graph.requests import bearer
from simulator.send_api.account import SendApiAccount
from simulator.send_api.product import Product
from simulator.state import Simulation


def token_of(request: Request) -> str:
    """The token, from the header or the query. Raises `GraphError` when there is none."""
    return request.query_params.get("access_token") or bearer(request)


def opened_by(product: Product, simulation: Simulation, token: str) -> dict[str, SendApiAccount]:
    """The accounts of this token. Raises `GraphError` when it has none."""
    accounts = simulation.accounts.of(product.key, product.account_model).items()
    mine = {key: account for key, account in accounts if account.opens(token)}
    if not mine:
        raise bad_token("The access token is not valid.")
    return mine


def authorise(
    product: Product, simulation: Simulation, request: Request, node: str
) -> tuple[str, SendApiAccount]:
    """The account of a node, `me` being that of the token. Raises `GraphError`."""
    token = token_of(request)
    if node == "me":
        return next(iter(opened_by(product, simulation, token).items()))
    accounts = simulation.accounts.of(product.key, product.account_model).items()
    for account_id, account in accounts:
        if product.node(account_id, account) == node:
            if not account.opens(token):
                raise bad_token("The access token is not valid for this account.")
            return account_id, account
    raise unknown_object(request.method, node)
