"""The changelog of a member: what they were written and wrote, as it is asked for. No webhook tells of it.

https://learn.microsoft.com/en-us/linkedin/dma/member-data-portability/shared/changelog-resource-references/messages
"""

import secrets
import uuid
from typing import TYPE_CHECKING

from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.world import KEY, Json, LinkedInWorld, message_id, milliseconds
from simulator.media import StoredFile, said_content
from simulator.schemas import SaidMedia

if TYPE_CHECKING:
    from simulator.state import Simulation


def of_message(
    world: LinkedInWorld, member: str, person: str, author: str, text: str, **activity: object
) -> Json:
    """A message in the thread of the member with that person."""
    key, moment = message_id(), milliseconds()
    content = {
        "format": "TEXT",
        "fallback": text,
        "formatVersion": 1,
        "content": {"string": text},
    }
    return {
        "id": secrets.randbelow(2**31),
        "activityId": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
        "owner": member,
        "actor": author,
        "resourceName": "messages",
        "resourceId": key,
        "resourceUri": f"/messages/{key}",
        "method": "CREATE",
        "configVersion": 13,
        "activityStatus": "SUCCESS",
        "capturedAt": moment,
        "processedAt": moment,
        "siblingActivities": [],
        "activity": {
            "id": key,
            "$URN": f"urn:li:messagingMessage:{key}",
            "owner": member,
            "author": author,
            "thread": world.thread_with(member, person),
            "createdAt": moment,
            "deliveredAt": moment,
            "attachments": [],
            "content": content,
            **activity,
        },
    }


def keep(simulation: "Simulation", member: str, change: Json) -> None:
    """In the order of their moments, of which none comes before one that was told."""
    listed = simulation.part(LinkedInWorld).changes[member]
    if listed:
        change["processedAt"] = max(change["processedAt"], listed[-1]["processedAt"])
    listed.append(change)


def shown(
    simulation: "Simulation", member: str, account: LinkedInAccount, media: SaidMedia
) -> Json:
    """A file beside the words: an animation by its address, all else by a name. Raises `ValueError`."""
    content, mime_type = said_content(media)
    key = secrets.token_urlsafe(16)
    scope = f"{KEY}:{member}:sent"
    simulation.media.put(StoredFile(key, scope, content, mime_type, media.filename))
    if mime_type != "image/gif":
        file = {
            "id": f"urn:li:digitalmediaAsset:{key}",
            "mediaType": mime_type,
            "name": media.filename or f"{media.type}.{mime_type.partition('/')[2]}",
            "byteSize": len(content),
        }
        return {"attachments": [file]}
    if not account.api_base:
        raise ValueError("an animation needs a link: set the account's `api_base`")
    gif = {"url": f"{account.api_base.rstrip('/')}/media/{member}/{key}", "width": 1, "height": 1}
    record = {"com.linkedin.messaging.plugin.content.ThirdPartyMedia": {"media": {"gif": gif}}}
    kind = "ThirdPartyMedia"
    named = {kind: {"contentRecord": record, "key": kind}}
    return {"extensionContent": {"contentRecordMap": named}}
