"""The ids of workflows: under 200 ASCII characters, with no personal data in them."""

import hashlib
from uuid import UUID


def address_digest(address: str) -> str:
    """A stable stand-in for a contact's address: 128 bits of its SHA-256, in hex."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]


def conversation_workflow_id(tenant_id: UUID, channel_id: UUID, address: str) -> str:
    return f"conversation/{tenant_id}/{channel_id}/{address_digest(address)}"


def flow_run_workflow_id(tenant_id: UUID, run_id: UUID) -> str:
    return f"flow-run/{tenant_id}/{run_id}"
