"""Recording what contacts say: once, in order, without gaps, and with the same answer when asked twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.content import MediaContent, MediaRef, TextContent
from domain.conversation import (
    Action,
    Actor,
    ConversationStatus,
    InboundBatch,
    InboundItem,
    Owner,
    OwnerKind,
    Route,
)
from domain.events import Referral, Sender
from storage.actions import ActionStore
from storage.inbound import INLINE_DEFINITION_BYTES, InboundStore
from tests.planting import ADDRESS, Tenant, happened, said

AGENT = Actor(kind="agent", id=uuid4())


def action(kind: str, **more: Any) -> Action:
    return Action.model_validate({"id": uuid4(), "kind": kind, "actor": AGENT, **more})


async def record(tenant: Tenant, *items: InboundItem, **more: Any) -> Route:
    return await InboundStore(tenant.database).record(tenant.batch(*items, **more))


async def act(tenant: Tenant, route: Route, kind: str, **more: Any) -> None:
    await ActionStore(tenant.database).apply(tenant.id, route.conversation_id, action(kind, **more))


async def texts(tenant: Tenant) -> list[str]:
    """What the transcripts hold, in order."""
    rows = await tenant.rows("SELECT content->>'text' AS text FROM messages ORDER BY seq")
    return [row["text"] for row in rows]


async def facts(tenant: Tenant) -> list[str]:
    rows = await tenant.rows("SELECT kind FROM conversation_events ORDER BY seq")
    return [row["kind"] for row in rows]


async def has_gapless_numbers(tenant: Tenant) -> bool:
    rows = await tenant.rows("SELECT seq FROM conversation_events ORDER BY seq")
    (conversation,) = await tenant.rows("SELECT last_seq FROM conversations")
    return [row["seq"] for row in rows] == [*range(1, conversation["last_seq"] + 1)]


# --- the first message


async def test_the_first_message_makes_contact_address_and_conversation(tenant: Tenant) -> None:
    sender = Sender(address=ADDRESS, name="Rita", username="rita", user_id="77")
    route = await record(tenant, said("Hello", sender=sender, thread="topic-1"))
    found = await tenant.row("""
        SELECT p.name, a.address, a.username, a.user_id, c.id, c.thread, c.preview, c.episode
        FROM conversations c JOIN contacts p ON p.id = c.contact_id JOIN addresses a ON a.contact_id = p.id
    """)
    assert found == {
        "name": "Rita",
        "address": ADDRESS,
        "username": "rita",
        "user_id": "77",
        "id": route.conversation_id,
        "thread": "topic-1",
        "preview": "Hello",
        "episode": 1,
    }


async def test_without_a_flow_a_conversation_waits_in_the_channels_queue(tenant: Tenant) -> None:
    route = await record(tenant, said("Hello"))
    assert route.view.status is ConversationStatus.OPEN
    assert route.view.owner == Owner(kind=OwnerKind.QUEUE, id=tenant.queue)
    assert route.flow is None


async def test_with_a_flow_a_run_of_its_live_version_owns_the_conversation(
    greeted: Tenant,
) -> None:
    route = await record(greeted, said("Hello"))
    assert route.flow is not None
    assert route.view.status is ConversationStatus.PENDING
    assert route.view.owner == Owner(kind=OwnerKind.FLOW, id=route.flow.run_id)
    assert route.view.queue_id == greeted.queue
    assert (route.flow.flow, route.flow.version) == ("greeting", 1)
    assert route.flow.version_id == greeted.version
    assert route.flow.definition == {"name": "Greeting"}


async def test_a_definition_too_large_for_histories_does_not_travel(greeted: Tenant) -> None:
    await greeted.rows(
        "UPDATE flow_versions SET definition = jsonb_build_object('name', repeat('x', :bytes))",
        bytes=INLINE_DEFINITION_BYTES,
    )
    route = await record(greeted, said("Hello"))
    assert route.flow is not None
    assert route.flow.definition is None


async def test_the_owner_of_a_served_conversation_keeps_it(greeted: Tenant) -> None:
    first = await record(greeted, said("Hello"))
    second = await record(greeted, said("Are you there?"))
    assert second.view.owner == first.view.owner
    assert second.flow is None
    assert await greeted.row("SELECT count(*) AS n FROM flow_runs") == {"n": 1}


async def test_everything_about_a_message_is_kept(tenant: Tenant) -> None:
    sent_at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    referral = Referral(source="ad", id="42")
    item = said("Hello", "wamid.1", sent_at=sent_at, reply_to="wamid.0", referral=referral, raw=[1])
    await record(tenant, item)
    found = await tenant.row("""
        SELECT id, external_id, direction, author_kind, content, reply_to, sent_at, raw, cause, status FROM messages
    """)
    assert found == {
        "id": item.id,
        "external_id": "wamid.1",
        "direction": "in",
        "author_kind": "contact",
        "content": {"type": "text", "text": "Hello"},
        "reply_to": "wamid.0",
        "sent_at": sent_at,
        "raw": [1],
        "cause": {"source": "ad", "id": "42"},
        "status": None,
    }


# --- twice


async def _nothing_before(tenant: Tenant) -> InboundBatch:
    return tenant.batch(said("Hello"), said("Anybody?"))


async def _resolved_before(tenant: Tenant) -> InboundBatch:
    route = await record(tenant, said("Hello"))
    await act(tenant, route, "resolve")
    return tenant.batch(said("One more thing"))


async def _agent_before(tenant: Tenant) -> InboundBatch:
    route = await record(tenant, said("Hello"))
    await act(tenant, route, "take_over", assignee=tenant.agents[0])
    return tenant.batch(said("And?"), happened("edit", target_external_id="x"))


async def _snoozed_before(tenant: Tenant) -> InboundBatch:
    route = await record(tenant, said("Hello"))
    await act(tenant, route, "take_over", assignee=tenant.agents[0])
    await act(tenant, route, "snooze", until=datetime.now(UTC) + timedelta(days=1))
    return tenant.batch(said("I am back"))


async def _only_repeats(tenant: Tenant) -> InboundBatch:
    await record(tenant, said("Hello", "wamid.1"))
    return tenant.batch(said("Hello", "wamid.1"))


@pytest.mark.parametrize(
    "prepare", [_nothing_before, _resolved_before, _agent_before, _snoozed_before, _only_repeats]
)
async def test_a_batch_recorded_twice_gives_the_same_route(greeted: Tenant, prepare: Any) -> None:
    store, batch = InboundStore(greeted.database), await prepare(greeted)
    first = await store.record(batch)
    before = await facts(greeted)
    assert await store.record(batch) == first
    assert await facts(greeted) == before


@pytest.mark.parametrize("first_run", [False, True])
async def test_a_batch_whose_workflow_task_was_lost_comes_again_with_more(
    greeted: Tenant, *, first_run: bool
) -> None:
    one, two, three = said("a", "wamid.1"), said("b", "wamid.2"), said("c", "wamid.3")
    lost = await record(greeted, one, fresh=first_run)
    again = await record(greeted, one, two, fresh=first_run)
    assert await texts(greeted) == ["a", "b"]
    assert again.accepted == [one.id, two.id]
    assert again.flow == lost.flow
    assert again.view.owner == lost.view.owner
    assert (await record(greeted, one, two, three, fresh=first_run)).accepted == [
        one.id,
        two.id,
        three.id,
    ]
    later = await record(greeted, said("d", "wamid.4"))
    assert (len(later.accepted), later.flow) == (1, None)
    assert await texts(greeted) == ["a", "b", "c", "d"]
    assert await has_gapless_numbers(greeted)


async def test_a_repeat_within_a_batch_is_dropped(tenant: Tenant) -> None:
    first, repeat, other = said("a", "wamid.1"), said("a again", "wamid.1"), said("b", "wamid.2")
    route = await record(tenant, first, repeat, other)
    assert route.accepted == [first.id, other.id]
    assert await texts(tenant) == ["a", "b"]


async def test_a_repeat_in_a_later_batch_is_dropped(tenant: Tenant) -> None:
    await record(tenant, said("a", "wamid.1"), said("b", "wamid.2"))
    new = said("c", "wamid.3")
    route = await record(tenant, said("b", "wamid.2"), new, said("a", "wamid.1"))
    assert route.accepted == [new.id]
    assert await texts(tenant) == ["a", "b", "c"]


async def test_a_repeat_alone_changes_nothing_people_see(tenant: Tenant) -> None:
    await record(tenant, said("a", "wamid.1"))
    seen = "SELECT preview, last_seq, last_message_at, last_inbound_at FROM conversations"
    before = await tenant.row(seen)
    route = await record(tenant, said("a", "wamid.1"))
    assert route.accepted == []
    assert await tenant.row(seen) == before


async def test_the_same_id_on_another_channel_is_another_message(
    tenant: Tenant, greeted: Tenant
) -> None:
    for one in (tenant, greeted):
        await record(one, said("a", "wamid.1"))
        assert await texts(one) == ["a"]


# --- order


async def test_messages_are_numbered_in_the_order_of_the_batch(tenant: Tenant) -> None:
    words = [f"line {number}" for number in range(20)]
    await record(tenant, *(said(one) for one in words))
    assert await texts(tenant) == words


async def test_sequence_numbers_have_no_gap_whatever_happens(greeted: Tenant) -> None:
    route = await record(greeted, said("a", "wamid.1"), said("a", "wamid.1"))
    await record(greeted, said("a", "wamid.1"), happened("edit", target_external_id="unknown"))
    await act(greeted, route, "take_over", assignee=greeted.agents[0])
    await act(greeted, route, "note", text="Likes tea")
    await act(greeted, route, "resolve")
    await record(greeted, said("b"), happened("reaction", target_external_id="wamid.1", emoji="👍"))
    await record(greeted, said("from the phone", echo=True))
    assert await has_gapless_numbers(greeted)
    assert await facts(greeted) == [
        "opened",
        "message_received",
        "message_edited",
        "taken_over",
        "noted",
        "resolved",
        "reopened",
        "message_received",
        "message_reacted",
        "message_echoed",
    ]


# --- amendments


async def test_an_edit_changes_the_text_and_the_fact_keeps_what_it_said(tenant: Tenant) -> None:
    item = said("Helo", "wamid.1")
    await record(tenant, item)
    changed = TextContent(text="Hello")
    await record(tenant, happened("edit", target_external_id="wamid.1", content=changed))
    (message,) = await tenant.rows("SELECT content, edited_at FROM messages")
    assert message["content"]["text"] == "Hello"
    assert message["edited_at"] is not None
    fact = await tenant.row("SELECT * FROM conversation_events WHERE kind = 'message_edited'")
    assert fact["message_id"] == item.id
    assert fact["data"]["before"]["text"] == "Helo"


async def test_a_deleted_message_is_marked_and_kept(tenant: Tenant) -> None:
    await record(tenant, said("Never mind", "wamid.1"))
    await record(tenant, happened("delete", target_external_id="wamid.1"))
    message = await tenant.row("SELECT content->>'text' AS text, deleted FROM messages")
    assert message == {"text": "Never mind", "deleted": True}


@pytest.mark.parametrize("emoji", ["👍", None])
async def test_a_reaction_leaves_the_message_as_it_is(tenant: Tenant, emoji: str | None) -> None:
    await record(tenant, said("Hello", "wamid.1"))
    await record(tenant, happened("reaction", target_external_id="wamid.1", emoji=emoji))
    message = await tenant.row("SELECT content->>'text' AS text, deleted, edited_at FROM messages")
    assert message == {"text": "Hello", "deleted": False, "edited_at": None}
    fact = await tenant.row(
        "SELECT data->>'emoji' AS emoji FROM conversation_events WHERE kind = 'message_reacted'"
    )
    assert fact["emoji"] == emoji


@pytest.mark.parametrize("kind", ["edit", "delete", "reaction"])
async def test_what_amends_an_unknown_message_is_kept_as_a_fact(tenant: Tenant, kind: str) -> None:
    await record(tenant, said("Hello"))
    content = TextContent(text="?") if kind == "edit" else None
    await record(tenant, happened(kind, "event-1", target_external_id="gone", content=content))
    (*_, fact) = await tenant.rows("SELECT message_id, data FROM conversation_events ORDER BY seq")
    assert fact["message_id"] is None
    assert (fact["data"]["target"], fact["data"]["external_id"]) == ("gone", "event-1")


async def test_a_message_and_its_edit_in_one_batch_leave_the_edited_text(tenant: Tenant) -> None:
    changed = TextContent(text="Hello")
    edit = happened("edit", target_external_id="wamid.1", content=changed)
    await record(tenant, said("Helo", "wamid.1"), edit)
    assert await texts(tenant) == ["Hello"]


# --- services


async def test_a_message_after_resolution_counts_an_episode_and_greets_again(
    greeted: Tenant,
) -> None:
    first = await record(greeted, said("Hello"))
    await act(greeted, first, "resolve")
    again = await record(greeted, said("One more thing"))
    assert again.conversation_id == first.conversation_id
    assert again.flow is not None
    assert again.view.owner != first.view.owner
    found = await greeted.row("SELECT episode, status, resolved_at FROM conversations")
    assert found == {"episode": 2, "status": "pending", "resolved_at": None}


async def test_a_message_wakes_a_snoozed_conversation(tenant: Tenant) -> None:
    route = await record(tenant, said("Hello"))
    await act(tenant, route, "take_over", assignee=tenant.agents[0])
    later = datetime.now(UTC) + timedelta(days=1)
    await act(tenant, route, "snooze", until=later)
    view = (await record(tenant, said("I am back"))).view
    assert (view.status, view.snoozed_until) == (ConversationStatus.OPEN, None)
    found = await tenant.row("SELECT status, snoozed_until FROM conversations")
    assert found == {"status": "open", "snoozed_until": None}


async def test_a_conversation_whose_workflow_was_lost_does_not_wait_for_a_run_that_is_gone(
    greeted: Tenant,
) -> None:
    first = await record(greeted, said("Hello"), fresh=True)
    second = await record(greeted, said("Anybody?"), fresh=True)
    assert second.flow is not None
    assert second.view.owner != first.view.owner


async def test_a_lost_workflow_does_not_take_a_conversation_from_its_agent(
    greeted: Tenant,
) -> None:
    route = await record(greeted, said("Hello"))
    await act(greeted, route, "take_over", assignee=greeted.agents[0])
    again = await record(greeted, said("Anybody?"), fresh=True)
    assert again.view.owner == Owner(kind=OwnerKind.AGENT, id=greeted.agents[0])
    assert again.flow is None


@pytest.mark.parametrize("kind", ["edit", "delete", "reaction"])
async def test_an_amendment_does_not_reopen(greeted: Tenant, kind: str) -> None:
    route = await record(greeted, said("Hello", "wamid.1"))
    await act(greeted, route, "resolve")
    content = TextContent(text="?") if kind == "edit" else None
    after = await record(greeted, happened(kind, target_external_id="wamid.1", content=content))
    assert after.view.status is ConversationStatus.RESOLVED


# --- echoes


async def test_an_echo_is_our_own_message(tenant: Tenant) -> None:
    await record(tenant, said("Hello"))
    await record(tenant, said("From the phone", echo=True))
    (_, message) = await tenant.rows("SELECT * FROM messages ORDER BY seq")
    assert (message["direction"], message["author_kind"]) == ("out", "account")
    assert message["status"] == "sent"


async def test_an_echo_does_not_open_a_conversation(greeted: Tenant) -> None:
    route = await record(greeted, said("From the phone", echo=True))
    assert route.flow is None
    assert route.accepted == []
    assert await facts(greeted) == ["message_echoed"]


async def test_after_an_echo_the_contacts_first_message_still_opens_the_conversation(
    greeted: Tenant,
) -> None:
    """Our account wrote first, from outside."""
    await record(greeted, said("From the phone", echo=True))
    route = await record(greeted, said("Hello"))
    assert route.flow is not None
    assert await facts(greeted) == ["message_echoed", "opened", "message_received"]
    assert await greeted.row("SELECT episode FROM conversations") == {"episode": 1}


async def test_an_echo_does_not_reopen_nor_count_as_the_contacts_word(greeted: Tenant) -> None:
    route = await record(greeted, said("Hello"))
    await act(greeted, route, "resolve")
    seen = "SELECT last_inbound_at, last_inbound_id, waiting_since, episode FROM conversations"
    before = await greeted.row(seen)
    after = await record(greeted, said("From the phone", echo=True))
    assert after.view.status is ConversationStatus.RESOLVED
    assert await greeted.row(seen) == before


# --- words that are hard to write down

ODD = {
    "emoji": "a👍🏽b",
    "quotes, percent and colons": "100% 'of' \"it\" :name",
    "what only looks like an escape": r"\u0000 is a NUL",
    "a statement": "'); DROP TABLE messages; --",
    "line ends of all kinds": "one\r\ntwo\u2028three",
    "right to left": "\u202eabc",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
async def test_odd_words_are_recorded_as_they_are(tenant: Tenant, odd: str) -> None:
    sender = Sender(address=ADDRESS, name=odd, username=odd, user_id=odd)
    await record(tenant, said(odd, sender=sender, thread=odd, reply_to=odd, raw={odd: odd}))
    found = await tenant.row("""
        SELECT m.content->>'text' AS text, m.reply_to, m.raw, c.thread, p.name, a.username, a.user_id
        FROM messages m JOIN conversations c ON c.id = m.conversation_id
        JOIN contacts p ON p.id = c.contact_id JOIN addresses a ON a.contact_id = p.id
    """)
    assert found.pop("raw") == {odd: odd}
    assert set(found.values()) == {odd}


async def test_a_nul_in_a_name_is_recorded_as_a_replacement(tenant: Tenant) -> None:
    sender = Sender(address=ADDRESS, name="Ri\x00ta", username="ri\x00ta")
    await record(tenant, said("Hello", sender=sender))
    found = await tenant.row("SELECT name FROM contacts")
    assert found == {"name": "Ri\ufffdta"}


async def test_a_caption_and_a_file_name_are_recorded_with_their_media(tenant: Tenant) -> None:
    media = MediaRef(id="media-1", mime_type="image/png", filename="menu.png", size=7)
    content = MediaContent(type="image", media=media, caption="The menu")
    await record(tenant, happened("message", content=content))
    found = await tenant.row("SELECT content FROM messages")
    assert found["content"] == {
        "type": "image",
        "media": {"id": "media-1", "mime_type": "image/png", "filename": "menu.png", "size": 7},
        "caption": "The menu",
        "voice": False,
    }


UNSTORABLE = pytest.mark.parametrize(("odd", "kept"), [("a\x00b", "a\ufffdb"), ("a\ud83db", "a?b")])


@UNSTORABLE
async def test_what_cannot_be_held_in_a_message_is_replaced(
    tenant: Tenant, odd: str, kept: str
) -> None:
    await record(tenant, said(odd))
    found = await tenant.row(
        "SELECT m.content->>'text' AS text, c.preview FROM messages m JOIN conversations c ON true"
    )
    assert found == {"text": kept, "preview": kept}


@UNSTORABLE
async def test_what_cannot_be_held_of_a_person_is_replaced(
    tenant: Tenant, odd: str, kept: str
) -> None:
    sender = Sender(address=ADDRESS, name=odd, username=odd, user_id=odd)
    await record(tenant, said("Hello", sender=sender, thread=odd, reply_to=odd, raw={"x": odd}))
    found = await tenant.row("""
        SELECT p.name, a.username, a.user_id, c.thread, m.reply_to, m.raw->>'x' AS raw FROM contacts p
        JOIN addresses a ON a.contact_id = p.id JOIN conversations c ON c.contact_id = p.id
        JOIN messages m ON m.conversation_id = c.id
    """)
    assert set(found.values()) == {kept}


@UNSTORABLE
async def test_what_cannot_be_held_in_an_edit_is_replaced(
    tenant: Tenant, odd: str, kept: str
) -> None:
    edit = happened("edit", target_external_id="wamid.1", content=TextContent(text=odd))
    await record(tenant, said("Hello", "wamid.1"), edit)
    assert await texts(tenant) == [kept]


async def test_an_edit_that_says_nothing_does_not_stop_the_inbox(tenant: Tenant) -> None:
    await record(tenant, said("Hello", "wamid.1"))
    await record(tenant, happened("edit", target_external_id="wamid.1"))
    assert await texts(tenant) == ["Hello"]
