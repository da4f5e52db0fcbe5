"""What a provider must bring along to be played, and what it is told of what happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastapi import APIRouter

from simulator.contacts import Contact
from simulator.deliver import Webhook
from simulator.schemas import Entry, ReceiptPolicy

Json = dict[str, Any]


@dataclass(frozen=True)
class File:
    """A file of a customer, and where it can be fetched."""

    id: str
    url: str
    mime_type: str
    filename: str | None = None


@dataclass(frozen=True)
class Said:
    """What a customer writes to an account."""

    account: Any
    sender: str
    """The account's own number or name."""
    contact: Contact
    text: str | None = None
    file: File | None = None
    message_id: str | None = None

    @property
    def address(self) -> str:
        """The customer's number in digits, as the ledger has it."""
        return self.contact.address


@dataclass(frozen=True)
class Report:
    """How an accepted send fares."""

    account: Any
    sender: str
    entry: Entry
    status: str
    """`sent`, `delivered` or `failed`: all that an SMS goes through."""
    chosen_code: int | None = None
    """The code of a failure where the receipt policy names one."""
    blocked: bool = False
    """It failed because the customer wants no messages."""


class Posting(NamedTuple):
    """A body to post, and where to if not to the account's own address for reports."""

    body: Any
    url: str | None = None


class Provider(NamedTuple):
    """One provider. Every account given to these functions is one of its own kind."""

    router: APIRouter
    said: Callable[[Said], tuple[Json, str]]
    """The webhook of a customer's message, and the message's id. Raises `ValueError` for what is no SMS."""
    report: Callable[[Report], Posting | None]
    """None: of that status nobody is told."""
    serialise: Callable[[Any, Any], bytes]
    """A body as the account gets it; a string is taken as it is."""
    proof: Callable[[Any, str, bytes], dict[str, str]]
    """The headers of a body for an address: its type, and the proof of where it comes from."""
    tells_of_blocks: Callable[[Any, str, Contact], Json | None] = lambda *_: None
    """The webhook that says that a customer wants no messages, or wants them again."""


@dataclass(frozen=True)
class SmsWebhook(Webhook):
    """A webhook that may go elsewhere than to the account's own address."""

    is_report: bool = False
    url: str | None = None


_NOT_CHOSEN = ReceiptPolicy().error_code


def chosen(error_code: int | None) -> int | None:
    """The policy's code; its default is WhatsApp's and means nothing here."""
    return None if error_code == _NOT_CHOSEN else error_code
