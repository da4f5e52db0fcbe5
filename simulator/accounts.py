"""The accounts that were registered with the simulated platforms."""

from simulator.schemas import TelegramAccount, WhatsAppAccount


class Accounts:
    """What each platform knows about its business customers."""

    def __init__(self) -> None:
        self.whatsapp: dict[str, WhatsAppAccount] = {}
        """By phone number id."""
        self.telegram: dict[str, TelegramAccount] = {}
        """By bot id."""

    def bot_of(self, token: str) -> str | None:
        """The id of the bot with that token."""
        return next((bot for bot, known in self.telegram.items() if known.token == token), None)

    def knows(self, platform: str, account: str) -> bool:
        return account in (self.whatsapp if platform == "whatsapp" else self.telegram)

    def trusts(self, platform: str, account: str) -> bool:
        """Whether the account takes every address for a customer."""
        known = self.whatsapp.get(account) if platform == "whatsapp" else self.telegram.get(account)
        return known is not None and known.trusting
