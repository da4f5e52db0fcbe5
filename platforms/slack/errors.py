"""The Web API's refusals and what they mean for a send.

An answer is `{"ok": false, "error": "channel_not_found", …}`, as a rule with HTTP 200.
https://docs.slack.dev/apis/web-api/#evaluating_responses, and "Errors" on the page of each method below
https://docs.slack.dev/reference/methods
"""

from collections.abc import Iterable
from typing import Any

import httpx

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    MediaRejected,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from platforms.base import MASK
from platforms.http import from_status, retry_after
from platforms.reading import as_list, as_object, read_json
from platforms.slack.reading import as_text

ERRORS: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(("ratelimited", "rate_limited", "message_limit_exceeded"), Throttled),
    # Of these Slack says that some of it may have been done before the error came.
    **dict.fromkeys(("internal_error", "fatal_error"), OutcomeUnknown),
    # Nothing was done: the request came cut off, or was not taken in.
    **dict.fromkeys(
        (
            "service_unavailable",
            "request_timeout",
            "team_added_to_org",
            "external_channel_migrating",
        ),
        PlatformUnavailable,
    ),
    **dict.fromkeys(
        (
            "accesslimited",
            "account_inactive",
            "app_access_restricted",
            "as_user_not_supported",
            "bad_client_secret",
            "deprecated_endpoint",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "invalid_auth",
            "method_deprecated",
            "metadata_must_be_sent_from_app",
            "missing_scope",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "team_access_not_granted",
            "team_not_found",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
            "unknown_method",
        ),
        ChannelUnauthorized,
    ),
    **dict.fromkeys(
        (
            "access_denied",
            "cannot_dm_bot",
            "channel_is_limited_access",
            "channel_not_found",
            "invalid_channel",
            "is_archived",
            "is_inactive",
            "messages_tab_disabled",
            "no_access",
            "no_permission",
            "not_in_channel",
            "posting_to_channel_denied",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "thread_locked",
            "thread_not_found",
            "user_disabled",
            "user_not_found",
            "user_not_in_channel",
            "user_not_visible",
        ),
        ContactUnreachable,
    ),
    **dict.fromkeys(
        (
            "blocked_file_type",
            "file_deleted",
            "file_is_deleted",
            "file_not_found",
            "file_share_limit_reached",
            "file_type_not_allowed",
            "file_update_failed",
            "file_upload_size_restricted",
            "file_uploads_disabled",
            "file_uploads_except_images_disabled",
            "max_file_sharing_exceeded",
            "missing_file_data",
            "not_visible",
            "slack_connect_blocked_file_type",
            "slack_connect_canvas_sharing_blocked",
            "slack_connect_clip_sharing_blocked",
            "slack_connect_file_link_sharing_blocked",
            "slack_connect_file_upload_sharing_blocked",
            "slack_file_not_found",
            "storage_limit_reached",
            "unable_to_share_files",
        ),
        MediaRejected,
    ),
}
"""What is not listed is a fault of the message: blocks, lengths, a message to quote that is gone."""

_MAX_DETAIL = 300


def read_answer(response: httpx.Response, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """The body of an answer that says `ok`. Raises a `DeliveryError`."""
    body = _object(response)
    code = as_text(body.get("error"))
    if body.get("ok") is True and response.is_success:
        return body
    if response.status_code != httpx.codes.TOO_MANY_REQUESTS and body.get("ok") is False and code:
        raise _refusal(code, body, response, secrets)
    raise from_status(response)


def _refusal(
    code: str, body: dict[str, Any], response: httpx.Response, secrets: Iterable[str]
) -> DeliveryError:
    code, detail = (_safe(text, secrets) for text in (code, _detail(code, body)))
    meaning = ERRORS.get(code, ContentRejected)
    if meaning is Throttled:
        return Throttled(detail, retry_after=retry_after(response.headers), vendor_code=code)
    return meaning(detail, vendor_code=code)


def _detail(code: str, body: dict[str, Any]) -> str:
    """The code, with what Slack says beside it: the scope that is needed, the block that is wrong."""
    needed = as_text(body.get("needed"))
    told = as_list(as_object(body.get("response_metadata")).get("messages"))
    parts = [code, f"needs {needed}" if needed else None, *map(as_text, told)]
    return "; ".join(part for part in parts if part)


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        return as_object(read_json(response.content))
    except ValueError:
        return {}


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text[:_MAX_DETAIL]
