"""A Slack webhook becomes events: JSON of the Events API, forms of interactivity and of slash commands.

https://docs.slack.dev/apis/events-api/using-http-request-urls
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest, WebhookResponse
from platforms.reading import Json, as_object, read_json, storable
from platforms.slack.account import SlackAccount
from platforms.slack.commands import is_command, read_command
from platforms.slack.envelope import Envelope, Fields, account_of, envelope_of, ignored, kept
from platforms.slack.events import read_event
from platforms.slack.interactive import ASKS_FOR_OPTIONS
from platforms.slack.interactive import READERS as INTERACTIONS
from platforms.slack.reading import as_moment, as_text

SIGNATURE_HEADER = "x-slack-signature"
TIMESTAMP_HEADER = "x-slack-request-timestamp"

WINDOW = 300
"""Seconds for which a signature is good, before and after."""
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_MAX_FORM_FIELDS = 100


def verify(request: WebhookRequest, account: SlackAccount) -> None:
    """Raise `SignatureInvalid` unless this app's signing secret signed exactly these bytes, lately.

    A delivery that is repeated (`X-Slack-Retry-Num`) is signed anew. Constant time, and on bytes: `compare_digest`
    raises on text that is not ASCII.
    """
    given = request.headers.get(SIGNATURE_HEADER, "")
    stamp = request.headers.get(TIMESTAMP_HEADER, "")
    if not given or not _TIMESTAMP.fullmatch(stamp):
        raise SignatureInvalid("missing" if not given else "it names no time")
    secrets = (account.signing_secret, account.previous_signing_secret)
    keys = [secret.get_secret_value() for secret in secrets if secret is not None]
    # A list, not a generator: every secret is compared, whichever matches.
    matches = [_same(given, sign(request.body, stamp, key)) for key in keys if key]
    if not any(matches):
        raise SignatureInvalid("not this app's signing secret")
    if request.received_at and abs(request.received_at.timestamp() - int(stamp)) > WINDOW:
        raise SignatureInvalid("too old, or of a clock that is wrong")


def sign(body: bytes, timestamp: str, secret: str) -> str:
    """The signature header's value for these bytes at that time."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


def accounts(request: WebhookRequest) -> list[str]:
    try:
        account = account_of(_body(request))
    except PayloadUnreadable:
        return []
    return [account] if account else []


def acknowledge(request: WebhookRequest) -> WebhookResponse | None:
    """A check of our URL as it wants to be answered, also where it names nobody; no options to a menu that asks."""
    try:
        body = _body(request)
    except PayloadUnreadable:
        return None
    kind, challenge = as_text(body.get("type")), as_text(body.get("challenge"))
    if kind == "url_verification" and challenge:
        return WebhookResponse(body=challenge)
    if "ssl_check" in body:
        return WebhookResponse()
    if kind in ASKS_FOR_OPTIONS:
        return WebhookResponse(body='{"options":[]}', content_type="application/json")
    return None


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """What a body tells. Raises `PayloadUnreadable` when it is neither JSON nor a form of Slack's."""
    body = _body(request)
    envelope = envelope_of(body)
    try:
        return _built(_read(body, envelope), envelope, body)
    except Exception as error:  # noqa: BLE001  whatever is wrong with an item, it is kept
        return _built([ignored(f"unreadable: {type(error).__name__}")], envelope, body)


def _body(request: WebhookRequest) -> Json:
    """The object of a body: JSON as it is, JSON in the form field `payload`, or the fields of a form."""
    raw = request.body.lstrip()
    found = _json(raw) if raw[:1] in {b"{", b"["} else _form(raw)
    inner = found.get("payload") if isinstance(found, dict) else None
    if isinstance(inner, str) and "type" not in found:
        found = _json(inner)
    if not isinstance(found, dict):
        raise PayloadUnreadable("the body is not an object")
    return found


def _json(text: str | bytes) -> Any:
    try:
        return read_json(text)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None


def _form(raw: bytes) -> Json:
    try:
        fields = parse_qsl(
            raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FORM_FIELDS
        )
    except ValueError:
        raise PayloadUnreadable("the body is not a form") from None
    form = storable(dict(fields))
    if not {"payload", "command", "ssl_check"} & {*form}:
        raise PayloadUnreadable("the body is neither JSON nor a form of Slack's")
    return as_object(form)


def _read(body: Json, envelope: Envelope) -> Iterator[Fields]:
    kind = as_text(body.get("type"))
    if kind == "event_callback":
        yield from read_event(as_object(body.get("event")), envelope)
    elif kind is not None and (reader := INTERACTIONS.get(kind)):
        yield from reader(body, envelope)
    elif is_command(body):
        yield read_command(body, envelope)
    elif kind == "app_rate_limited":
        yield _rate_limited(body)
    elif kind == "url_verification":
        yield ignored("the platform checks our address")
    elif "ssl_check" in body:
        yield ignored("the platform checks our certificate")
    else:
        yield ignored(f"unknown kind of body: {kind}")


def _rate_limited(body: Json) -> Fields:
    """https://docs.slack.dev/reference/events/app_rate_limited: events of this minute were left out."""
    minute = body.get("minute_rate_limited")
    details = {"type": "rate_limited", "minute": minute}
    return {"kind": "channel", "sent_at": as_moment(minute), "details": details}


def _item(body: Json) -> Any:
    """The platform's own item: the event without what is around it."""
    return kept(as_object(body.get("event")) or body)


def _built(found: Iterable[Fields], envelope: Envelope, body: Json) -> list[InboundEvent]:
    events: list[InboundEvent] = []
    for index, fields in enumerate(found):
        key = fields.get("external_id") or (f"{envelope.key}:{index}" if index else envelope.key)
        raw = _item(body) if fields["kind"] == "ignored" else kept(fields.get("raw"))
        own = {**fields, "external_id": key, "raw": raw, "account": envelope.account}
        events.append(InboundEvent(**own))
    return events
