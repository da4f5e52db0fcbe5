"""What servers' refusals mean, where no server of the tests says them."""

from datetime import timedelta

import pytest

from domain.errors import ChannelUnauthorized, DeliveryError, PlatformUnavailable, Throttled
from platforms.email import errors, imap_errors
from platforms.email.errors import Reply, Step
from platforms.email.imap_errors import Status

IMAP: list[tuple[str, str, str, bool, type[DeliveryError]]] = [
    ("NO", "AUTHENTICATIONFAILED", "Invalid credentials (Failure)", True, ChannelUnauthorized),
    ("NO", "", "AUTHENTICATE failed.", True, ChannelUnauthorized),
    ("NO", "ALERT", "Too many simultaneous connections. (Failure)", True, Throttled),
    ("NO", "WEBALERT https://x.example", "Web login required.", True, ChannelUnauthorized),
    ("BAD", "", "User is authenticated but not connected.", True, PlatformUnavailable),
    ("NO", "", "User is authenticated but not connected.", True, PlatformUnavailable),
    ("NO", "UNAVAILABLE", "Temporary authentication failure.", True, PlatformUnavailable),
    ("NO", "INUSE", "Mailbox in use", False, PlatformUnavailable),
    ("NO", "LIMIT", "Too much of it", False, Throttled),
    ("NO", "THROTTLED", "", False, Throttled),
    ("BYE", "", "Session expired, please login again.", False, PlatformUnavailable),
    ("BYE", "OVERQUOTA", "Account exceeded command or bandwidth limits.", False, Throttled),
    ("BAD", "", "Unknown command", False, PlatformUnavailable),
]


@pytest.mark.parametrize(("word", "code", "text", "login", "meaning"), IMAP)
def test_of_a_mailbox_server(
    word: str, code: str, text: str, meaning: type[DeliveryError], *, login: bool
) -> None:
    error = imap_errors.to_delivery_error(Status(word, code, text), login=login)
    assert type(error) is meaning
    assert text in error.detail


def test_a_spent_bandwidth_takes_longer_to_come_back() -> None:
    spent = Status("BYE", "OVERQUOTA", "Account exceeded bandwidth limits")
    error = imap_errors.to_delivery_error(spent)
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(minutes=15)


WAITS = [
    ("450 4.2.1 receiving mail too quickly", timedelta(minutes=1)),
    ("451 4.7.1 greylisted, try again in 7 min", timedelta(minutes=7)),
    ("451 4.7.1 try again in 30 seconds", timedelta(seconds=30)),
    ("452 4.2.2 over quota", timedelta(hours=1)),
    ("451 4.7.1 come back in 99999 hours", timedelta(hours=4)),
]


@pytest.mark.parametrize(("said", "wait"), WAITS)
def test_how_long_to_wait(said: str, wait: timedelta) -> None:
    code, _, text = said.partition(" ")
    error = errors.to_delivery_error(Reply(int(code), text), Step.RECIPIENT)
    assert isinstance(error, Throttled)
    assert error.retry_after == wait


def test_a_long_answer_is_cut_and_has_no_secret_in_it() -> None:
    error = errors.to_delivery_error(
        Reply(535, "5.7.8 hunter2 " + "x\n" * 900), Step.LOGIN, ["hunter2"]
    )
    assert len(error.detail) <= errors.MAX_DETAIL
    assert "hunter2" not in error.detail
    assert "\n" not in error.detail
