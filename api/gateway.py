"""How the API speaks to Temporal: signal-with-start for what contacts say, updates for what agents ask."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.accounts import connect
from api.errors import Problem, not_found
from domain.conversation import Action, ConversationStatus, ConversationView, InboundItem, Reply
from domain.errors import BY_CODE, AlreadyResolved, ChannelUnauthorized, DomainError
from domain.ids import conversation_workflow_id
from platforms import registry
from storage.channels import Channel
from storage.conversations import Conversation, ConversationStore
from workflows import queues, search
from workflows.conversation import ConversationWorkflow
from workflows.messages import ConversationStart, ConversationState, MessageFailure
from workflows.policies import fair

UPDATE_TIMEOUT = timedelta(seconds=10)
UPDATE_MARGIN = timedelta(seconds=1)
"""Clocks of two machines differ a little: the worker refuses this much earlier than the caller gives up."""

Result = TypeVar("Result")


class TemporalUnavailable(DomainError):
    """Temporal is not reachable, or no worker answers."""

    code = "temporal_unavailable"
    retryable = True
    words = {  # noqa: RUF012  a ClassVar in the base
        "en": "The system is catching up. Your action was not carried out yet; try again in a moment.",
        "pt": "O sistema está se recuperando. Sua ação ainda não foi feita; tente de novo em instantes.",
    }


class ConversationRefused(TemporalUnavailable):
    """Temporal is there and will not take this for this one conversation now (10,000 signals wait for it, say)."""


class Gateway:
    """Conversations, as the API reaches them."""

    def __init__(
        self, client: Client, conversations: ConversationStore, rpc_timeout: timedelta
    ) -> None:
        self._client = client
        self._conversations = conversations
        self._rpc_timeout = rpc_timeout

    async def message_received(
        self, channel: Channel, address: str, items: list[InboundItem]
    ) -> None:
        """Hand over what a contact said. Raises `TemporalUnavailable`; returning means it is durable."""
        start = _start(channel, address)
        try:
            await self._client.start_workflow(
                ConversationWorkflow.run,
                start,
                id=conversation_workflow_id(channel.tenant_id, channel.id, address),
                task_queue=queues.CONVERSATIONS,
                start_signal="message_received",
                start_signal_args=[items],
                search_attributes=search.typed(start.published),
                static_summary=_summary(channel, address),
                priority=fair(channel.tenant_id),
                rpc_timeout=self._rpc_timeout,
            )
        except (RPCError, RuntimeError) as error:
            raise _unavailable(error) from error

    async def message_failed(self, channel: Channel, address: str, failure: MessageFailure) -> None:
        """Tell a running conversation that a sent message failed after all; one that is over need not know."""
        handle = self._handle(channel.tenant_id, channel.id, address)
        try:
            await handle.signal(
                ConversationWorkflow.message_failed, failure, rpc_timeout=self._rpc_timeout
            )
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise _unavailable(error) from error

    async def agent_became_available(self, workflow_id: str) -> None:
        """Tell a waiting conversation that somebody has room."""
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            await handle.signal(
                ConversationWorkflow.agent_became_available, rpc_timeout=self._rpc_timeout
            )
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise _unavailable(error) from error

    async def reply(self, conversation: Conversation, channel: Channel, reply: Reply) -> UUID:
        """Queue an agent's message. Raises `NotYours`, `WindowClosed` and their like."""
        reply = reply.model_copy(update={"valid_until": _valid_until()})
        return await self._update(
            conversation, channel, "reply", reply, str(reply.message_id), UUID
        )

    async def act(
        self, conversation: Conversation, channel: Channel, action: Action
    ) -> ConversationView:
        """Carry out an agent's action, and wait until it is recorded."""
        action = action.model_copy(update={"valid_until": _valid_until()})
        return await self._update(
            conversation, channel, action.kind, action, str(action.id), ConversationView
        )

    def _handle(self, tenant_id: UUID, channel_id: UUID, address: str) -> Any:
        workflow_id = conversation_workflow_id(tenant_id, channel_id, address)
        return self._client.get_workflow_handle_for(ConversationWorkflow.run, workflow_id)

    async def _update(
        self,
        conversation: Conversation,
        channel: Channel,
        name: str,
        payload: Reply | Action,
        update_id: str,
        result: type[Result],
    ) -> Result:
        handle = self._handle(channel.tenant_id, channel.id, conversation.address)
        try:
            answer: Result = await handle.execute_update(
                name, payload, id=update_id, result_type=result, rpc_timeout=UPDATE_TIMEOUT
            )
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise TemporalUnavailable(type(error).__name__) from error
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise _unavailable(error) from error
            return await self._revive(conversation, channel, name, payload, update_id, result)
        return answer

    async def _revive(
        self,
        conversation: Conversation,
        channel: Channel,
        name: str,
        payload: Reply | Action,
        update_id: str,
        result: type[Result],
    ) -> Result:
        """The workflow is over: reopening starts it again, from what PostgreSQL knows now that it is."""
        known = await self._conversations.get(channel.tenant_id, conversation.id)
        if known is None:
            raise not_found("conversation")
        if known.status == ConversationStatus.RESOLVED and name == "reply":
            raise AlreadyResolved
        start = _restart(known, channel)
        operation = WithStartWorkflowOperation(
            ConversationWorkflow.run,
            start,
            id=conversation_workflow_id(channel.tenant_id, channel.id, conversation.address),
            task_queue=queues.CONVERSATIONS,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=search.typed(start.published),
            static_summary=_summary(channel, conversation.address),
            priority=fair(channel.tenant_id),
        )
        try:
            answer: Result = await self._client.execute_update_with_start_workflow(
                name,
                payload,
                start_workflow_operation=operation,
                id=update_id,
                result_type=result,
                rpc_timeout=UPDATE_TIMEOUT,
            )
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as error:
            raise TemporalUnavailable(type(error).__name__) from error
        return answer


def _start(channel: Channel, address: str) -> ConversationStart:
    """The start of a conversation. Search attributes given here cost nothing; the first batch corrects them."""
    owner = "flow" if channel.flow else "queue"
    published = {
        search.TENANT.name: str(channel.tenant_id),
        search.PLATFORM.name: channel.platform,
        search.STATUS.name: "pending" if channel.flow else "open",
        search.OWNER.name: owner,
    }
    if channel.flow:
        published[search.FLOW.name] = channel.flow
    return ConversationStart(
        tenant_id=channel.tenant_id,
        channel_id=channel.id,
        platform=channel.platform,
        address=address,
        reply_window=_agents_window(channel),
        records_in_task=True,
        published=published,
    )


def _agents_window(channel: Channel) -> timedelta | None:
    """How long its agents may answer. Only where people have longer than machines, its account is asked whether."""
    able = registry.get(channel.platform).capabilities
    if able.agent_window is None:
        return able.reply_window
    try:
        return connect(channel).window(automatic=False)
    except ChannelUnauthorized:
        return able.reply_window


def _restart(conversation: Conversation, channel: Channel) -> ConversationStart:
    view = ConversationView.model_validate(conversation.model_dump())
    state = ConversationState(
        conversation_id=conversation.id,
        contact_name=conversation.contact_name,
        view=view,
        published=_start(channel, conversation.address).published,
    )
    start = _start(channel, conversation.address)
    return start.model_copy(update={"conversation_id": conversation.id, "state": state})


def _summary(channel: Channel, address: str) -> str:
    """One line in Temporal's UI: no more of the address than tells two conversations apart."""
    platform = registry.get(channel.platform)
    return f"{platform.capabilities.display_name} · {channel.name} · …{address[-4:]}"[:200]


def _refusal(error: WorkflowUpdateFailedError) -> Exception:
    """The domain error that the workflow refused with, by its code."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type in BY_CODE:
        kind = BY_CODE[cause.type]
        detail = cause.message if cause.message != kind.words["en"] else ""
        return kind(detail)
    return Problem(HTTPStatus.CONFLICT, "refused", "The conversation refused this action.")


_OF_ONE_CONVERSATION = {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION}


def _unavailable(error: Exception) -> TemporalUnavailable:
    if not isinstance(error, RPCError):
        return TemporalUnavailable(type(error).__name__)
    kind = ConversationRefused if error.status in _OF_ONE_CONVERSATION else TemporalUnavailable
    return kind(error.status.name)


def _valid_until() -> datetime:
    """An update that reaches its worker after its caller gave up is refused: "try again" must be safe to follow."""
    now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    return now + UPDATE_TIMEOUT - UPDATE_MARGIN
