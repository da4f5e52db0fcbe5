"""What people and timers may do to a conversation in which state, and how it stands afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from domain.content import MessageContent, TemplateContent, TextContent
from domain.conversation import (
    Action,
    ActionKind,
    Actor,
    ConversationStatus,
    ConversationView,
    Owner,
    OwnerKind,
    Priority,
)
from domain.errors import AlreadyResolved, ConversationError, NotPossible, NotYours, WindowClosed
from domain.lifecycle import check_action, check_reply, project

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)

RUN, ANA, BRUNO, SUPPORT, SALES = (UUID(int=number) for number in range(1, 6))
OPEN, PENDING, SNOOZED, RESOLVED = ConversationStatus
KINDS: tuple[ActionKind, ...] = get_args(ActionKind)

FLOW = Owner(kind=OwnerKind.FLOW, id=RUN)
QUEUE = Owner(kind=OwnerKind.QUEUE, id=SUPPORT)
WITH_ANA = Owner(kind=OwnerKind.AGENT, id=ANA)


def view(status: ConversationStatus, owner: Owner, **more: Any) -> ConversationView:
    return ConversationView(
        **{"status": status, "owner": owner, "queue_id": SUPPORT, "last_inbound_at": NOW, **more}
    )


STATES = {
    "with a flow": view(PENDING, FLOW),
    "in a queue": view(OPEN, QUEUE),
    "with an agent": view(OPEN, WITH_ANA, tags=["vip"]),
    "snoozed": view(SNOOZED, WITH_ANA, snoozed_until=LATER),
    "resolved": view(RESOLVED, WITH_ANA),
}


def act(kind: str, **more: Any) -> Action:
    by = Actor(kind="agent", id=ANA)
    return Action.model_validate({"id": UUID(int=9), "kind": kind, "actor": by, **more})


# --- which action is possible in which state

DONE = ("note", "tag", "set_priority")
"""What may be done to a resolved conversation, besides reopening it."""

ASKED = {
    "note": act("note", text="Likes tea"),
    "assign": act("assign", assignee=BRUNO),
    "take_over": act("take_over", assignee=BRUNO),
    "hand_over": act("hand_over"),
    "resolve": act("resolve"),
    "reopen": act("reopen", assignee=BRUNO),
    "snooze": act("snooze", until=LATER),
    "wake": act("wake"),
    "tag": act("tag", add=["new"]),
    "set_priority": act("set_priority", priority=Priority.HIGH),
}

REFUSED: dict[tuple[str, str], type[ConversationError]] = {
    **{("reopen", state): NotPossible for state in STATES if state != "resolved"},
    **{
        (kind, "resolved"): AlreadyResolved
        for kind in KINDS
        if kind != "reopen" and kind not in DONE
    },
}


def test_the_table_asks_for_every_action() -> None:
    assert ASKED.keys() == set(KINDS)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_action_is_possible_or_refused_by_the_conversations_state(kind: str, state: str) -> None:
    refusal = REFUSED.get((kind, state))
    if refusal is None:
        check_action(STATES[state], ASKED[kind], NOW)
    else:
        with pytest.raises(refusal):
            check_action(STATES[state], ASKED[kind], NOW)


@pytest.mark.parametrize("until", [None, NOW - timedelta(seconds=1), NOW])
def test_snooze_needs_a_time_in_the_future(until: datetime | None) -> None:
    with pytest.raises(NotPossible, match="future"):
        check_action(STATES["with an agent"], act("snooze", until=until), NOW)


@pytest.mark.parametrize("state", ["with an agent", "snoozed"])
def test_nobody_takes_over_what_they_have(state: str) -> None:
    with pytest.raises(NotPossible, match="already"):
        check_action(STATES[state], act("take_over", assignee=ANA), NOW)


# --- how the conversation stands afterwards

BRUNO_HAS_IT = {"status": OPEN, "owner": Owner(kind=OwnerKind.AGENT, id=BRUNO)}
SUPPORT_HAS_IT = {"status": OPEN, "owner": QUEUE}
SALES_HAS_IT = {
    "status": OPEN,
    "owner": Owner(kind=OwnerKind.QUEUE, id=SALES),
    "queue_id": SALES,
}

AFTER: list[tuple[str, Action, dict[str, Any]]] = [
    ("with an agent", ASKED["note"], {}),
    ("resolved", ASKED["note"], {}),
    # An agent gets it.
    ("with a flow", ASKED["take_over"], BRUNO_HAS_IT),
    ("in a queue", ASKED["assign"], BRUNO_HAS_IT),
    ("with an agent", ASKED["assign"], BRUNO_HAS_IT),
    ("snoozed", ASKED["take_over"], {**BRUNO_HAS_IT, "snoozed_until": None}),
    ("resolved", ASKED["reopen"], BRUNO_HAS_IT),
    # A queue gets it.
    ("with an agent", act("assign"), SUPPORT_HAS_IT),
    ("with an agent", act("assign", queue=SALES), SALES_HAS_IT),
    ("snoozed", act("assign"), {**SUPPORT_HAS_IT, "snoozed_until": None}),
    ("resolved", act("reopen"), SUPPORT_HAS_IT),
    ("with a flow", ASKED["hand_over"], SUPPORT_HAS_IT),
    ("with a flow", act("hand_over", queue=SALES), SALES_HAS_IT),
    (
        "with a flow",
        act("hand_over", priority=Priority.URGENT),
        {**SUPPORT_HAS_IT, "priority": Priority.URGENT},
    ),
    # It rests.
    ("with an agent", ASKED["snooze"], {"status": SNOOZED, "snoozed_until": LATER}),
    ("snoozed", ASKED["wake"], {"status": OPEN, "snoozed_until": None}),
    ("with an agent", ASKED["resolve"], {"status": RESOLVED}),
    ("snoozed", ASKED["resolve"], {"status": RESOLVED, "snoozed_until": None}),
    ("in a queue", ASKED["resolve"], {"status": RESOLVED}),
    ("with a flow", ASKED["resolve"], {"status": RESOLVED, "owner": QUEUE}),
    # It is marked.
    ("with an agent", ASKED["tag"], {"tags": ["vip", "new"]}),
    ("with an agent", act("tag", add=["vip"]), {"tags": ["vip"]}),
    ("with an agent", act("tag", remove=["vip"]), {"tags": []}),
    ("with an agent", act("tag", add=["vip"], remove=["vip"]), {"tags": ["vip"]}),
    ("with an agent", act("tag", remove=["unknown"]), {}),
    ("with an agent", ASKED["set_priority"], {"priority": Priority.HIGH}),
    ("with an agent", act("set_priority"), {}),
]


@pytest.mark.parametrize(
    ("state", "action", "changed"), AFTER, ids=[f"{case[1].kind}-{case[0]}" for case in AFTER]
)
def test_an_action_changes_this_and_nothing_else(
    state: str, action: Action, changed: dict[str, Any]
) -> None:
    before = STATES[state]
    assert project(before, action) == before.model_copy(update=changed)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_owner_is_named_whenever_somebody_has_it(kind: str, state: str) -> None:
    after = project(STATES[state], ASKED[kind])
    assert after.owner.id is not None
    assert (after.snoozed_until is not None) == (after.status is SNOOZED)


# --- who may write

TEXT = TextContent(text="Good morning")
TEMPLATE = TemplateContent(name="come_back", language="en")
LONG_AGO = NOW - timedelta(days=30)


@pytest.mark.parametrize(
    ("state", "author", "refusal"),
    [
        ("with an agent", ANA, None),
        ("snoozed", ANA, None),
        ("with an agent", BRUNO, NotYours),
        ("with an agent", None, NotYours),
        ("in a queue", ANA, NotYours),
        ("in a queue", SUPPORT, NotYours),
        ("with a flow", ANA, NotYours),
        ("with a flow", RUN, NotYours),
        ("resolved", ANA, AlreadyResolved),
        ("resolved", BRUNO, AlreadyResolved),
    ],
)
def test_only_the_agent_who_has_the_conversation_may_write(
    state: str, author: UUID | None, refusal: type[ConversationError] | None
) -> None:
    if refusal is None:
        check_reply(STATES[state], author, TEXT, None, NOW)
    else:
        with pytest.raises(refusal):
            check_reply(STATES[state], author, TEXT, None, NOW)


@pytest.mark.parametrize(
    ("content", "window", "last_inbound_at", "possible"),
    [
        (TEXT, None, LONG_AGO, True),
        (TEXT, None, None, True),
        (TEXT, DAY, NOW, True),
        (TEXT, DAY, LONG_AGO, False),
        (TEXT, DAY, None, False),
        (TEMPLATE, DAY, LONG_AGO, True),
        (TEMPLATE, DAY, None, True),
    ],
)
def test_after_the_reply_window_only_a_template_may_be_written(
    content: MessageContent,
    window: timedelta | None,
    last_inbound_at: datetime | None,
    possible: bool,  # noqa: FBT001  a table's column
) -> None:
    now = view(OPEN, WITH_ANA, last_inbound_at=last_inbound_at)
    if possible:
        check_reply(now, ANA, content, window, NOW)
    else:
        with pytest.raises(WindowClosed):
            check_reply(now, ANA, content, window, NOW)
