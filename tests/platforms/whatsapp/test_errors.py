"""One table for errors of a call and for failures that come later."""

import pytest

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    DeliveryError,
    MediaRejected,
    PlatformUnavailable,
    Throttled,
    WindowClosed,
)
from platforms.meta.errors import GraphError, rule_for
from platforms.meta.whatsapp.errors import MEDIA_RULES, RULES, receipt_error

GROUPS: list[tuple[type[DeliveryError], tuple[int, ...]]] = [
    (Throttled, (4, 17, 32, 613, 80007, 130429, 131048, 131056, 131064, 133016)),
    (ChannelUnauthorized, (0, 3, 10, 33, 102, 190, 200, 250, 299, 368, 131005, 131031, 131037)),
    (ChannelUnauthorized, (131042, 131045, 133010)),
    (ContactUnreachable, (130403, 130472, 130497, 131021, 131026, 131030, 131049, 131050)),
    (WindowClosed, (131047,)),
    (MediaRejected, (131052, 131053)),
    (PlatformUnavailable, (1, 2, 131000, 131016, 131057, 133004, 2494100)),
]


def error(code: int, *, transient: bool = False) -> GraphError:
    return GraphError(code=code, title="t", details="d", transient=transient)


@pytest.mark.parametrize(("kind", "codes"), GROUPS)
def test_codes_and_what_they_mean(kind: type[DeliveryError], codes: tuple[int, ...]) -> None:
    for code in codes:
        assert rule_for(error(code), RULES).error is kind, code
        assert receipt_error(error(code)).retryable is kind.retryable, code


def test_a_failure_that_came_later_keeps_its_words() -> None:
    failure = receipt_error(GraphError(code=131026, title="Undeliverable", details="d"))
    assert (failure.code, failure.title, failure.retryable) == ("131026", "Undeliverable", False)


def test_transient_beats_a_final_code_and_leaves_a_rate_alone() -> None:
    assert rule_for(error(100, transient=True), RULES).error is PlatformUnavailable
    assert rule_for(error(131056, transient=True), RULES).error is Throttled


def test_a_missing_file_is_not_a_missing_channel() -> None:
    missing = GraphError(code=100, subcode=33, title="t", details="d")
    assert rule_for(missing, RULES).error is ChannelUnauthorized
    assert rule_for(missing, MEDIA_RULES).error is MediaRejected
