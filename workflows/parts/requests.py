"""What is asked of a conversation: each request is checked against what those before it will have done."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.conversation import Action, ConversationView
from domain.errors import DomainError, NotPossible
from domain.lifecycle import project
from workflows.parts.inbox import Inbox


class Requests:
    """The actions under way: the one being applied, and those that wait in the inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._current: Action | None = None
        self._refusals: dict[UUID, ApplicationError] = {}

    def pending(self) -> list[Action]:
        """In order. Nothing here is done yet."""
        current = [self._current] if self._current is not None else []
        return current + self._inbox.actions()

    def expected(self, view: ConversationView | None) -> ConversationView:
        """The conversation once everything under way is done. Raises `NotPossible` before its first message."""
        if view is None:
            raise NotPossible("this conversation has no messages yet")
        return reduce(project, self.pending(), view)

    @contextmanager
    def applying(self, action: Action) -> Iterator[None]:
        self._current = action
        yield
        self._current = None

    def refuse(self, action: Action, error: ActivityError) -> None:
        """Whoever asked learns it from their update; what nobody waits for is only logged."""
        cause = error.cause
        workflow.logger.warning("%s was refused: %s", action.kind, cause)
        if action.actor.kind == "agent" and isinstance(cause, ApplicationError):
            again = ApplicationError(cause.message, type=cause.type, non_retryable=True)
            self._refusals[action.id] = again

    async def settled(self, action: Action) -> None:
        """Until an action is applied. Raises when it was refused after all."""
        await workflow.wait_condition(lambda: action not in self.pending())
        if refusal := self._refusals.pop(action.id, None):
            raise refusal


@contextmanager
def refusing() -> Iterator[None]:
    """Let a refused request carry its code and the words for people."""
    try:
        yield
    except DomainError as error:
        raise ApplicationError(str(error), type=error.code, non_retryable=True) from error
