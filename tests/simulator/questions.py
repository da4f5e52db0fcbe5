"""What can happen to a question, at every platform: a fault, and the error that it becomes."""

from typing import Any

from domain.errors import DeliveryError, PlatformUnavailable, Throttled

APP = "400555000111"
"""The app of every simulated account at Meta."""

FAULTS: list[tuple[dict[str, Any], type[DeliveryError]]] = [
    ({"kind": "throttle", "seconds": 3}, Throttled),
    ({"kind": "error"}, PlatformUnavailable),
    ({"kind": "error", "status": 502, "body": "<html>"}, PlatformUnavailable),
    ({"kind": "drop_after"}, PlatformUnavailable),
    ({"kind": "garbage"}, PlatformUnavailable),
]
