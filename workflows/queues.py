"""The names of task queues."""

CONVERSATIONS = "pytake"
"""Workflows and all their activities.

On their own workflows' queue, sends start eagerly with the task that asks for them: measured, 1.5 times the bot
turns of a queue per platform. docs/decisions/0011-one-task-queue.md says what keeps a slow platform apart.
"""
