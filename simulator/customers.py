"""What a simulated customer does, turned into the webhook that their platform would post."""

from simulator import clock
from simulator.platform import Outgoing
from simulator.registry import SIMULATED
from simulator.schemas import ContactChange, Post, Say
from simulator.state import Simulation


def say(simulation: Simulation, order: Say) -> Outgoing:
    """The window opens, the chat becomes known. Raises `ValueError`."""
    platform = SIMULATED[order.platform]
    address = platform.address_of(order.sender)
    contact = simulation.contacts.heard(order.platform, order.account, address, order.name)
    return platform.say(simulation, order, contact)


def post(simulation: Simulation, order: Post) -> Outgoing:
    """Any body as it is."""
    return SIMULATED[order.platform].post(simulation, order)


def change(simulation: Simulation, order: ContactChange) -> Outgoing:
    """Set what the platform knows about a customer; some tell the account that it was blocked."""
    platform = SIMULATED[order.platform]
    address = platform.address_of(order.contact)
    contacts = simulation.contacts
    contact = contacts.get(order.platform, order.account, address)
    if contact is None:
        contact = contacts.heard(order.platform, order.account, address)
    if order.silent_seconds is not None:
        contact.last_inbound = clock.unix() - order.silent_seconds
    was_blocked = contact.blocked
    contact.blocked = was_blocked if order.blocked is None else order.blocked
    if contact.blocked == was_blocked:
        return Outgoing(None, contact=address)
    return platform.blocked(simulation, order.account, contact)
