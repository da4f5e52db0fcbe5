"""Bodies in JSON, and moments as these APIs write them."""

import json
from datetime import datetime
from typing import Any

from simulator import clock

JSON_TYPE = {"content-type": "application/json"}


def serialise(account: object, body: Any) -> bytes:
    """Letters outside of ASCII stay as they are. A string goes out as it is."""
    del account
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def moment(at: datetime | None = None) -> str:
    """To the millisecond, in UTC."""
    return (at or clock.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")
