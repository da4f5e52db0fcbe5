"""What stands in a conversation, newest first, and in a thread, oldest first.

https://docs.slack.dev/reference/methods/conversations.history
https://docs.slack.dev/reference/methods/conversations.replies
"""

import base64
import binascii
from decimal import Decimal
from typing import NamedTuple

from simulator.slack.call import Call, Chat, Effect, returns
from simulator.slack.errors import SlackError
from simulator.slack.world import TS, Json

METADATA_SCOPE = "metadata.message:read"
MAX_HISTORY, USUAL_HISTORY = 999, 100
MAX_REPLIES = 1000
_CURSOR = "next_ts:"


class Span(NamedTuple):
    """From when to when."""

    oldest: Decimal
    latest: Decimal | None
    inclusive: bool

    def holds(self, ts: str) -> bool:
        at = Decimal(ts)
        if self.inclusive and at in (self.oldest, self.latest):
            return True
        return self.oldest < at and (self.latest is None or at < self.latest)


def conversations_history(call: Call) -> Effect:
    """Answers in threads are left out, unless they were shown in the channel as well."""
    chat, span = _chat(call), _span(call)
    found = [
        one
        for one in call.world.newest_first(call.team, chat.id)
        if one.get("thread_ts") in (None, one["ts"]) or one.get("subtype") == "thread_broadcast"
        if span.holds(one["ts"])
    ]
    return returns(_page(call, found, _limit(call, USUAL_HISTORY, MAX_HISTORY)))


def conversations_replies(call: Call) -> Effect:
    """The first message of the thread comes with every page."""
    chat, span, ts = _chat(call), _span(call), call.args.text("ts")
    root = call.world.message(call.team, chat.id, ts)
    if root is None:
        raise SlackError("thread_not_found")
    known = reversed([*call.world.newest_first(call.team, chat.id)])
    answers = [one for one in known if one.get("thread_ts") == ts and one["ts"] != ts]
    within = [one for one in answers if span.holds(one["ts"])]
    limit = _limit(call, MAX_REPLIES, MAX_REPLIES)
    return returns(_page(call, [root, *within], limit))


def _chat(call: Call) -> Chat:
    """A conversation is asked for by its own id, never by that of a person."""
    given = call.args.text("channel")
    if given[:1] not in {"C", "D", "G"}:
        raise SlackError("channel_not_found")
    return call.chat(given)


def _span(call: Call) -> Span:
    oldest, latest = (_moment(call, name) for name in ("oldest", "latest"))
    return Span(oldest or Decimal(0), latest, call.args.flag("inclusive"))


def _moment(call: Call, name: str) -> Decimal | None:
    written = call.args.text(name)
    if not written:
        return None
    if not TS.fullmatch(written) and not (written.isascii() and written.isdigit()):
        raise SlackError(f"invalid_ts_{name}")
    return Decimal(written)


def _limit(call: Call, usual: int, most: int) -> int:
    written = call.args.text("limit")
    if not written:
        return usual
    if not written.isascii() or not written.isdigit() or not 1 <= int(written) <= most:
        raise SlackError("invalid_limit")
    return int(written)


def _page(call: Call, found: list[Json], limit: int) -> Json:
    start = _start(call, found)
    shown, rest = found[start : start + limit], found[start + limit :]
    body: Json = {"messages": [_seen(call, one) for one in shown], "has_more": bool(rest)}
    if rest:
        written = f"{_CURSOR}{rest[0]['ts']}".encode()
        body["response_metadata"] = {"next_cursor": base64.b64encode(written).decode()}
    return body


def _start(call: Call, found: list[Json]) -> int:
    cursor = call.args.text("cursor")
    if not cursor:
        return 0
    try:
        ts = base64.b64decode(cursor, validate=True).decode().removeprefix(_CURSOR)
        return [one["ts"] for one in found].index(ts)
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None


def _seen(call: Call, message: Json) -> Json:
    """Metadata are shown to who asks for them and may read them."""
    may = call.args.flag("include_all_metadata") and METADATA_SCOPE in call.account.scopes
    return message if may else {key: value for key, value in message.items() if key != "metadata"}
