"""What an operator sees of a conversation in Temporal's own UI."""

from temporalio import workflow

from domain.conversation import ConversationView, OwnerKind
from workflows import search
from workflows.messages import ConversationState

_WORDS = {
    OwnerKind.FLOW: "A flow is talking to the contact.",
    OwnerKind.QUEUE: "Waiting in a queue for an agent who has room.",
    OwnerKind.AGENT: "With an agent.",
}


def publish(state: ConversationState) -> None:
    """Write the search attributes that changed, in one command, and none when nothing did."""
    if state.view is None:
        return
    wanted = attributes(state.view, state.flow.flow if state.flow else None)
    changed = {name: value for name, value in wanted.items() if state.published.get(name) != value}
    if changed:
        workflow.upsert_search_attributes(
            [search.KEYS[name].value_set(value) for name, value in changed.items()]
        )
        state.published = {**state.published, **changed}


def attributes(view: ConversationView, flow: str | None) -> dict[str, str]:
    owner = view.owner
    named = f"agent:{owner.id}" if owner.kind == OwnerKind.AGENT else owner.kind.value
    wanted = {search.STATUS.name: view.status.value, search.OWNER.name: named}
    return {**wanted, search.FLOW.name: flow} if flow else wanted


def describe(state: ConversationState, waiting: int, outbox: int) -> str:
    """Markdown in plain words; costs no event."""
    view = state.view
    if view is None:
        return "Starting: the first message is being recorded."
    lines = [f"**{view.status.value.capitalize()}.** {_WORDS[view.owner.kind]}"]
    if state.flow and view.owner.kind == OwnerKind.FLOW:
        lines.append(f"- Flow `{state.flow.flow}` v{state.flow.version}, run `{state.flow.run_id}`")
    if view.owner.kind == OwnerKind.AGENT:
        lines.append(f"- Agent `{view.owner.id}`")
    if view.last_inbound_at:
        lines.append(f"- Last message of the contact: {view.last_inbound_at:%Y-%m-%d %H:%M:%S} UTC")
    if view.snoozed_until:
        lines.append(f"- Snoozed until {view.snoozed_until:%Y-%m-%d %H:%M} UTC")
    if waiting:
        lines.append(f"- {waiting} in the inbox")
    if outbox:
        lines.append(f"- {outbox} on the way out")
    lines.append(f"- Conversation `{state.conversation_id}`")
    return "\n".join(lines)
