"""Which status an error becomes: whatever may be tried again is 503, and nothing that was foreseen is 500."""

import pytest

from api.errors import Unprocessable, status_of
from api.gateway import ConversationRefused, TemporalUnavailable
from api.outgoing import KeyReused, ReplyTooLong, UnknownFile
from domain import errors
from storage.database import DatabaseUnavailable, Unstorable


@pytest.mark.parametrize(
    "kind",
    [
        TemporalUnavailable,
        ConversationRefused,
        DatabaseUnavailable,
        errors.Throttled,
        errors.PlatformUnavailable,
    ],
)
def test_what_may_be_tried_again_is_503(kind: type[errors.DomainError]) -> None:
    assert status_of(kind()) == 503


@pytest.mark.parametrize("kind", [KeyReused, ReplyTooLong, UnknownFile, Unstorable, Unprocessable])
def test_what_cannot_be_carried_out_as_it_stands_is_422(kind: type[errors.DomainError]) -> None:
    assert status_of(kind()) == 422


@pytest.mark.parametrize("kind", [KeyReused, ReplyTooLong, UnknownFile])
def test_a_refusal_speaks_both_languages(kind: type[errors.DomainError]) -> None:
    assert kind.words.keys() == {"en", "pt"}
    assert kind.words != errors.DomainError.words


@pytest.mark.parametrize("kind", errors.BY_CODE.values())
def test_every_error_of_the_vocabulary_that_an_agent_can_meet_has_a_status(
    kind: type[errors.DomainError],
) -> None:
    bases = {errors.DomainError, errors.DeliveryError, errors.OutcomeUnknown, errors.InboundError}
    if kind not in bases:
        assert status_of(kind()) < 500 or kind.retryable
