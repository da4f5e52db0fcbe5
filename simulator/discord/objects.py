"""Discord's objects of users, channels and messages.

https://docs.discord.com/developers/resources/user#user-object
https://docs.discord.com/developers/resources/message#message-object
"""

from typing import Any

from simulator import clock
from simulator.contacts import Contact
from simulator.discord.account import DiscordAccount
from simulator.discord.ids import direct_channel

Json = dict[str, Any]
DIRECT = 1


def user(key: str, name: str) -> Json:
    username = "".join(letter for letter in name.lower() if letter.isalnum()) or "someone"
    return {
        "id": key,
        "username": username,
        "discriminator": "0",
        "global_name": name,
        "avatar": None,
    }


def bot(application: str, account: DiscordAccount) -> Json:
    return {**user(application, account.username), "global_name": None, "bot": True}


def channel(application: str, contact: Contact) -> Json:
    last = next(contact.messages.newest_first(), None)
    return {
        "id": direct_channel(application, contact.address),
        "type": DIRECT,
        "last_message_id": last and last["id"],
        "flags": 0,
        "recipients": [user(contact.address, contact.name)],
    }


def message(key: str, channel_id: str, author: Json, **fields: Any) -> Json:
    return {
        "id": key,
        "channel_id": channel_id,
        "author": author,
        "content": "",
        "timestamp": clock.now().isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
        **fields,
    }
