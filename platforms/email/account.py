"""One mailbox that PyTake answers from."""

from pydantic import Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account
from platforms.email.mailboxes import is_address


class EmailAccount(Account):
    """One address of ours. Connections to fetch and submit mail will bring their own settings."""

    address: str
    """The address that contacts write to. A bare name is one of this host: `@localhost`."""
    secret: SecretStr = Field(min_length=32)
    """Signs what is posted to us and, derived, the reply addresses of our messages."""
    name: str | None = Field(default=None, max_length=100)
    """Shown beside the address."""
    subject: str = Field(default="Mensagem", min_length=1, max_length=200)
    """Of a message that answers none."""
    plus_addresses: bool = True
    """Whether `name+anything@domain` reaches this mailbox: reply addresses and bounce addresses need it."""
    ask_read_receipts: bool = False
    """Ask contacts' programs to tell when a message was shown. Most ask their users first."""
    unsubscribe_url: str | None = Field(default=None, pattern=r"^https://[^\s<>\"]+$")
    """Where a contact says that no more mail is wanted; it must take a POST (RFC 8058)."""

    @field_validator("address")
    @classmethod
    def _reachable(cls, value: str) -> str:
        address = value.strip() if "@" in value else f"{value.strip()}@localhost"
        if not is_address(address):
            raise ValueError("not an e-mail address")
        return address

    @field_validator("name", "subject")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        return " ".join(value.split()) if value else value

    @property
    @override
    def account_id(self) -> str:
        return self.address.lower()

    @property
    def local(self) -> str:
        """What stands before the @."""
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()
