"""A slash command as an event: what was typed, by whom.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from domain.content import TextContent
from platforms.reading import Json
from platforms.slack.envelope import Envelope, Fields, ignored
from platforms.slack.mrkdwn import plain
from platforms.slack.people import acting, is_private
from platforms.slack.reading import as_text


def is_command(body: Json) -> bool:
    return "command" in body and "type" not in body


def read_command(body: Json, envelope: Envelope) -> Fields:
    """Nobody else sees that a command was typed, so outside of private chats the person is answered."""
    command, user = as_text(body.get("command")), as_text(body.get("user_id"))
    channel = as_text(body.get("channel_id"))
    address = channel if channel and is_private(channel) else user
    if command is None or address is None:
        return ignored("a command of nobody" if address is None else "a command without a name")
    words = as_text(body.get("text"))
    trigger = as_text(body.get("trigger_id"))
    person = {"id": user, "name": body.get("user_name")}
    return {
        "kind": "message",
        "external_id": f"trigger:{trigger}" if trigger else None,
        "sender": acting(person, address),
        "content": TextContent(text=f"{command} {plain(words)}" if words else command),
        "details": {"command": command, "channel": channel},
    }
