"""Keyboards: https://core.telegram.org/bots/api#inlinekeyboardmarkup and #replykeyboardmarkup."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from simulator.schemas import Option
from simulator.telegram.errors import bad_request

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


def options_of(markup: dict[str, Any] | None) -> list[Option]:
    """What can be pressed. Raises `BotError` for a keyboard that the Bot API refuses."""
    if not markup:
        return []
    if sum(kind in markup for kind in KINDS) != 1:
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return [_inline(button) for button in _buttons(markup["inline_keyboard"])]
    if "keyboard" in markup:
        return [_plain(button) for button in _buttons(markup["keyboard"])]
    return []


def _buttons(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse keyboard: Array of Array of buttons expected")
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return buttons


def _title(button: Any) -> str:
    title = button.get("text") if isinstance(button, dict) else button
    if not isinstance(title, str) or not title.strip():
        raise bad_request('can\'t parse keyboard button: Field "text" must be a non-empty String')
    return title


def _plain(button: Any) -> Option:
    title = _title(button)
    return Option(id=title, title=title)


def _inline(button: Any) -> Option:
    title = _title(button)
    actions = [name for name in ACTIONS if isinstance(button, dict) and name in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is allowed")
    if "callback_data" in button:
        return Option(id=_callback(button["callback_data"]), title=title)
    if "url" in button:
        return Option(id=_url(button["url"]), title=title)
    return Option(id=title, title=title)


def _callback(data: Any) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(url: Any) -> str:
    problem = "Wrong HTTP URL" if not isinstance(url, str) else url_problem(url)
    if problem:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")
    return str(url)


def url_problem(url: str) -> str | None:
    """Why the Bot API refuses this URL: it wants a host with a dot, or an address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme == "tg":
        return None
    if parts.scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    if any(character.isspace() for character in url) or not host:
        return "Wrong HTTP URL"
    return None if "." in host.strip(".") or _is_address(host) else "Wrong HTTP URL"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
