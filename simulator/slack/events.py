"""Events as the Events API posts them, and which of them an app asked for.

https://docs.slack.dev/apis/events-api/
"""

import hashlib

from simulator import clock
from simulator.contacts import Contact
from simulator.slack.account import SlackAccount
from simulator.slack.lookups import user_object
from simulator.slack.messages import channel_type
from simulator.slack.world import Json

_SUBSCRIPTIONS = {
    "im": "message.im",
    "channel": "message.channels",
    "group": "message.groups",
}


def event_id(*about: str) -> str:
    """The same for the same: what is told again is the same event."""
    return "Ev0" + hashlib.sha256("\0".join(about).encode()).hexdigest()[:9].upper()


def envelope(event: Json, team: str, account: SlackAccount, key: str) -> Json:
    """https://docs.slack.dev/apis/events-api/#callback-field."""
    authorization = {
        "enterprise_id": None,
        "team_id": team,
        "user_id": account.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "of-the-simulator-and-not-used",
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": account.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": key,
        "event_time": int(clock.unix()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{key}",
    }


def message_event(message: Json, channel: str) -> Json:
    """A message as the event of its chat."""
    return {
        **message,
        "channel": channel,
        "event_ts": message["ts"],
        "channel_type": channel_type(channel),
    }


def told(account: SlackAccount, message: Json, channel: str) -> list[Json]:
    """The events of a message, of those the app subscribed to; who mentions it in a channel is told of twice."""
    event = message_event(message, channel)
    found: list[Json] = []
    if _SUBSCRIPTIONS[event["channel_type"]] in account.bot_events:
        found.append(event)
    mentioned = f"<@{account.bot_user_id}>" in str(message.get("text", ""))
    private = event["channel_type"] == "im"
    if mentioned and not private and "app_mention" in account.bot_events:
        mention = {key: value for key, value in event.items() if key != "channel_type"}
        found.append({**mention, "type": "app_mention"})
    return found


def of_message(account: SlackAccount, team: str, message: Json, channel: str) -> list[Json]:
    """The bodies that tell of a message."""
    return [
        envelope(event, team, account, event_id(team, channel, message["ts"], event["type"]))
        for event in told(account, message, channel)
    ]


def user_changed(account: SlackAccount, team: str, person: Contact) -> Json | None:
    """https://docs.slack.dev/reference/events/user_change: what a deactivated account is told by."""
    if "user_change" not in account.bot_events:
        return None
    moment = f"{clock.unix():.6f}"
    event = {"type": "user_change", "user": user_object(person, team), "event_ts": moment}
    return envelope(event, team, account, event_id(team, person.address, moment))
