"""Graph API error objects and what they mean for a send.

The code decides, then the subcode, never the HTTP status: rate limits come as 400 and errors even as 200.
https://developers.facebook.com/docs/graph-api/guides/error-handling
https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

import httpx

from domain.errors import (
    ChannelUnauthorized,
    ContentRejected,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.platform import RateScope
from domain.value import Value
from platforms.base import MASK
from platforms.http import from_status, retry_after
from platforms.meta.reading import as_list, as_number, as_text, read_value
from platforms.reading import as_object


class ErrorRule(NamedTuple):
    """What one code means, and how long to wait where the platform does not say it itself."""

    error: type[DeliveryError]
    delay: timedelta | None = None
    scope: RateScope = "channel"
    """Of a limit: whose messages come too fast."""


Rules = Mapping[int | tuple[int, int], ErrorRule]
"""By code, or by code and subcode."""

REJECTED = ErrorRule(ContentRejected)
UNAVAILABLE = ErrorRule(PlatformUnavailable)
UNAUTHORIZED = ErrorRule(ChannelUnauthorized)
THROTTLED = ErrorRule(Throttled)
APP_THROTTLED = ErrorRule(Throttled, timedelta(minutes=1))
"""The limits of an app or business are counted over an hour; a minute lets the count fall."""

GRAPH_RULES: Rules = {
    1: UNAVAILABLE,
    2: UNAVAILABLE,
    3: UNAUTHORIZED,
    4: APP_THROTTLED,
    10: UNAUTHORIZED,
    17: APP_THROTTLED,
    32: APP_THROTTLED,
    33: UNAUTHORIZED,
    (100, 33): UNAUTHORIZED,
    102: UNAUTHORIZED,
    190: UNAUTHORIZED,
    **dict.fromkeys(range(200, 300), UNAUTHORIZED),
    341: APP_THROTTLED,
    368: UNAUTHORIZED,
    613: APP_THROTTLED,
    **dict.fromkeys(range(80000, 80015), APP_THROTTLED),
}

_UNLISTED: dict[int, ErrorRule] = {
    HTTPStatus.UNAUTHORIZED: UNAUTHORIZED,
    HTTPStatus.TOO_MANY_REQUESTS: THROTTLED,
    HTTPStatus.SERVICE_UNAVAILABLE: UNAVAILABLE,
}
"""Only for codes that no table knows."""

_PHONE = re.compile(r"\+?\d{8,}")
_MAX_DETAIL = 300


class GraphError(Value):
    """One error object, from an answer (`error`) or from a webhook (`errors[]`)."""

    code: int
    subcode: int | None = None
    title: str
    details: str
    transient: bool = False
    trace: str | None = None

    @property
    def vendor_code(self) -> str:
        return str(self.code)


def read_error(raw: Any) -> GraphError | None:
    """The error object, or None when the value is none: without a code there is nothing to decide by."""
    fields = as_object(raw)
    code = as_number(fields.get("code"))
    if code is None:
        return None
    subcode = as_number(fields.get("error_subcode"))
    message = as_text(fields.get("message"))
    title = as_text(fields.get("title")) or message or f"error {code}"
    return GraphError(
        code=int(code),
        subcode=None if subcode is None else int(subcode),
        title=title,
        details=_details(fields) or message or title,
        transient=fields.get("is_transient") is True,
        trace=as_text(fields.get("fbtrace_id")),
    )


def _details(fields: dict[str, Any]) -> str | None:
    """`error_data` is an object, or the same as a text of JSON; some payloads have `details` beside it."""
    extra = fields.get("error_data")
    if isinstance(extra, str):
        try:
            extra = read_value(extra)
        except ValueError:
            return extra or None
    return as_text(as_object(extra).get("details")) or as_text(fields.get("details"))


def rule_for(error: GraphError, rules: Rules, status: int | None = None) -> ErrorRule:
    """The rule of the subcode, else of the code, else of the HTTP status.

    `is_transient` beats a final one, but a message that may have been sent is never sent again.
    """
    found = rules.get((error.code, error.subcode or 0)) or rules.get(error.code)
    rule = found or _UNLISTED.get(status or 0, REJECTED)
    settled = rule.error.retryable or rule.error is OutcomeUnknown
    return UNAVAILABLE if error.transient and not settled else rule


def to_delivery_error(
    error: GraphError,
    rules: Rules,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
) -> DeliveryError:
    """The domain error of an error object. Its detail names no phone number and no secret."""
    rule = rule_for(error, rules, status)
    detail = _safe(f"{error.vendor_code}: {error.details}", secrets)
    if error.trace:
        detail = f"{detail} (trace {error.trace[:64]})"
    if not issubclass(rule.error, Throttled):
        return rule.error(detail, vendor_code=error.vendor_code)
    asked = retry_after(headers or {}) or regain_after(headers or {})
    wait = asked or rule.delay
    return rule.error(detail, retry_after=wait, scope=rule.scope, vendor_code=error.vendor_code)


def regain_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long the usage header says that access stays blocked; the header counts in minutes.

    https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers-2
    """
    try:
        usage = as_object(read_value(headers.get("x-business-use-case-usage", "{}")))
    except ValueError:
        return None
    uses = [as_object(use) for uses in usage.values() for use in as_list(uses)]
    minutes = [as_number(use.get("estimated_time_to_regain_access")) or 0 for use in uses]
    longest = min(max(minutes, default=0), 7 * 24 * 60)
    return timedelta(minutes=longest) if longest > 0 else None


def read_answer(
    response: httpx.Response, rules: Rules, secrets: Iterable[str] = ()
) -> dict[str, Any]:
    """The JSON object of an answer that is not an error. Raises a `DeliveryError`."""
    try:
        body = as_object(read_value(response.content))
    except ValueError:
        body = {}
    error = read_error(body.get("error"))
    if error is not None:
        raise to_delivery_error(
            error, rules, status=response.status_code, headers=response.headers, secrets=secrets
        )
    if not response.is_success:
        raise from_status(response)
    if not body or "error" in body:
        raise OutcomeUnknown("the answer is not readable", vendor_code=str(response.status_code))
    return body


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _PHONE.sub(MASK, text)[:_MAX_DETAIL]
