"""Ports: a free one is free, a busy one gives one clear line."""

import socket

import pytest

from embedded.errors import PortBusy
from embedded.ports import Port, check_free, free_port, reachable, url


def test_a_busy_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(PortBusy) as caught:
            check_free([Port(free_port(), "Temporal", "X"), Port(number, "API", "PYTAKE_PORT")])
    assert str(caught.value) == (
        f"Port {number} is busy (API). Stop the program that uses it or set PYTAKE_PORT."
    )


def test_a_port_taken_on_every_address_is_busy() -> None:
    with socket.create_server(("", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(PortBusy, match="busy"):
            check_free([Port(number, "API", "PYTAKE_PORT")])


def test_two_of_ours_may_not_share_a_port() -> None:
    number = free_port()
    with pytest.raises(PortBusy, match=r"busy \(Simulator\).*set PYTAKE_SIMULATOR_PORT"):
        check_free(
            [
                Port(number, "API", "PYTAKE_PORT"),
                Port(number, "Simulator", "PYTAKE_SIMULATOR_PORT"),
            ]
        )


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(PortBusy, match=r"on 192\.0\.2\.1 cannot be used \(API\)"):
        check_free([Port(free_port(), "API", "PYTAKE_PORT", host="192.0.2.1")])


def test_free_ports_may_be_used_after_the_check() -> None:
    ports = [Port(free_port(), "API", "PYTAKE_PORT")]
    check_free(ports)
    check_free(ports)


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104  the very case
        ("::", "::1"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_everywhere_is_no_address_to_call(host: str, called: str) -> None:
    assert reachable(host) == called


def test_an_ipv6_address_is_bracketed() -> None:
    assert url("::", 8080) == "http://[::1]:8080"
