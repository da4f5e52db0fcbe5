"""When a conversation continues as new: never while a handler runs or a call is under way."""

from datetime import timedelta

from temporalio import workflow

from workflows.messages import ConversationState

WHEN_QUIET = 600
"""History events past which a quiet conversation continues as new: a cold replay costs about 0.4 ms each."""
ALWAYS = 2_500
"""Past these it begins nothing new, and continues as new as soon as it can."""
QUIET = timedelta(seconds=5)
LARGEST_STATE = 1_000_000
"""Characters of state as JSON; Temporal refuses a payload of 2 MB."""


def is_long() -> bool:
    return workflow.info().get_current_history_length() >= WHEN_QUIET


def is_full() -> bool:
    return workflow.info().get_current_history_length() >= ALWAYS


def fits(state: ConversationState) -> bool:
    """Whether the state may travel into the next run; a larger one is worked off first."""
    return len(state.model_dump_json()) <= LARGEST_STATE
