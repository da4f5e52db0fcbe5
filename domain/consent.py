"""Whether a contact wants to be written to on a channel: what they asked for, and what may still be sent.

The rule, for whoever opted out of everything: nothing automatic until they opt in again; a person may answer what the
contact wrote after that, and nothing else. Marketing goes to nobody who opted out of either.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from domain.content import MessageContent, TemplateContent
from domain.errors import OptedOut
from domain.events import InboundEvent
from domain.parts import is_part_of
from domain.value import Value


class ConsentScope(StrEnum):
    """What a contact spoke of."""

    ALL = "all"
    """Every message."""
    MARKETING = "marketing"


class ConsentState(StrEnum):
    """What they want."""

    IN = "in"
    OUT = "out"


class Choice(Value):
    """What one event asks for."""

    scope: ConsentScope
    state: ConsentState


class Consent(Choice):
    """What a contact asked for last, on one channel and about one scope."""

    at: datetime
    """When they did, by the platform's clock; never later than when we heard of it."""
    source: str
    """The event that told, by its external id: it is kept among the channel's events."""
    message: str | None = None
    """The external id of the message they said it with; None: with none, such as a button of the platform's own."""


class LastWord(Value):
    """The contact's last message in a conversation."""

    at: datetime | None = None
    external_id: str | None = None


_STATES = {
    "opt_in": ConsentState.IN,
    "unblock": ConsentState.IN,
    "resume": ConsentState.IN,
    "opt_out": ConsentState.OUT,
    "block": ConsentState.OUT,
    "stop": ConsentState.OUT,
}
_SCOPES = {
    None: ConsentScope.ALL,
    "complaint": ConsentScope.ALL,
    "marketing": ConsentScope.MARKETING,
    "marketing_messages": ConsentScope.MARKETING,
}
"""By the category of a preference. Others (calls, one notification) are about no messages of ours."""


def choice_in(event: InboundEvent) -> Choice | None:
    """What a preference says of our messages; None: nothing, or it names nobody."""
    if event.kind != "preference" or event.sender is None:
        return None
    told = event.details or {}
    state, scope = _STATES.get(str(told.get("value"))), _SCOPES.get(told.get("category"))
    return Choice(scope=scope, state=state) if state and scope else None


def check_consent(
    consents: Sequence[Consent], content: MessageContent, last: LastWord, *, automatic: bool
) -> None:
    """Raise `OptedOut` unless this may be sent. `automatic`: no person wrote it."""
    out = {consent.scope: consent for consent in consents if consent.state is ConsentState.OUT}
    if out and is_marketing(content):
        raise OptedOut("no marketing")
    everything = out.get(ConsentScope.ALL)
    if everything is not None and (automatic or not _wrote_again(everything, last)):
        raise OptedOut


def is_marketing(content: MessageContent) -> bool:
    """As far as it says so: a template without a category may be anything."""
    return isinstance(content, TemplateContent) and content.category == "marketing"


BESIDE = timedelta(minutes=1)
"""A platform's button may write a word as well, which comes as a message of its own that nothing ties to it."""


def _wrote_again(consent: Consent, last: LastWord) -> bool:
    """Whether the contact said something after opting out, other than that."""
    if last.at is None or last.at <= consent.at:
        return False
    if consent.message is None:
        return last.at > consent.at + BESIDE
    return last.external_id is None or not is_part_of(last.external_id, consent.message)
