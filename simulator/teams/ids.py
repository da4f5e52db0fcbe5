"""Ids as Teams and the directory make them. Those of messages are in `world`: they are moments."""

import base64
import hashlib
import uuid


def conversation_of(app_id: str, person: str) -> str:
    """The private chat of a bot and a person; with another bot it is another one."""
    digest = hashlib.sha256(f"{app_id}\x00{person}".encode()).digest()
    return f"a:1{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def directory_id(tenant: str, person: str) -> str:
    """The person's id in the directory, the same for every bot."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tenant}/{person}"))


def new_uuid() -> str:
    return str(uuid.uuid4())  # noqa: TID251  edge: the simulator plays the outside world


def news_id() -> str:
    """The id of an activity that is no message."""
    return f"f:{new_uuid()}"
