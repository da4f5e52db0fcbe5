"""What happens around a Page's posts: posted to the app, and kept to be asked for.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation
"""

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from simulator.deliver import Webhook
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.world import KEY, Comment, Json, LinkedInWorld, milliseconds

if TYPE_CHECKING:
    from simulator.state import Simulation

TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
SUBSCRIBER = "urn:li:person:Adm1nistrator"


def of_comment(
    world: LinkedInWorld, page: str, comment: Comment, text: str, action: str = "COMMENT"
) -> Json:
    decorated: Json = {
        "entity": comment.urn,
        "owner": comment.owner,
        "text": text,
        "object": comment.post,
    }
    if comment.root != comment.urn:
        decorated["parentComment"] = comment.root
    return {
        "notificationId": int(world.number()),
        "organizationalEntity": page,
        "action": action,
        "sourcePost": comment.post,
        "decoratedSourcePost": {"entity": comment.post, "owner": page, "text": "A post"},
        # The inner `urn:li:` is left out here, as LinkedIn does.
        "generatedActivity": comment.urn.replace("(urn:li:", "("),
        "decoratedGeneratedActivity": {"comment": decorated},
        "lastModifiedAt": milliseconds(),
        "subscriber": SUBSCRIBER,
    }


def publish(
    simulation: "Simulation", page: str, account: LinkedInAccount, notification: Json
) -> None:
    """Keep one, and post it on its way. Raises `TooManyPending`."""
    keep(simulation, page, notification)
    if account.webhook_url:
        simulation.deliveries.start(webhook(page, SUBSCRIBER, enveloped(notification)))


def keep(simulation: "Simulation", page: str, notification: Json) -> None:
    simulation.part(LinkedInWorld).notifications[page].append(notification)


def enveloped(*notifications: Json) -> Json:
    return {"type": TYPE, "notifications": list(notifications)}


def serialise(body: Any) -> bytes:
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def webhook(page: str, lane: str, body: Any) -> Webhook:
    return Webhook(KEY, page, lane, serialise(body))


def signature(account: LinkedInAccount, body: bytes) -> dict[str, str]:
    made = hmac.new(account.client_secret.encode(), b"hmacsha256=" + body, hashlib.sha256)
    return {"x-li-signature": made.hexdigest()}
