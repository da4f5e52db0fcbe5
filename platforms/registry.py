"""Every platform this system speaks, one line each."""

from domain.errors import NotPossible
from domain.platform import Platform
from platforms.base import MessagingPlatform
from platforms.discord.platform import Discord
from platforms.email.platform import Email
from platforms.linkedin.platform import LinkedIn
from platforms.meta.instagram.platform import Instagram
from platforms.meta.messenger.platform import Messenger
from platforms.meta.whatsapp.platform import WhatsApp
from platforms.rbm.platform import Rbm
from platforms.slack.platform import Slack
from platforms.sms.platform import Sms
from platforms.teams.platform import Teams
from platforms.telegram.platform import Telegram
from platforms.webchat.platform import Webchat

PLATFORMS: dict[Platform, MessagingPlatform] = {
    platform.capabilities.platform: platform
    for platform in (
        WhatsApp(),
        Messenger(),
        Instagram(),
        Telegram(),
        Slack(),
        Discord(),
        Sms(),
        Rbm(),
        LinkedIn(),
        Teams(),
        Webchat(),
        Email(),
    )
}


def find(key: str) -> MessagingPlatform | None:
    """The platform of that key, or None."""
    return PLATFORMS.get(Platform(key))


def get(key: str) -> MessagingPlatform:
    """The platform of that key. Raises `NotPossible`."""
    platform = find(key)
    if platform is None:
        raise NotPossible(f"no platform is called {key!r}")
    return platform
