"""What LinkedIn is asked for, because no webhook brings it or because webhooks get lost.

A member's direct messages stand in the changelog alone. What happens around a Page's posts is kept for 60 days, for
apps that LinkedIn gave no webhooks and for those whose webhooks failed for more than eight hours.

https://learn.microsoft.com/en-us/linkedin/dma/member-data-portability/shared/member-changelog-api
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

from collections.abc import Callable
from typing import NamedTuple

from platforms.base import OutboundRequest
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import encoded, versioned
from platforms.reading import Json, as_text, digest

MEMBER = "urn:li:person:"

ACTIONS = (
    "COMMENT",
    "ADMIN_COMMENT",
    "COMMENT_EDIT",
    "COMMENT_DELETE",
    "SHARE",
    "SHARE_MENTION",
)
"""Likes are left out: by far the most, and nothing that could be answered."""


class Feed(NamedTuple):
    """A list that grows, and how its items are told apart."""

    path: Callable[[LinkedInAccount, int | None, int], str]
    """From a moment (in milliseconds, itself included; None: any) until another."""
    most: int
    """How many are asked for at once."""
    moment: str
    """The field by which the list goes on."""
    key: Callable[[Json], str]
    wanted: Callable[[Json], bool]


def feed_of(account: LinkedInAccount) -> Feed:
    return CHANGES if account.urn.startswith(MEMBER) else NOTIFICATIONS


def render(account: LinkedInAccount, since: int | None, until: int, start: int) -> OutboundRequest:
    """One page. https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/pagination."""
    feed = feed_of(account)
    count = feed.most if since is not None else 1
    paging = f"start={start}&count={count}"
    return versioned(account, f"{feed.path(account, since, until)}&{paging}", method="GET")


def _changes(account: LinkedInAccount, since: int | None, until: int) -> str:
    """LinkedIn goes back 28 days, whatever is asked."""
    begin = "" if since is None else f"&startTime={since}"
    return f"memberChangeLogs?q=memberAndApplication{begin}"


def _notifications(account: LinkedInAccount, since: int | None, until: int) -> str:
    """In Rest.li's own spelling of lists and ranges, whose marks must stay as they are.

    A range that ends before it begins is refused: our clock may be behind LinkedIn's.
    """
    span = "" if since is None else f"&timeRange=(start:{since},end:{max(until, since + 1)})"
    asked = f"actions=List({','.join(ACTIONS)})&organizationalEntity={encoded(account.urn)}"
    return f"organizationalEntityNotifications?q=criteria&{asked}{span}"


def _is_message(item: Json) -> bool:
    """The changelog has all that a member does; what is no message is none of our business, and is not kept."""
    return (as_text(item.get("resourceName")) or "").split("/")[-1] == "messages"


def _change(item: Json) -> str:
    """What failed comes again under the same id."""
    name = as_text(item.get("activityId")) or as_text(item.get("id")) or digest(item)
    return f"{name}:{as_text(item.get('activityStatus')) or ''}"


CHANGES = Feed(
    path=_changes,
    most=10,  # as LinkedIn advises; 50 is the most
    moment="processedAt",
    key=_change,
    wanted=_is_message,
)
NOTIFICATIONS = Feed(
    path=_notifications,
    most=50,
    moment="lastModifiedAt",
    key=lambda item: as_text(item.get("notificationId")) or digest(item),
    wanted=lambda item: True,
)
