"""Who is meant by an item: a phone number, a business-scoped user id, or both.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

import re
from typing import Any

from domain.events import Sender
from platforms.meta.graph import Change
from platforms.meta.reading import as_list, as_text
from platforms.reading import as_object

_USER_ID = re.compile(r"^[A-Z]{2}\.")
_NOT_A_DIGIT = re.compile(r"\D")


def is_user_id(value: str) -> bool:
    """Whether an id is business-scoped (`US.1349…`) and so must never be treated as a phone number."""
    return _USER_ID.match(value) is not None


def author(item: dict[str, Any], change: Change) -> Sender | None:
    """Who wrote a message. Without a phone number the user id is the address; with neither, None."""
    return person(as_text(item.get("from")), as_text(item.get("from_user_id")), change)


def addressee(item: dict[str, Any], change: Change) -> Sender | None:
    """Whom we wrote to from the phone app.

    The field says the direction. Relays have been seen to swap both numbers, so our own is never the contact.
    """
    address = as_text(item.get("to"))
    other = as_text(item.get("from"))
    if address and other and _is_own(address, change) and not _is_own(other, change):
        address = other
    return person(address, as_text(item.get("to_user_id")), change)


def _is_own(number: str, change: Change) -> bool:
    metadata = as_object(as_object(change.value).get("metadata"))
    own = as_text(metadata.get("display_phone_number")) or ""
    return _NOT_A_DIGIT.sub("", number) == _NOT_A_DIGIT.sub("", own) != ""


def person(address: str | None, user_id: str | None, change: Change) -> Sender | None:
    """A person by either id, with the names that `contacts[]` has for exactly that id."""
    if address is None and user_id is None:
        return None
    contact = _contact(address, user_id, change)
    profile = as_object(contact.get("profile"))
    username = as_text(profile.get("username"))
    candidates = (user_id, address, as_text(contact.get("user_id")))
    return Sender(
        address=address or user_id or "",
        name=as_text(profile.get("name")),
        username=username.lstrip("@") if username else None,
        user_id=next((each for each in candidates if each and is_user_id(each)), None),
    )


def _contact(address: str | None, user_id: str | None, change: Change) -> dict[str, Any]:
    """Matched by id, never by position: contacts may be missing, or belong to somebody else."""
    wanted = {address, user_id} - {None}
    for item in as_list(as_object(change.value).get("contacts")):
        contact = as_object(item)
        if wanted & {as_text(contact.get("wa_id")), as_text(contact.get("user_id"))}:
            return contact
    return {}
