"""In what Messenger and Instagram differ, as data."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.content import MessageContent
from domain.platform import PlatformCapabilities
from platforms.meta.errors import Rules


class Dialect(NamedTuple):
    """One of the two platforms, as the shared code needs to know it."""

    name: str
    webhook_object: str
    """What bodies of its webhooks declare themselves to be."""
    capabilities: PlatformCapabilities
    rules: Rules
    profile_fields: tuple[str, ...]
    webhook_fields: tuple[str, ...]
    """What an account must be subscribed to: the first for anything to arrive, the others for all that is read."""
    says_type: bool
    """Whether every message must say why it is sent."""
    metadata_limit: int
    """How long a text may be that comes back on an echo; 0: nothing comes back."""
    audio_is_voice: bool
    more_contents: Mapping[type[MessageContent], Callable[[Any], dict[str, Any]]] = {}
    """Renderers of contents that only this one carries."""
