"""Changing a conversation's owner, status and tags."""

from uuid import UUID

from temporalio import activity

from activities.failures import translated
from domain.conversation import Action, ActionResult, Owner, OwnerKind
from domain.lifecycle import waits
from domain.value import Value
from storage.actions import ActionStore


class ActionRequest(Value):
    """An action on a conversation."""

    tenant_id: UUID
    conversation_id: UUID
    action: Action


class AssignRequest(Value):
    """A conversation that waits for an agent."""

    tenant_id: UUID
    conversation_id: UUID
    queue_id: UUID | None = None


class Assignment(Value):
    """Who has a conversation now, and whose turn is next."""

    owner: Owner
    next_waiting: str | None = None
    """Workflow id of the conversation that may try next: one was just given away, and there is room left."""


_INTO_A_QUEUE = frozenset({"hand_over", "assign", "reopen", "wake"})
"""Actions that may leave a conversation waiting: then an agent is looked for at once."""


class ConversationActivities:
    """What is changed about a conversation."""

    def __init__(self, actions: ActionStore) -> None:
        self._actions = actions

    @activity.defn
    async def apply_action(self, request: ActionRequest) -> ActionResult:
        """Apply an action once, and, where it left the conversation waiting, look for an agent."""
        with translated():
            result = await self._actions.apply(
                request.tenant_id, request.conversation_id, request.action
            )
            if request.action.kind not in _INTO_A_QUEUE or not waits(result):
                return result
            actor = request.action.actor
            owner = await self._actions.assign(
                request.tenant_id,
                request.conversation_id,
                result.queue_id,
                but=actor.id if actor.kind == "agent" else None,
            )
            return result.model_copy(update={"owner": owner})

    @activity.defn
    async def assign_agent(self, request: AssignRequest) -> Assignment:
        """The least loaded agent who is available and has room, or the queue it waits in."""
        with translated():
            owner = await self._actions.assign(
                request.tenant_id, request.conversation_id, request.queue_id
            )
            if owner.kind is not OwnerKind.AGENT:
                return Assignment(owner=owner)
            waiting = await self._actions.next_waiting(request.tenant_id)
            return Assignment(owner=owner, next_waiting=waiting)
