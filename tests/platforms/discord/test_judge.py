"""discord.py and PyNaCl as judges: they read what we read, and what we send, in their own way."""

import asyncio
import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from domain.content import FormContent, MediaContent
from domain.errors import SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.discord.errors import CODES
from platforms.discord.facts import LIMITS
from platforms.discord.frames import READERS, UNUSED
from platforms.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, PING
from platforms.discord.message_types import SYSTEM, THREAD_STARTER
from platforms.discord.platform import Discord
from platforms.discord.signing import SIGNATURE, TIMESTAMP
from tests.platforms.contract import load, message_of, outbound_cases
from tests.platforms.discord.harness import ACCOUNT, KEY, SIGNED_AT

with warnings.catch_warnings():
    # It imports a module of the standard library that Python 3.13 no longer has.
    warnings.simplefilter("ignore", DeprecationWarning)
    discord: Any = pytest.importorskip("discord")
signing: Any = pytest.importorskip("nacl.signing")

INBOUND = Path(__file__).parent / "inbound"
BODIES = sorted(path for path in INBOUND.glob("*.json") if ".expected" not in path.name)
BOT = {"id": ACCOUNT.application_id, "username": "Luminária", "discriminator": "0", "avatar": None}


class Judge(discord.Client):  # type: ignore[misc]  # the judge has no types here
    """A client of discord.py that is connected to nothing and keeps what it would tell a bot."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.all(), chunk_guilds_at_startup=False)
        self.told: list[tuple[str, tuple[Any, ...]]] = []
        self._connection.user = discord.ClientUser(
            state=self._connection, data={**BOT, "bot": True}
        )

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.told.append((event, args))

    def read(self, frame: dict[str, Any]) -> dict[str, Any]:
        """What a frame tells a bot: the first thing of each event; empty where discord.py cannot read it."""
        self.told.clear()
        parser = self._connection.parsers.get(frame["t"])
        try:
            if parser is not None:
                parser(frame["d"])
        except (KeyError, TypeError, AttributeError):
            return {}  # it asks for fields that not every body has
        return {event: args[0] if args else None for event, args in self.told}


async def judged(*events: str) -> list[tuple[dict[str, Any], list[InboundEvent], Any]]:
    """The frames that discord.py tells as one of these, with our events."""
    judge = Judge()
    found = []
    for path in BODIES:
        frame = load(path)
        # After a READY it would wait for servers that never come.
        if not isinstance(frame, dict) or frame.get("op") != 0 or frame["t"] == "READY":
            continue
        ours = Discord().parse(WebhookRequest(body=path.read_bytes()))
        told = await asyncio.sleep(0, judge.read(frame))
        found += [(frame["d"], ours, told[event]) for event in events if event in told]
    return found


async def test_messages_are_read_alike() -> None:
    cases = await judged("message")
    assert len(cases) > 25
    for _, ours, theirs in cases:
        spoken = [event for event in ours if event.kind == "message"]
        said = theirs.type in {
            discord.MessageType.default,
            discord.MessageType.reply,
            discord.MessageType.chat_input_command,
        }
        if not spoken:
            author = getattr(
                theirs, "author", None
            )  # of a webhook in an unknown server there is none
            assert not said or author is None or author.bot or not theirs.content
            continue
        if theirs.type is discord.MessageType.thread_starter_message:
            continue
        first = spoken[0]
        assert said
        assert first.external_id == str(theirs.id)
        assert first.sender is not None
        direct = isinstance(theirs.channel, discord.DMChannel) and not first.echo
        address = f"user:{theirs.author.id}" if direct else str(theirs.channel.id)
        assert (first.sender.address, first.thread or address) in {
            (address, str(theirs.channel.id)),
            (address, address),
        }
        assert first.echo == (
            theirs.author.bot and theirs.webhook_id in {None, int(ACCOUNT.application_id)}
        )
        if not first.echo:
            assert first.sender.user_id == str(theirs.author.id)
            assert first.sender.name in {
                theirs.author.display_name,
                theirs.author.global_name,
                "Rita da Loja",  # a nickname: members are only told of servers that are known
            }
        forwarded = (
            theirs.reference and theirs.reference.type is discord.MessageReferenceType.forward
        )
        if theirs.type is discord.MessageType.reply:
            assert first.reply_to == str(theirs.reference.message_id)
        else:
            assert first.reply_to is None
        if not forwarded:
            _same_content(spoken, theirs)


def _same_content(spoken: list[InboundEvent], theirs: Any) -> None:
    media = [event.content for event in spoken if isinstance(event.content, MediaContent)]
    theirs_media = [*theirs.attachments, *theirs.stickers]
    assert [content.media.id for content in media] == [str(one.id) for one in theirs_media]
    assert [content.media.url for content in media] == [one.url for one in theirs_media]
    for content, attachment in zip(media, theirs.attachments, strict=False):
        assert content.media.size == attachment.size
        assert content.media.filename == attachment.filename
        assert content.voice == attachment.is_voice_message()
    if theirs.content:
        dumped = spoken[0].model_dump()["content"]
        assert theirs.content in {dumped.get("text"), dumped.get("caption")}
    assert (theirs.poll is not None) == any(
        event.content and event.content.type == "unsupported" and (event.details or {}).get("poll")
        for event in spoken
    )


async def test_edits_and_deletions_are_read_alike() -> None:
    for content, ours, theirs in await judged("raw_message_edit"):
        edited = ours[0].kind == "edit"
        assert edited == bool(theirs.message.edited_at and not content.get("nonce"))
        if edited:
            assert ours[0].target_external_id == str(theirs.message_id)
            assert ours[0].sent_at == theirs.message.edited_at
    deletions = await judged("raw_message_delete", "raw_bulk_message_delete")
    assert len(deletions) >= 3
    for _, ours, theirs in deletions:
        ids = getattr(theirs, "message_ids", None) or {getattr(theirs, "message_id", None)}
        targets = {event.target_external_id for event in ours if event.kind == "delete"}
        assert targets == {str(key) for key in ids if key}


async def test_reactions_are_read_alike() -> None:
    cases = await judged("raw_reaction_add", "raw_reaction_clear", "raw_reaction_clear_emoji")
    assert len(cases) >= 4
    for _, (event,), theirs in cases:
        assert event.kind == "reaction"
        assert event.target_external_id == str(theirs.message_id)
        assert event.sender is not None
        named = theirs.guild_id is None and event.emoji is not None
        place = f"user:{theirs.user_id}" if named else str(theirs.channel_id)
        assert event.sender.address == place
        if event.emoji:
            assert event.emoji == theirs.emoji.name
            assert event.sender.user_id == str(theirs.user_id)


async def test_typing_and_servers_are_read_alike() -> None:
    for _, (event,), theirs in await judged("raw_typing"):
        assert event.kind == "ignored" or event.sent_at == theirs.timestamp
    kinds = {
        "guild_join": "bot_added",
        "guild_available": "server_available",
        "guild_unavailable": "server_unavailable",
        "guild_remove": "bot_removed",
    }
    for told, kind in kinds.items():
        cases = await judged(told)
        assert cases
        assert all((ours[0].details or {})["type"] == kind for _, ours, _ in cases)


async def test_interactions_are_read_alike() -> None:
    state, read = Judge()._connection, 0
    for path in BODIES:
        body = load(path)
        if not isinstance(body, dict) or body.get("type") not in {2, 3, 5} or "op" in body:
            continue
        (event, *_) = Discord().parse(WebhookRequest(body=path.read_bytes()))
        try:
            theirs = discord.Interaction(data=body, state=state)
        except KeyError:
            continue
        read += 1
        assert event.external_id == f"interaction:{theirs.id}"
        assert event.account == str(theirs.application_id)
        assert event.sent_at == theirs.created_at
        if event.kind == "message":
            assert event.sender is not None
            assert event.sender.user_id == str(theirs.user.id)
    assert read > 8


def test_forms_have_the_answers_that_discord_py_finds() -> None:
    data = load(INBOUND / "form_of_old.json")["data"]
    (event,) = Discord().parse(WebhookRequest(body=(INBOUND / "form_of_old.json").read_bytes()))
    assert isinstance(event.content, FormContent)
    theirs = {
        one["custom_id"]: one["value"] for row in data["components"] for one in row["components"]
    }
    assert event.content.fields == theirs


def test_every_kind_of_message_and_interaction_is_known() -> None:
    said = {0, 19, 20, 23, THREAD_STARTER}
    assert {kind.value for kind in discord.MessageType} - said <= set(SYSTEM)
    theirs = discord.InteractionType
    assert (
        theirs.ping.value,
        theirs.application_command.value,
        theirs.component.value,
        theirs.autocomplete.value,
        theirs.modal_submit.value,
    ) == (PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL)


async def test_every_event_that_discord_py_reads_is_known() -> None:
    theirs = set(Judge()._connection.parsers)
    assert theirs - set(READERS) - set(UNUSED) == set()


async def test_our_components_are_theirs() -> None:
    factory = discord.components._component_factory
    shown = 0
    for case in outbound_cases("discord"):
        request = Discord().render(message_of(case), ACCOUNT)
        body = request.json_body or json.loads((request.form or {})["payload_json"])
        for row in body.get("components", []):
            theirs = factory(row, None)
            assert theirs.to_dict().items() >= {"type": 1}.items()
            assert 1 <= len(theirs.children) <= 5
            for child, ours in zip(theirs.children, row["components"], strict=True):
                assert child.to_dict().items() >= _without_options(ours).items()
                assert (child.custom_id or child.url or "") != ""
                assert len(getattr(child, "options", [])) <= LIMITS.list_rows
                shown += 1
        for embed in body.get("embeds", []):
            assert len(discord.Embed.from_dict(embed)) >= 0
        if "flags" in body:
            assert discord.MessageFlags._from_value(body["flags"]).voice
    assert shown > 15


def _without_options(component: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in component.items() if key != "options"}


def test_their_modals_come_back_as_forms() -> None:
    """A modal of discord.py, answered as Discord does it."""
    field = discord.ui.TextInput(label="CEP", custom_id="cep").to_component_dict()
    submitted = {**field, "value": "01310-100"}
    body = {
        "id": "1383000000000000099",
        "application_id": ACCOUNT.application_id,
        "type": MODAL,
        "channel_id": "1380000000000000200",
        "user": BOT,
        "data": {"custom_id": "endereco", "components": [{"type": 1, "components": [submitted]}]},
    }
    (event,) = Discord().parse(WebhookRequest(body=json.dumps(body).encode()))
    assert isinstance(event.content, FormContent)
    assert event.content.fields == {"cep": "01310-100"}


def test_what_pynacl_signs_is_taken_and_the_other_way_round() -> None:
    theirs = signing.SigningKey(KEY.private_bytes_raw())
    assert theirs.verify_key.encode().hex() == ACCOUNT.public_key
    body, moment = b'{"type":1}', str(SIGNED_AT)
    signature = theirs.sign(moment.encode() + body).signature
    headers = {SIGNATURE: signature.hex(), TIMESTAMP: moment}
    Discord().verify(WebhookRequest(headers=headers, body=body), ACCOUNT)
    theirs.verify_key.verify(moment.encode() + body, KEY.sign(moment.encode() + body))
    with pytest.raises(SignatureInvalid):
        Discord().verify(WebhookRequest(headers=headers, body=body + b" "), ACCOUNT)


def test_codes_are_numbers_of_the_api() -> None:
    assert all(10_000 < code < 1_000_000 for code in CODES)
