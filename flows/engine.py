"""The flow engine: one pure function from a state and an event to the next state and its effects.

A run goes on to its next wait in one step. The same function serves the workflow, the tests and the
preview. It never raises on a valid definition: what goes wrong ends the run in people's hands.
"""

from collections.abc import Callable
from typing import assert_never

from domain.value import Value
from flows.effects import Effect, End, HandOver, WaitFor
from flows.events import Event, MessageReceived, SendFailed, Started, TimedOut
from flows.model import FlowDefinition
from flows.nodes.base import Default, Exit, WaitingNode
from flows.sprint import Finish, GuardTripped, Move, Park, Sprint, Stay, Take
from flows.state import FlowState, Prompt


class Step(Value):
    """What one event did. The effects are to be performed in order.

    The last one is a `WaitFor` while the run goes on, and a `HandOver` or an `End` when it ends. A
    run that has ended answers every event with that last word again: a caller whose send failed
    before it came to the ending still learns of it.
    """

    state: FlowState
    effects: tuple[Effect, ...] = ()


def advance(definition: FlowDefinition, state: FlowState, event: Event) -> Step:
    """Take the run from this event to its next wait, or to its end."""
    if state.status == "ended":
        return Step(state=state, effects=(state.ending,) if state.ending else ())
    sprint = Sprint.begin(state, event.at)
    try:
        move = _run(definition, sprint, _react(definition, sprint, event))
    except GuardTripped as tripped:
        move = _give_up(sprint, f"guard:{tripped.guard}")
    return _close(sprint, move)


def _react(definition: FlowDefinition, sprint: Sprint, event: Event) -> Move | str:
    """What the event means for the run: a move, or the node to go to."""
    match event:
        case Started():
            return _start(definition, sprint, event)
        case MessageReceived():
            sprint.hear(event.text, event.content_type)
            return _at_prompt(
                definition, sprint, lambda node, prompt: node.on_message(sprint, prompt, event)
            )
        case TimedOut():
            return _time_out(definition, sprint, event)
        case SendFailed():
            return _send_failed(sprint, event)
    assert_never(event)


def _start(definition: FlowDefinition, sprint: Sprint, event: Started) -> Move | str:
    if sprint.node is not None:
        return _ignored(sprint, "ALREADY_STARTED")
    # Values given with a fresh state are the caller's own and win over the definition's.
    sprint.vars = {**definition.vars, **sprint.vars}
    sprint.contact = event.contact
    sprint.channel = event.channel
    sprint.language = event.language or definition.language
    return definition.start


def _time_out(definition: FlowDefinition, sprint: Sprint, event: TimedOut) -> Move:
    prompt = sprint.state.prompt
    # A timer that raced with a reply belongs to a question that is no longer open.
    if prompt is None or prompt.deadline is None or event.at < prompt.deadline:
        return _ignored(sprint, "TIMED_OUT_EARLY")
    return _at_prompt(definition, sprint, lambda node, _: node.on_timeout(sprint))


def _at_prompt(
    definition: FlowDefinition, sprint: Sprint, ask: Callable[[WaitingNode, Prompt], Move]
) -> Move:
    prompt = sprint.state.prompt
    if prompt is None:
        return _ignored(sprint, "NOT_STARTED")
    node = definition.nodes.get(prompt.node)
    if not isinstance(node, WaitingNode):
        return _give_up(sprint, "error:node_missing")
    return ask(node, prompt)


def _send_failed(sprint: Sprint, event: SendFailed) -> Move:
    if event.message_key not in sprint.recent:
        return _ignored(sprint, "SEND_FAILED_LATE", event.message_key)
    # The other messages of this stretch fail for the same reason: one failure speaks for all.
    sprint.recent = []
    sprint.node = event.message_key.partition(":")[0]
    sprint.input = {**sprint.input, "error": event.code}
    sprint.warn("SEND_FAILED", f"{event.message_key} {event.code}")
    return Take("undeliverable")


def _ignored(sprint: Sprint, code: str, detail: str = "") -> Move:
    sprint.warn(code, detail)
    return Stay()


def _run(definition: FlowDefinition, sprint: Sprint, move: Move | str) -> Move:
    """Go from node to node until the run parks or ends. Raises `GuardTripped`."""
    while isinstance(move, (str, Take)):
        move = _next(definition, sprint, move)
    return move


def _next(definition: FlowDefinition, sprint: Sprint, move: Take | str) -> Move | str:
    if isinstance(move, Take):
        return _leave(definition, sprint, move.exit)
    return _enter(definition, sprint, move)


def _enter(definition: FlowDefinition, sprint: Sprint, target: str) -> Move:
    sprint.enter(target)
    node = definition.nodes.get(target)
    return node.enter(sprint) if node else _give_up(sprint, "error:node_missing")


def _leave(definition: FlowDefinition, sprint: Sprint, name: str) -> Move | str:
    """Where an exit leads: a node, or what its default does."""
    node = definition.nodes.get(sprint.node or "")
    if node is None:
        return _give_up(sprint, "error:node_missing")
    ways = {way.name: way for way in node.ways()}
    way: Exit | None = ways.get(name, Exit(name))
    while way is not None:
        if way.name in node.exits:
            return node.exits[way.name]
        if way.falls_to is None:
            break
        way = ways.get(way.falls_to)
    return _default(definition, sprint, way.default if way else "end", name)


def _default(definition: FlowDefinition, sprint: Sprint, default: Default, name: str) -> Move | str:
    match default:
        case "end":
            return Finish("completed", End(outcome="completed"))
        case "expire":
            return Finish("expired", End(outcome="expired"))
        case "on_error" if definition.on_error and definition.on_error != sprint.node:
            return definition.on_error
        case "on_error" | "hand_over":
            return _give_up(sprint, name)
    assert_never(default)


_NOTES = {
    "invalid": "The contact's answers at “{node}” did not fit, and the flow gave up asking.",
    "undeliverable": "A message of “{node}” could not be sent.",
    "guard:messages": "The flow sent too many messages without a reply; stopped at “{node}”.",
}
"""What agents read when the flow hands over for a reason of its own."""


def _give_up(sprint: Sprint, reason: str) -> Finish:
    """End the run in people's hands, and say why."""
    note = _NOTES.get(reason, "The flow stopped at “{node}” ({reason}).")
    words = note.format(node=sprint.node, reason=reason)
    return Finish(reason, HandOver(note=words, reason=reason, node_id=sprint.node))


def _close(sprint: Sprint, move: Move) -> Step:
    if isinstance(move, Finish):
        state = sprint.close(None, move)
        return Step(state=state, effects=(*sprint.effects, move.effect))
    prompt = move.prompt if isinstance(move, Park) else sprint.state.prompt
    state = sprint.close(prompt)
    return Step(state=state, effects=(*sprint.effects, _wait(prompt, state)))


def _wait(prompt: Prompt | None, state: FlowState) -> WaitFor:
    if prompt is None:
        return WaitFor(kind="reply")
    if prompt.deadline is None or state.at is None:
        return WaitFor(kind=prompt.kind)
    left = (prompt.deadline - state.at).total_seconds()
    return WaitFor(kind=prompt.kind, seconds=max(0.0, left), until=prompt.deadline)
