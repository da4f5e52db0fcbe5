"""Infobip's statuses and errors, as answers and reports name them.

https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
"""

from simulator.sms.provider import Json

_GROUPS = {1: "PENDING", 2: "UNDELIVERABLE", 3: "DELIVERED", 4: "EXPIRED", 5: "REJECTED"}
_STATUSES: dict[int, tuple[int, str, str]] = {
    3: (1, "PENDING_WAITING_DELIVERY", "Message sent, waiting for delivery report"),
    5: (3, "DELIVERED_TO_HANDSET", "Message delivered to handset"),
    7: (1, "PENDING_ENROUTE", "Message sent to next instance"),
    9: (2, "UNDELIVERABLE_NOT_DELIVERED", "Message sent not delivered"),
    10: (5, "REJECTED_DND", "Destination is on the DND list"),
    13: (5, "REJECTED_SENDER", "Sender is not allowed"),
    23: (5, "REJECTED_DUPLICATE_MESSAGE_ID", "Message rejected due to duplicate message id"),
    25: (5, "REJECTED_MESSAGE_TOO_LONG", "Message is too long"),
    26: (1, "PENDING_ACCEPTED", "Message sent to next instance"),
    52: (5, "REJECTED_DESTINATION", "Invalid destination address"),
}
ACCEPTED, EN_ROUTE, WAITING, TO_HANDSET, NOT_DELIVERED = 26, 7, 3, 5, 9
DO_NOT_DISTURB, BAD_SENDER, DUPLICATE, TOO_LONG, BAD_DESTINATION = 10, 13, 23, 25, 52
ABSENT = 27


def status(number: int) -> Json:
    """What the policy makes up is a rejection."""
    group, name, words = _STATUSES.get(number, (5, "REJECTED", "Rejected"))
    return {
        "groupId": group,
        "groupName": _GROUPS[group],
        "id": number,
        "name": name,
        "description": words,
    }


NO_ERROR: Json = {
    "groupId": 0,
    "groupName": "OK",
    "id": 0,
    "name": "NO_ERROR",
    "description": "No Error",
    "permanent": False,
}
ABSENT_SUBSCRIBER: Json = {
    "groupId": 1,
    "groupName": "HANDSET_ERRORS",
    "id": ABSENT,
    "name": "EC_ABSENT_SUBSCRIBER",
    "description": "Absent Subscriber",
    "permanent": False,
}
