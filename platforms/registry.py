"""Every platform this system speaks, one line each."""

from domain.platform import Platform
from platforms.base import MessagingPlatform
from platforms.meta.whatsapp.platform import WhatsApp
from platforms.telegram.platform import Telegram
from platforms.webchat.platform import Webchat

PLATFORMS: dict[Platform, MessagingPlatform] = {
    platform.capabilities.platform: platform for platform in (WhatsApp(), Telegram(), Webchat())
}


def find(key: str) -> MessagingPlatform | None:
    """The platform of that key, or None."""
    return PLATFORMS.get(Platform(key))
