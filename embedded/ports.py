"""Ports of this machine: one that is free, and whether those we were told to use are."""

import errno
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address

from embedded.errors import PortBusy

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Port:
    """A port that a service will listen on, and the variable that moves it."""

    number: int
    service: str
    variable: str
    host: str = LOOPBACK


def free_port(host: str = LOOPBACK) -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        number: int = probe.getsockname()[1]
        return number


def check_free(ports: Iterable[Port]) -> None:
    """Raise `PortBusy` for the first that cannot be bound. All are held together: two of ours may clash."""
    with ExitStack() as held:
        for port in ports:
            family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
            probe = held.enter_context(socket.socket(family, socket.SOCK_STREAM))
            # As the servers do: connections of an earlier run that linger in TIME_WAIT are no hindrance.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((port.host, port.number))
                probe.listen(1)
            except OSError as error:
                raise PortBusy(_words(port, error)) from error


def _words(port: Port, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port.number} is busy ({port.service}). "
            f"Stop the program that uses it or set {port.variable}."
        )
    return (
        f"Port {port.number} on {port.host} cannot be used ({port.service}): "
        f"{error.strerror or error}. Set {port.variable} to another."
    )


def answers(host: str, number: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, number)) == 0


def reachable(host: str) -> str:
    """Where to call a server that was told to listen on `host`: "everywhere" is no address to call."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "::1" if address.version == 6 else LOOPBACK


def url(host: str, number: int) -> str:
    name = reachable(host)
    return f"http://[{name}]:{number}" if ":" in name else f"http://{name}:{number}"
