"""A LinkedIn webhook becomes events; so does a page of the changelog, which is fetched.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from http import HTTPMethod
from typing import Any
from urllib.parse import parse_qsl

from pydantic import SecretStr

from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest, WebhookResponse
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.changes import is_change, read_change
from platforms.linkedin.leads import is_lead, read_lead
from platforms.linkedin.notifications import Fields, ignored, read_notification
from platforms.reading import Json, as_list, as_object, as_text, digest, read_json

SIGNATURE_HEADER = "x-li-signature"
_PREFIX = "hmacsha256="
_MAX_FORM_FIELDS = 50


def answer_challenge(request: WebhookRequest, account: LinkedInAccount) -> WebhookResponse | None:
    """The challenge with its signature: LinkedIn asks every two hours, and blocks who fails three times."""
    code = request.query.get("challengeCode")
    if request.method.upper() != HTTPMethod.GET or not code:
        return None
    made = _hex(account.client_secret.get_secret_value(), code.encode("utf-8", "replace"))
    body = json.dumps({"challengeCode": code, "challengeResponse": made})
    return WebhookResponse(body=body, content_type="application/json")


def verify(request: WebhookRequest, account: LinkedInAccount) -> None:
    """Raise `SignatureInvalid` unless the app's client secret signed exactly these bytes.

    Nothing is dated: a repeat is known by its ids. Constant time, and on bytes: `compare_digest` raises on text that is
    not ASCII.
    """
    given = request.headers.get(SIGNATURE_HEADER, "").strip().removeprefix(_PREFIX)
    secrets: tuple[SecretStr | None, ...] = (account.client_secret, account.previous_client_secret)
    wanted = [sign(request.body, key.get_secret_value()) for key in secrets if key is not None]
    # A list, not a generator: every secret is compared, whichever matches.
    matches = [
        hmac.compare_digest(given.encode("utf-8", "surrogatepass"), made.encode())
        for made in wanted
    ]
    if not any(matches):
        raise SignatureInvalid("missing" if not given else "not this app's client secret")


def sign(body: bytes, client_secret: str) -> str:
    """The signature header's value for these bytes, before which the name of the method is signed too."""
    return _hex(client_secret, _PREFIX.encode() + body)


def _hex(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def accounts(request: WebhookRequest) -> list[str]:
    """The Pages and members that a body is for."""
    try:
        found = [_account(item) for item in _items(_body(request))]
    except PayloadUnreadable:
        return []
    return list(dict.fromkeys(name for name in found if name))


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """Every item of a body. Raises `PayloadUnreadable` when it is not LinkedIn's."""
    body = _body(request)
    if isinstance(body, dict) and {*body} == {"challengeCode"}:
        return _built([ignored("the platform checks our address")], body)
    return [event for item in _items(body) for event in _events(item)]


def _body(request: WebhookRequest) -> Any:
    try:
        body = read_json(request.body)
    except ValueError:
        body = _form(request.body)
    if not isinstance(body, dict | list):
        raise PayloadUnreadable("the body is neither an object nor a list")
    return body


def _form(raw: bytes) -> Json:
    """A challenge as its query is written; nothing else comes as a form."""
    try:
        fields = parse_qsl(raw.decode("ascii"), max_num_fields=_MAX_FORM_FIELDS)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None
    form = dict(fields)
    if "challengeCode" not in form:
        raise PayloadUnreadable("the body is not JSON")
    return {"challengeCode": form["challengeCode"]}


def _items(body: Any) -> Iterator[Any]:
    """The notifications of a webhook, the changes of a page, or a bare one of either."""
    for outer in body if isinstance(body, list) else [body]:
        fields = as_object(outer)
        lists = [as_list(fields[key]) for key in _LISTS if isinstance(fields.get(key), list)]
        if not lists:
            yield outer
        for inner in lists:
            yield from inner


_LISTS = ("notifications", "elements")


def _account(item: Any) -> str | None:
    """Whom an item is for: a Page, or the member whose change it is."""
    fields = as_object(item)
    owner = fields.get("owner")
    named = as_object(owner) if isinstance(owner, dict) else {}
    return (
        as_text(fields.get("organizationalEntity"))
        or (owner if isinstance(owner, str) and owner.strip() else None)
        or as_text(named.get("organization"))
        or as_text(named.get("sponsoredAccount"))
    )


def _events(item: Any) -> list[InboundEvent]:
    try:
        return _built(_read(item), item)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one item, the others survive
        return _built([ignored(f"unreadable: {type(error).__name__}")], item)


def _read(item: Any) -> list[Fields]:
    fields = as_object(item)
    if "action" in fields or "notificationId" in fields:
        return [read_notification(fields)]
    if is_change(fields):
        return read_change(fields)
    if is_lead(fields):
        return [read_lead(fields)]
    kind = as_text(fields.get("type"))
    return [ignored(f"unknown kind of notification: {kind}" if kind else "not a notification")]


def _built(found: list[Fields], item: Any) -> list[InboundEvent]:
    """What has no id of its own is known by what it is."""
    events: list[InboundEvent] = []
    for index, fields in enumerate(found):
        key = fields.get("external_id") or digest(item)
        numbered = f"{key}:{index}" if index else key
        raw = {"raw": item} if fields["kind"] == "ignored" else {}
        own = {**fields, **raw, "external_id": numbered, "account": _account(item)}
        events.append(InboundEvent(**own))
    return events
