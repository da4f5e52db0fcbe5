"""The chips under a message and the buttons of a card: replies, and actions by what their link begins with.

https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/send
"""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

from domain.content import Button, LocationContent
from domain.errors import ContentRejected
from platforms.rbm.checks import at_most, key_within, web_address, within
from platforms.rbm.facts import LIMITS
from platforms.reading import Json

# https://www.rfc-editor.org/rfc/rfc5870: `geo:-23.55,-46.63`, whatever follows
_GEO = re.compile(r"(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:[,;?].*)?", re.ASCII)


def suggestions(buttons: Sequence[Button], limit: int) -> list[Json]:
    at_most(buttons, limit, "suggestions")
    return [_suggestion(button) for button in buttons]


def _suggestion(button: Button) -> Json:
    shown = {
        "text": within(button.title, LIMITS.button_title, "the title of a suggestion"),
        "postbackData": key_within(button.id, "the id of a suggestion"),
    }
    return {"action": {**shown, **_action(button.url)}} if button.url else {"reply": shown}


def _action(url: str) -> Json:
    scheme, _, rest = url.partition(":")
    return _ACTIONS.get(scheme.lower(), _open)(url, rest)


def _open(url: str, rest: str) -> Json:
    return {"openUrlAction": {"url": web_address(url, "the link of a suggestion")}}


def _dial(url: str, rest: str) -> Json:
    """https://www.rfc-editor.org/rfc/rfc3966: a number, with marks that only people need."""
    digits = re.sub(r"[^0-9+]", "", unquote(rest).partition(";")[0])
    if not digits.startswith("+"):
        raise ContentRejected("a number to call must begin with + and its country")
    return {"dialAction": {"phoneNumber": digits}}


def _map(url: str, rest: str) -> Json:
    found = _GEO.fullmatch(rest)
    if found is None:
        raise ContentRejected("a place to show must be geo:latitude,longitude")
    return {"viewLocationAction": {"latLong": _lat_long(float(found[1]), float(found[2]))}}


_ACTIONS: dict[str, Callable[[str, str], Json]] = {"tel": _dial, "geo": _map}


def map_of(place: LocationContent) -> Json:
    """The chip that opens a map; a device that cannot opens the link instead.

    https://developers.google.com/maps/documentation/urls/get-started
    """
    point = _lat_long(place.latitude, place.longitude)
    link = "https://www.google.com/maps/search/?api=1&query="
    action: dict[str, Any] = {"latLong": point}
    if place.name and place.name.strip():
        action["label"] = place.name.strip()[:100]
    return {
        "action": {
            "text": MAP,
            "postbackData": "map",
            "fallbackUrl": f"{link}{point['latitude']},{point['longitude']}",
            "viewLocationAction": action,
        }
    }


MAP = "📍 Maps"
"""What stands on that chip, in any language."""


def _lat_long(latitude: float, longitude: float) -> dict[str, float]:
    return {"latitude": round(latitude, 7), "longitude": round(longitude, 7)}
