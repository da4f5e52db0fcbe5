"""An RBM webhook becomes events.

https://developers.google.com/business-communications/rcs-business-messaging/guides/integrate/webhooks
"""

import base64
import hashlib
import hmac
from typing import Any

from pydantic import SecretStr

from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest, WebhookResponse
from platforms.rbm.account import RbmAccount
from platforms.rbm.envelope import Envelope, envelopes, is_check, signed_bytes
from platforms.rbm.events import Fields, ignored, read_item
from platforms.reading import as_object, as_text, digest, read_json

SIGNATURE_HEADER = "x-goog-signature"


def verify(request: WebhookRequest, account: RbmAccount) -> None:
    """Raise `SignatureInvalid` unless the client token signed what is in the envelope.

    The check of our URL comes unsigned and names the token itself. Nothing is dated: a repeat is known by its ids.
    """
    check = _check(request)
    if check is not None:
        given = as_text(check.get("clientToken")) or ""
        matches = [_same(given, token) for token in _tokens(account)]
    else:
        given = request.headers.get(SIGNATURE_HEADER, "").strip()
        matches = [_same(given, sign(request.body, token)) for token in _tokens(account)]
    if not any(matches):
        raise SignatureInvalid("missing" if not given else "not this agent's client token")


def sign(body: bytes, client_token: str) -> str:
    """The signature header's value for a body."""
    made = hmac.new(client_token.encode(), signed_bytes(body), hashlib.sha512)
    return base64.b64encode(made.digest()).decode()


def acknowledge(request: WebhookRequest) -> WebhookResponse | None:
    """The secret of the console's check, as it is; `verify` has seen that the check knows our token."""
    check = _check(request)
    secret = as_text(check.get("secret")) if check is not None else None
    return WebhookResponse(body=secret) if secret is not None else None


def accounts(request: WebhookRequest) -> list[str]:
    """The agents that a body is for."""
    try:
        found = [as_text((each.item or {}).get("agentId")) for each in envelopes(_body(request))]
    except PayloadUnreadable:
        return []
    return list(dict.fromkeys(agent for agent in found if agent))


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """Every message of a body. Raises `PayloadUnreadable` when it is not JSON."""
    body = _body(request)
    if is_check(body):
        # Without `raw`, which would hold the token.
        key = f"check:{digest(as_object(body).get('secret'))}"
        return [InboundEvent(external_id=key, **ignored("the platform checks our address"))]
    return [_event(envelope) for envelope in envelopes(body)]


def _event(envelope: Envelope) -> InboundEvent:
    try:
        return _built(read_item(envelope), envelope)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one message, the others survive
        return _built(ignored(f"unreadable: {type(error).__name__}"), envelope)


def _built(fields: Fields, envelope: Envelope) -> InboundEvent:
    key = fields.get("external_id") or f"pubsub:{envelope.key}"
    kept = envelope.raw if envelope.item is None else envelope.item
    raw = {"raw": kept} if fields["kind"] == "ignored" else {}
    account = as_text((envelope.item or {}).get("agentId"))
    return InboundEvent(**{**fields, **raw, "external_id": key, "account": account})


def _body(request: WebhookRequest) -> Any:
    try:
        body = read_json(request.body)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None
    if not isinstance(body, dict | list):
        raise PayloadUnreadable("the body is neither a message nor a list of them")
    return body


def _check(request: WebhookRequest) -> dict[str, Any] | None:
    try:
        body = _body(request)
    except PayloadUnreadable:
        return None
    return as_object(body) if is_check(body) else None


def _tokens(account: RbmAccount) -> list[str]:
    tokens: tuple[SecretStr | None, ...] = (account.client_token, account.previous_client_token)
    return [token.get_secret_value() for token in tokens if token is not None]


def _same(given: str, wanted: str) -> bool:
    """Constant time, and on bytes: `compare_digest` raises on text that is not ASCII."""
    return bool(wanted) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass")
    )
