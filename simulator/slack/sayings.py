"""What a person of the workspace does, as a message in a chat: text, file, or any message of theirs."""

from simulator.contacts import Contact
from simulator.media import StoredFile, said_content
from simulator.schemas import SaidMedia, Say
from simulator.slack.account import SlackAccount
from simulator.slack.files import file_object, new_file
from simulator.slack.messages import typed
from simulator.slack.world import TS, Json, SlackFile, SlackWorld
from simulator.state import Simulation

_ENDINGS = {
    "image": ".png",
    "video": ".mp4",
    "audio": ".ogg",
    "document": ".pdf",
    "sticker": ".webp",
}


def moment_of(order: Say, world: SlackWorld) -> str:
    """The `ts` of what is done; `channel:ts` is taken as well. Raises `ValueError`."""
    if order.message_id is None:
        return world.next_ts()
    ts = order.message_id.rpartition(":")[2]
    if not TS.fullmatch(ts):
        raise ValueError("the id of a Slack message is a ts, such as 1785585600.000200")
    return ts


def said(
    simulation: Simulation, order: Say, person: Contact, account: SlackAccount
) -> tuple[str, Json]:
    """The channel and the message, which the chat keeps. Raises `ValueError`.

    A `raw` message may name a `channel` and a `thread_ts`; without, it is in the private chat.
    """
    world, team = simulation.part(SlackWorld), order.account
    channel = world.private_chat(team, person.address)
    message = typed(order.text or "", person.address, team, moment_of(order, world))
    if order.media is not None:
        file = _file(simulation, order.media, person, team)
        shown = file_object(file, account.api_base)
        words = {"subtype": "file_share", "files": [shown], "upload": False}
        message = {**typed(order.media.caption or "", person.address, team, message["ts"]), **words}
        file.shares.append((channel, message["ts"]))
    elif order.raw is not None:
        message |= order.raw
        channel = str(message.pop("channel", channel))
        if channel[:1] not in {"C", "D", "G"}:
            raise ValueError("the id of a channel begins with C, G or D")
    world.keep(team, channel, message)
    return channel, message


def _file(simulation: Simulation, media: SaidMedia, person: Contact, team: str) -> SlackFile:
    content, mime_type = said_content(media)
    name = media.filename or ("audio_message" if media.voice else media.type) + _ENDINGS[media.type]
    file = new_file(team, person.address, name, len(content), mime_type)
    file.uploaded = True
    if media.voice:
        file.subtype = "slack_audio"
    simulation.part(SlackWorld).files.put((team, file.id), file)
    simulation.media.put(StoredFile(file.id, team, content, mime_type, name))
    return file


def note(simulation: Simulation, team: str, body: object) -> str:
    """Whoever writes in this body has written now; the chat, or nothing where it names none.

    Tolerates any shape: it may be broken on purpose.
    """
    event = body.get("event") if isinstance(body, dict) else None
    if not isinstance(event, dict) or event.get("type") not in {"message", "app_mention"}:
        return ""
    user, channel, ts = (event.get(key) for key in ("user", "channel", "ts"))
    if not isinstance(channel, str) or not isinstance(user, str) or "bot_id" in event:
        return channel if isinstance(channel, str) else ""
    world = simulation.part(SlackWorld)
    simulation.contacts.heard("slack", team, user)
    if channel.startswith("D"):
        world.pair(team, channel, user)
    if isinstance(ts, str):
        world.keep(team, channel, event)
    return channel
