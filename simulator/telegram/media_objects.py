"""How messages describe files: https://core.telegram.org/bots/api#available-types."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

from simulator.media import StoredFile
from simulator.schemas import MediaKind

KIND_OF_SAID: dict[MediaKind, str] = {
    "image": "photo",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
}


def new_file_id() -> str:
    return "AgAC" + base64.urlsafe_b64encode(secrets.token_bytes(33)).decode()


def media_object(kind: str, file: StoredFile) -> Any:
    """How a message describes this file; a photo is a list of sizes, smallest first."""
    common: dict[str, Any] = {
        "file_id": file.id,
        "file_unique_id": file.sha256.hex()[:16],
        "file_size": len(file.content),
    }
    named = {"file_name": file.filename} if file.filename else {}
    typed = {"mime_type": file.mime_type, **named}
    size = {"width": 640, "height": 480}
    shapes: dict[str, Callable[[], Any]] = {
        "photo": lambda: [{**common, "width": 90, "height": 67}, {**common, **size}],
        "document": lambda: {**common, **typed},
        "audio": lambda: {**common, **typed, "duration": 1},
        "voice": lambda: {**common, "mime_type": file.mime_type, "duration": 1},
        "video": lambda: {**common, **typed, **size, "duration": 1},
        "animation": lambda: {**common, **typed, **size, "duration": 1},
        "sticker": lambda: {
            **common, "type": "regular", "width": 512, "height": 512,
            "is_animated": False, "is_video": False,
        },
    }  # fmt: skip
    return shapes[kind]()
