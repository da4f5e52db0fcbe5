"""The names of task queues."""

CONVERSATIONS = "pytake"
"""Workflows, and the activities that only touch our own database."""


def delivery(platform: str) -> str:
    """Sends of one platform: one that is slow or down never holds up another."""
    return f"deliver-{platform}"
