"""The methods that send no message: identity, webhook, typing, button answers, edits, files."""

import re
from typing import Any
from urllib.parse import urlsplit

from simulator import clock
from simulator.telegram.call import Call, Effect, Json
from simulator.telegram.errors import bad_request
from simulator.telegram.files import get_file
from simulator.telegram.markup import options_of
from simulator.telegram.sends import read_message_text

CALLBACK_SECONDS = 150
"""How long a button press can be answered; not documented, seen in the server's source."""
ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
"""https://core.telegram.org/bots/api#sendchataction"""

_SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _returns(result: Any) -> Effect:
    async def effect() -> Any:
        return result

    return effect


def get_me(call: Call) -> Effect:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }
    return _returns({**call.bot_user(), **abilities})


def _webhook_problem(url: str) -> str | None:
    """HTTPS only (https://core.telegram.org/bots/api#setwebhook), except to this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "bad webhook: Wrong URL"
    if not parts.hostname:
        return "bad webhook: Wrong URL host"
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return "bad webhook: An HTTPS URL must be provided for webhook"
    return None


def set_webhook(call: Call) -> Effect:
    url, secret = call.params.text("url"), call.params.text("secret_token")
    problem = _webhook_problem(url) if url else None
    if problem:
        raise bad_request(problem)
    if secret and not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    allowed = call.params.structure("allowed_updates", list)
    change: Json = {"webhook_url": url, "secret_token": secret}
    if allowed is not None:
        change["allowed_updates"] = [str(kind) for kind in allowed]

    async def effect() -> bool:
        changed = call.account.model_copy(update=change)
        call.simulation.accounts.put("telegram", call.bot_id, changed)
        return True

    return effect


def delete_webhook(call: Call) -> Effect:
    call.params.values = {"url": ""}
    return set_webhook(call)


def get_webhook_info(call: Call) -> Effect:
    deliveries = call.simulation.deliveries
    result: Json = {
        "url": call.account.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": deliveries.pending_of("telegram", call.bot_id),
        "max_connections": 40,
    }
    if call.account.allowed_updates:
        result["allowed_updates"] = call.account.allowed_updates
    failure = deliveries.last_error_of("telegram", call.bot_id)
    if failure is not None:
        result |= {"last_error_date": int(failure.at), "last_error_message": failure.problem}
    return _returns(result)


def send_chat_action(call: Call) -> Effect:
    if call.params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.chat()
    return _returns(result=True)


def answer_callback_query(call: Call) -> Effect:
    if len(call.params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    key = (call.bot_id, call.params.text("callback_query_id"))
    pressed = call.simulation.callbacks.get(key)
    if pressed is None or clock.unix() - pressed > CALLBACK_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return _returns(result=True)


def edit_message_text(call: Call) -> Effect:
    text = read_message_text(call)
    markup = call.params.structure("reply_markup", dict)
    options_of(markup)
    contact = call.chat()
    message_id = call.params.integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    old = contact.messages.get(message_id)
    if old is None:
        raise bad_request("message to edit not found")
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    new = {key: value for key, value in old.items() if key not in ("reply_markup", "edit_date")}
    new["text"] = text
    if markup and markup.get("inline_keyboard"):
        new["reply_markup"] = markup
    if new == {key: value for key, value in old.items() if key != "edit_date"}:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the "
            "same as a current content and reply markup of the message"
        )
    new["edit_date"] = int(clock.unix())

    async def effect() -> Json:
        contact.messages.put(message_id, new)
        return new

    return effect


METHODS = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendchataction": send_chat_action,
    "answercallbackquery": answer_callback_query,
    "editmessagetext": edit_message_text,
    "getfile": get_file,
}
"""Lower-case method: what checks it and says what it does."""
