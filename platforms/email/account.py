"""One mailbox that PyTake answers from."""

import ipaddress
from typing import Literal, Self

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator
from typing_extensions import override

from domain.errors import ChannelUnauthorized
from platforms.base import Account
from platforms.email.facts import MAX_MESSAGE_BYTES
from platforms.email.mailboxes import is_address
from platforms.email.wire import Security, Server
from platforms.oauth import TokenRequest

_IMAP_PORTS: dict[Security, int] = {"tls": 993, "starttls": 143, "none": 143}
_SMTP_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 587}


class EmailAccount(Account):
    """One address of ours; the server its mail is read from (IMAP) and the one it leaves through (SMTP).

    Without the former, messages are posted to us; without the latter, none can be sent.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

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
    bounce_addresses: bool = True
    """Whether bounces are asked for at such an address. No: where a server lets only the plain address send."""
    ask_read_receipts: bool = False
    """Ask contacts' programs to tell when a message was shown. Most ask their users first."""
    unsubscribe_url: str | None = Field(default=None, pattern=r"^https://[^\s<>\"]+$")
    """Where a contact says that no more mail is wanted; it must take a POST (RFC 8058)."""

    imap_host: str | None = Field(default=None, max_length=255, pattern=r"^[^\s/@]+$")
    imap_port: int | None = Field(default=None, ge=1, le=65535)
    imap_security: Security = "tls"
    folder: str = Field(default="INBOX", min_length=1, max_length=500)
    """The folder that is read."""
    sent_folder: str | None = Field(default=None, max_length=500)
    """Where copies of sent messages are. None: the one that the server marks so."""
    mark_seen: bool = False
    """Whether a message that we have kept is marked as read in the mailbox."""
    poll_seconds: int = Field(default=30, ge=1, le=3600)
    """How often a server is asked that cannot tell of new messages by itself (IDLE)."""
    fetch_limit: int = Field(default=MAX_MESSAGE_BYTES, ge=1024, le=MAX_MESSAGE_BYTES)
    """Bytes: of a larger message only the headers are read."""

    smtp_host: str | None = Field(default=None, max_length=255, pattern=r"^[^\s/@]+$")
    smtp_port: int | None = Field(default=None, ge=1, le=65535)
    smtp_security: Security = "starttls"

    username: str | None = Field(default=None, min_length=1, max_length=255)
    """The login of both servers. None: the address."""
    password: SecretStr | None = Field(default=None, min_length=1)
    """A password or an app password."""
    access_token: SecretStr | None = Field(default=None, min_length=1)
    """An OAuth2 token that somebody else renews."""
    oauth_token_url: str | None = Field(default=None, pattern=r"^https?://[^\s<>\"]+$")
    oauth_client_id: str | None = Field(default=None, min_length=1, max_length=300)
    oauth_client_secret: SecretStr | None = Field(default=None, min_length=1)
    oauth_refresh_token: SecretStr | None = Field(default=None, min_length=1)
    """With it tokens are renewed in a person's name; without it the app asks for them in its own."""
    oauth_scope: str | None = Field(default=None, max_length=1000)
    ca: str | None = Field(default=None, max_length=50_000)
    """The authority (PEM) that issued the servers' certificates, where it is a private one."""
    allow_plaintext: bool = False
    """Let passwords and messages cross a network unencrypted. Never needed for a server on the same machine."""

    @field_validator("address")
    @classmethod
    def _reachable(cls, value: str) -> str:
        address = value.strip() if "@" in value else f"{value.strip()}@localhost"
        if not is_address(address):
            raise ValueError("not an e-mail address")
        return address

    @field_validator("name", "subject", "folder", "sent_folder", "username")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        return " ".join(value.split()) if value else value

    @field_validator("ca")
    @classmethod
    def _certificate(cls, value: str | None) -> str | None:
        if value and "-----BEGIN CERTIFICATE-----" not in value:
            raise ValueError("not a certificate in PEM form")
        return value or None

    @model_validator(mode="after")
    def _connectable(self) -> Self:
        for kind in ("imap", "smtp"):
            host, security = getattr(self, f"{kind}_host"), getattr(self, f"{kind}_security")
            open_to_all = host and security == "none" and not _is_here(host)
            if open_to_all and not self.allow_plaintext:
                raise ValueError(
                    f"{kind}_security is none and {host} is another machine: use tls or starttls,"
                    " or set allow_plaintext"
                )
        if self.oauth_token_url and not (
            self.oauth_client_id and (self.oauth_refresh_token or self.oauth_client_secret)
        ):
            raise ValueError(
                "oauth_token_url needs oauth_client_id and a refresh token or a client secret"
            )
        if self.imap_host and not self.logs_in:
            raise ValueError("imap_host needs a password, an access_token or oauth_token_url")
        return self

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

    @property
    def logs_in(self) -> bool:
        """Whether there is anything to log in with: a server of our own may let us send without."""
        return bool(self.password or self.access_token or self.oauth_token_url)

    @property
    def mailbox(self) -> Server:
        """Where mail is read. Raises `ChannelUnauthorized` where none is set."""
        return self._server("IMAP", self.imap_host, self.imap_port, self.imap_security)

    @property
    def submission(self) -> Server:
        """Where mail leaves. Raises `ChannelUnauthorized` where none is set."""
        return self._server("SMTP", self.smtp_host, self.smtp_port, self.smtp_security)

    def _server(
        self, kind: Literal["IMAP", "SMTP"], host: str | None, port: int | None, security: Security
    ) -> Server:
        if host is None:
            raise ChannelUnauthorized(f"this channel has no {kind} server")
        usual = (_IMAP_PORTS if kind == "IMAP" else _SMTP_PORTS)[security]
        return Server(host, port or usual, security, self.ca)

    @property
    def token_request(self) -> TokenRequest | None:
        """How an access token is renewed (RFC 6749, sections 6 and 4.4); None: it is not."""
        if self.oauth_token_url is None:
            return None
        refresh, own = _plain(self.oauth_refresh_token), _plain(self.oauth_client_secret)
        form = {
            "grant_type": "refresh_token" if refresh else "client_credentials",
            "client_id": self.oauth_client_id or "",
            "client_secret": own,
            "refresh_token": refresh,
            "scope": self.oauth_scope or "",
        }
        given = {name: value for name, value in form.items() if value}
        name = f"{self.account_id} {self.oauth_client_id} {self.oauth_scope}"
        return TokenRequest(self.oauth_token_url, given, name, refresh or own)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _is_here(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
