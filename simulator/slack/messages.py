"""Messages as the Web API answers them and as events tell them.

https://docs.slack.dev/reference/events/message
"""

import re

from simulator.slack.account import SlackAccount
from simulator.slack.world import Json

_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
"""A link, a person or a channel, perhaps with the words that are shown for it."""


def shown(text: str) -> str:
    """What people read of a text that an app sent."""
    words = _MARKED.sub(lambda found: found[2] or found[1], text)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#escaping: as Slack writes what people typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def channel_type(channel: str) -> str:
    return {"D": "im", "G": "group"}.get(channel[:1], "channel")


def typed(text: str, user: str, team: str, ts: str) -> Json:
    """What a person wrote in the app: the text, and once more as rich text."""
    words = [{"type": "text", "text": text}]
    section = {"type": "rich_text_section", "elements": words}
    blocks = [{"type": "rich_text", "block_id": "r0", "elements": [section]}] if text else []
    return {
        "type": "message",
        "user": user,
        "ts": ts,
        "text": escaped(text),
        "team": team,
        **({"blocks": blocks} if blocks else {}),
    }


def posted(account: SlackAccount, team: str, ts: str, words: Json) -> Json:
    """What the app wrote; `words`: `text`, `blocks`, `thread_ts`, `metadata` and the like."""
    profile = {
        "id": account.bot_id,
        "app_id": account.app_id,
        "user_id": account.bot_user_id,
        "name": account.name,
        "deleted": False,
        "team_id": team,
    }
    return {
        "type": "message",
        "user": account.bot_user_id,
        "ts": ts,
        "bot_id": account.bot_id,
        "app_id": account.app_id,
        "team": team,
        "bot_profile": profile,
        **words,
    }
