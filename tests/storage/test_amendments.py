"""Edits and deletions of a platform's message that is several of ours."""

from typing import Any

import pytest

from domain.content import MediaContent, MediaRef, TextContent
from domain.conversation import InboundItem
from storage.inbound import InboundStore
from tests.planting import Tenant, happened, said

FILE = MediaContent(type="image", media=MediaRef(id="file-1"), caption="Before")


async def record(tenant: Tenant, *items: InboundItem) -> None:
    await InboundStore(tenant.database).record(tenant.batch(*items))


async def there(tenant: Tenant) -> dict[str, str | None]:
    """What each message says, by its external id; None: it is deleted."""
    rows = await tenant.rows("""
        SELECT external_id, deleted, coalesce(content->>'text', content->>'caption', '') AS words
        FROM messages ORDER BY seq
    """)
    return {row["external_id"]: None if row["deleted"] else row["words"] for row in rows}


async def the_fact(tenant: Tenant, kind: str) -> dict[str, Any]:
    return await tenant.row("SELECT * FROM conversation_events WHERE kind = :kind", kind=kind)


def in_parts(mark: str, first: int) -> list[InboundItem]:
    """A message of three parts, as some platforms number them, between two whose ids look alike."""
    return [
        said("earlier", "m"),
        said("one", "m-1"),
        said("two", f"m-1{mark}{first}"),
        said("three", f"m-1{mark}{first + 1}"),
        said("other", "m-10"),
        said("other", f"m-1{mark}x"),
        said("other", f"m-10{mark}{first}"),
    ]


@pytest.mark.parametrize(("mark", "first"), [(":", 1), ("#", 2)])
async def test_a_deletion_reaches_every_part_and_nothing_else(
    tenant: Tenant, mark: str, first: int
) -> None:
    parts = in_parts(mark, first)
    await record(tenant, *parts)
    await record(tenant, happened("delete", target_external_id="m-1"))
    left = {key: words for key, words in (await there(tenant)).items() if words is not None}
    assert set(left.values()) == {"earlier", "other"}
    fact = await the_fact(tenant, "message_deleted")
    assert fact["message_id"] == parts[1].id
    assert set(fact["data"]["deleted"]) == {str(part.id) for part in parts[1:4]}


async def test_a_part_by_itself_can_be_deleted(tenant: Tenant) -> None:
    await record(tenant, *in_parts(":", 1))
    await record(tenant, happened("delete", target_external_id="m-1:1"))
    gone = [key for key, words in (await there(tenant)).items() if words is None]
    assert gone == ["m-1:1"]


async def test_an_edit_changes_its_part_and_ends_those_that_are_gone(tenant: Tenant) -> None:
    await record(tenant, *in_parts(":", 1))
    two = {"parts": 2}
    await record(
        tenant,
        happened("edit", target_external_id="m-1", content=TextContent(text="One"), details=two),
        happened("edit", target_external_id="m-1:1", content=TextContent(text="Two"), details=two),
    )
    said_now = await there(tenant)
    assert (said_now["m-1"], said_now["m-1:1"], said_now["m-1:2"]) == ("One", "Two", None)
    assert said_now["m-10:1"] == "other"


async def test_an_edit_of_one_thing_leaves_one_thing(tenant: Tenant) -> None:
    await record(tenant, *in_parts(":", 1))
    await record(
        tenant, happened("edit", target_external_id="m-1", content=TextContent(text="One"))
    )
    said_now = await there(tenant)
    assert (said_now["m-1"], said_now["m-1:1"], said_now["m-1:2"]) == ("One", None, None)


async def test_an_edit_of_the_words_leaves_the_files(tenant: Tenant) -> None:
    await record(tenant, happened("message", "m-1", content=FILE), said("second file", "m-1#2"))
    words = {"type": "words"}
    content = TextContent(text="After")
    await record(tenant, happened("edit", target_external_id="m-1", content=content, details=words))
    found = await tenant.row("SELECT content FROM messages WHERE external_id = 'm-1'")
    assert MediaContent.model_validate(found["content"]) == FILE.model_copy(
        update={"caption": "After"}
    )
    assert (await there(tenant))["m-1#2"] == "second file"


async def test_an_edit_of_the_words_of_a_text_is_the_text(tenant: Tenant) -> None:
    await record(tenant, said("Helo", "m-1"))
    content = TextContent(text="Hello")
    edit = happened("edit", target_external_id="m-1", content=content, details={"type": "words"})
    await record(tenant, edit)
    assert await there(tenant) == {"m-1": "Hello"}


async def test_what_is_restored_is_there_again_with_all_its_parts(tenant: Tenant) -> None:
    await record(tenant, *in_parts(":", 1))
    await record(tenant, happened("delete", target_external_id="m-1"))
    content = TextContent(text="one")
    edit = happened("edit", target_external_id="m-1", content=content, details={"type": "restored"})
    await record(tenant, edit)
    said_now = await there(tenant)
    assert (said_now["m-1"], said_now["m-1:1"], said_now["m-1:2"]) == ("one", "two", "three")


async def test_a_reaction_is_to_the_message_that_it_names(tenant: Tenant) -> None:
    parts = in_parts(":", 1)
    await record(tenant, *parts)
    await record(tenant, happened("reaction", target_external_id="m-1", emoji="👍"))
    assert (await the_fact(tenant, "message_reacted"))["message_id"] == parts[1].id
    assert None not in (await there(tenant)).values()
