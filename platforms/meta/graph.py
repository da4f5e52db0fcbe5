"""What WhatsApp, Messenger and Instagram share: handshake, signature, envelope and error object.

Sources:
https://developers.facebook.com/docs/graph-api/webhooks/getting-started (handshake, signature, envelope)
https://developers.facebook.com/docs/graph-api/guides/error-handling (the error object)
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from http import HTTPMethod, HTTPStatus
from typing import Any, NamedTuple

from pydantic import SecretStr

from domain.errors import SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest, WebhookResponse
from platforms.meta.reading import as_list, as_text, digest, parse_timestamp
from platforms.reading import as_object

SIGNATURE_HEADER = "x-hub-signature-256"


def answer_handshake(request: WebhookRequest, verify_token: SecretStr) -> WebhookResponse | None:
    """The challenge, verbatim and as plain text, to whoever knows our token; None if nothing was asked."""
    query = request.query
    if request.method.upper() != HTTPMethod.GET or "hub.mode" not in query:
        return None
    challenge = query.get("hub.challenge")
    if not challenge:
        return WebhookResponse(status=HTTPStatus.BAD_REQUEST)
    known = _same(query.get("hub.verify_token", ""), verify_token.get_secret_value())
    if query["hub.mode"] != "subscribe" or not known:
        return WebhookResponse(status=HTTPStatus.FORBIDDEN)
    return WebhookResponse(body=challenge)


def check_signature(request: WebhookRequest, secrets: Iterable[SecretStr | None]) -> None:
    """Raise `SignatureInvalid` unless one of our app secrets signed exactly these bytes.

    Only the raw bytes will do: Meta signs non-ASCII text and slashes in escaped form, so a body that was
    parsed and written again has another signature.
    """
    given = request.headers.get(SIGNATURE_HEADER, "").strip()
    keys = [secret.get_secret_value() for secret in secrets if secret is not None]
    matches = [_same(given, sign(request.body, key)) for key in keys if key]
    if not any(matches):
        raise SignatureInvalid("missing" if not given else "no app secret of this channel made it")


def sign(body: bytes, secret: str) -> str:
    """The signature header's value for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    """Constant time, and on bytes: `compare_digest` raises on text that is not ASCII."""
    return bool(wanted) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass")
    )


class Change(NamedTuple):
    """One `changes[]` item of one `entry[]`, with what is needed to route and deduplicate its parts."""

    entry_id: str | None
    time: Any
    field: str | None
    value: Any
    raw: Any

    @property
    def phone_number_id(self) -> str | None:
        """WhatsApp names the receiving number here; `entry_id` is only the business account."""
        return as_text(as_object(as_object(self.value).get("metadata")).get("phone_number_id"))

    @property
    def account(self) -> str | None:
        return self.phone_number_id or self.entry_id


def changes(body: dict[str, Any]) -> Iterator[Change]:
    """Every change of every entry, in order. An entry without any comes as a change without a field.

    A body may also be one bare change: that is how Meta's dashboard shows its samples.
    """
    if "entry" not in body and "field" in body:
        yield _change({}, body)
    for entry in as_list(body.get("entry")):
        fields = as_object(entry)
        found = as_list(fields.get("changes"))
        if not found:
            yield Change(as_text(fields.get("id")), fields.get("time"), None, None, entry)
        for item in found:
            yield _change(fields, item)


def _change(entry: dict[str, Any], item: Any) -> Change:
    fields = as_object(item)
    return Change(
        entry_id=as_text(entry.get("id")),
        time=entry.get("time"),
        field=as_text(fields.get("field")),
        value=fields.get("value"),
        raw=item,
    )


def ignored(change: Change, item: Any, reason: str, external_id: str | None = None) -> InboundEvent:
    """An item we take note of and do nothing with, kept whole."""
    fields = as_object(item)
    own_id = as_text(fields.get("id"))
    return InboundEvent(
        kind="ignored",
        external_id=external_id or own_id or digest(change.field, item, change.time),
        sent_at=parse_timestamp(fields.get("timestamp")),
        account=change.account,
        reason=reason,
        raw=item,
    )
