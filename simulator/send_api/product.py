"""In what Messenger and Instagram differ, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.contacts import Contact
from simulator.graph.errors import GraphError
from simulator.schemas import Entry
from simulator.send_api.account import SendApiAccount

Json = dict[str, Any]


@dataclass(frozen=True)
class FileRule:
    """What an attachment of one kind may be."""

    max_bytes: int
    types: tuple[str, ...] = ("*/*",)


@dataclass(frozen=True)
class Product:
    """One of the two."""

    key: str
    webhook_object: str
    account_model: type[SendApiAccount]
    node: Callable[[str, Any], str]
    """The id below which an account's messages are sent."""
    recipients: frozenset[str]
    """How a recipient may be named."""
    messaging_types: frozenset[str]
    says_type: bool
    """Whether a message to a person must say why it is sent."""
    check_text: Callable[[str], None]
    """Raises `GraphError` for a text that is too long."""
    files: Mapping[str, FileRule]
    window_closed: Callable[[], GraphError]
    stranger: Callable[[], GraphError]
    no_comment: Callable[[], GraphError]
    comment_answered: Callable[[], GraphError]
    """A comment is answered in private once."""
    no_profile: Callable[[str], GraphError]
    profile: Callable[[str, Contact], Json]
    """Every field that can be asked for."""
    owner: Callable[[str, Any], Json]
    """What `/me` tells of the token's owner: every field that can be asked for."""
    owner_kind: str
    new_mid: Callable[[str], str]
    """From the account's id."""
    echoed: Callable[[Any, Entry], Json]
    """What an echo has besides its content."""
    delivered: Callable[[Entry], Json] | None
    read: Callable[[Entry], Json]
    webhook_fields: Mapping[str, str]
    """The field to subscribe to, by what an item holds."""
    unposted_media: frozenset[str] = frozenset()
    """What customers send and no webhook tells of."""
    utility: Callable[[Any, Json], str] | None = None
    """An approved template as a person reads it, where the product has such. Raises `GraphError`."""
    check_upload: Callable[[Any, Mapping[str, Any]], None] = field(default=lambda _, __: None)
    """Whether an upload says all it must. Raises `GraphError`."""
