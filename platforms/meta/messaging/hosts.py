"""Where Meta keeps the files of messages. Their addresses are signed and need no token.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messages
"""

import httpx

MEDIA_HOSTS = ("fbcdn.net", "fbsbx.com", "cdninstagram.com")


def is_media_address(url: str) -> bool:
    """Whether an address is that of a file on one of these hosts."""
    try:
        host = httpx.URL(url).host
    except httpx.InvalidURL:
        return False
    return any(host == known or host.endswith(f".{known}") for known in MEDIA_HOSTS)
