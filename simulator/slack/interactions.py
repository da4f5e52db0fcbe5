"""A press as Slack posts it: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload."""

import secrets
from collections.abc import Iterator

from simulator.contacts import Contact
from simulator.schemas import Choice
from simulator.slack.account import SlackAccount
from simulator.slack.blocks import choices_of, elements_of, value_of
from simulator.slack.lookups import user_object
from simulator.slack.world import Json, SlackWorld


class Offer:
    """Something that can be pressed, in the message that shows it."""

    def __init__(self, channel: str, message: Json, block: Json, element: Json) -> None:
        self.channel = channel
        self.message = message
        self.block = block
        self.element = element

    def line(self, key: str) -> Json | None:
        """The line of a menu with that value."""
        return next((one for one in choices_of(self.element) if one["value"] == key), None)

    def has(self, key: str) -> bool:
        if self.element["type"] == "button":
            return value_of(self.element) == key
        return self.line(key) is not None


def offered(world: SlackWorld, team: str, channels: list[str], key: str) -> Offer:
    """The newest message that offers this choice. Raises `ValueError`: what nobody shows cannot be pressed."""
    for offer in _offers(world, team, channels):
        if offer.has(key):
            return offer
    raise ValueError(f"no message offers {key!r}")


def _offers(world: SlackWorld, team: str, channels: list[str]) -> Iterator[Offer]:
    for channel in channels:
        for message in world.newest_first(team, channel):
            if "bot_id" in message:
                for block in message.get("blocks", []):
                    for element in elements_of([block]):
                        yield Offer(channel, message, block, element)


def pressed(
    offer: Offer, choice: Choice, person: Contact, account: SlackAccount, team: str, moment: str
) -> Json:
    """The payload; `moment` is the press's own `ts`."""
    user = user_object(person, team)
    container: Json = {
        "type": "message",
        "message_ts": offer.message["ts"],
        "channel_id": offer.channel,
        "is_ephemeral": False,
    }
    if thread_ts := offer.message.get("thread_ts"):
        container["thread_ts"] = thread_ts
    private = offer.channel.startswith("D")
    return {
        "type": "block_actions",
        "user": {"id": user["id"], "username": user["name"], "name": user["name"], "team_id": team},
        "api_app_id": account.app_id,
        "token": "of-the-simulator-and-not-used",
        "container": container,
        "trigger_id": f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}",
        "team": {"id": team, "domain": account.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {
            "id": offer.channel,
            "name": "directmessage" if private else offer.channel.lower(),
        },
        "message": offer.message,
        "state": {"values": _state(offer, choice)},
        "response_url": f"https://hooks.slack.com/actions/{team}/1/{secrets.token_hex(12)}",
        "actions": [_action(offer, choice, moment)],
    }


def _action(offer: Offer, choice: Choice, moment: str) -> Json:
    element = offer.element
    frame = {"block_id": offer.block["block_id"], "action_ts": moment}
    if element["type"] == "button":
        shown = ("type", "action_id", "text", "value", "url", "style")
        return {**{key: element[key] for key in shown if key in element}, **frame}
    select: Json = {"type": element["type"], "action_id": element["action_id"], **frame}
    select["selected_option"] = offer.line(choice.id)
    if "placeholder" in element:
        select["placeholder"] = element["placeholder"]
    return select


def _state(offer: Offer, choice: Choice) -> Json:
    """Buttons have none."""
    element = offer.element
    if element["type"] != "static_select":
        return {}
    value = {"type": "static_select", "selected_option": offer.line(choice.id)}
    return {offer.block["block_id"]: {element["action_id"]: value}}
