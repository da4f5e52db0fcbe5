"""What an app asks with its own token: about tokens that it was given, and where its webhooks go.

https://developers.facebook.com/docs/graph-api/reference/debug_token
https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from fastapi import Request

from simulator.graph.errors import GraphError, bad_token
from simulator.graph.requests import bearer
from simulator.schemas import GraphAccount, Template

Known = TypeVar("Known", bound=GraphAccount)
Json = dict[str, Any]


def of_app(request: Request, accounts: Mapping[str, Known]) -> dict[str, Known]:
    """The accounts of the app whose token it is: `id|secret`. Raises `GraphError`."""
    app, _, secret = bearer(request).partition("|")
    found = {
        key: account
        for key, account in accounts.items()
        if app == str(account.app_id)
        and hmac.compare_digest(secret.encode(), account.app_secret.encode())
    }
    if not found:
        raise bad_token("Cannot get application info due to a system error.")
    return found


def debugged(request: Request, accounts: Mapping[str, Known], kind: str) -> Json:
    """What a token is; one that is good for nothing is told of, too."""
    mine = of_app(request, accounts)
    token = request.query_params.get("input_token")
    if not token:
        raise GraphError(100, message="(#100) The parameter input_token is required")
    for key, account in mine.items():
        if account.opens(token):
            end = account.token_expires_at if account.access_token == token else None
            return {
                "data": {
                    "app_id": str(account.app_id),
                    "type": kind,
                    "application": "Atendimento",
                    "data_access_expires_at": 0,
                    "expires_at": int(end.timestamp()) if end else 0,
                    "is_valid": True,
                    "profile_id": key,
                    "scopes": [],
                }
            }
    error = {"code": 190, "message": "The access token could not be decrypted"}
    return {"data": {"error": error, "is_valid": False, "scopes": []}}


def app_webhooks(accounts: Mapping[str, Known], kind: str, fields: Iterable[str]) -> Json:
    """One address for all accounts of an app."""
    urls = {account.webhook_url for account in accounts.values() if account.webhook_url}
    listed = [{"name": name, "version": "v25.0"} for name in sorted(set(fields))]
    return {
        "data": [
            {"object": kind, "callback_url": url, "active": True, "fields": listed}
            for url in sorted(urls)[:1]
        ]
    }


def listed(templates: Iterable[Template]) -> list[Json]:
    """Templates as a business account or a page tells of them."""
    return [_listed(number, template) for number, template in enumerate(templates, 1)]


def _listed(number: int, template: Template) -> Json:
    body = [{"type": "BODY", "text": template.body}] if template.body else []
    return {
        "id": str(900_000_000_000_000 + number),
        "name": template.name,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "components": body,
    }
