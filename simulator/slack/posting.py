"""`chat.postMessage`: https://docs.slack.dev/reference/methods/chat.postMessage."""

import json
from typing import Any

from simulator.receipts import report
from simulator.schemas import Draft
from simulator.slack.blocks import options_of, read_blocks, words_of
from simulator.slack.call import KEY, Call, Chat, Effect, reached
from simulator.slack.errors import SlackError
from simulator.slack.messages import posted, shown
from simulator.slack.world import Json

MAX_TEXT = 40_000
"""What is beyond it is cut off."""
MAX_MARKDOWN = 12_000
MAX_METADATA_BYTES = 8 * 1024
"""https://docs.slack.dev/messaging/message-metadata"""


def post_message(call: Call) -> Effect:
    """Checks everything now. Raises `SlackError`."""
    args = call.args
    given = args.text("channel")
    if not given:
        raise SlackError("channel_not_found")
    chat = reached(call.chat(given))
    blocks = read_blocks(args, lambda file: knows_file(call, file))
    words = _words(call, blocks)
    thread_ts = call.thread(chat)
    metadata = _metadata(args.structure("metadata", dict, "invalid_metadata_format"))
    if thread_ts:
        words["thread_ts"] = thread_ts
        if args.flag("reply_broadcast"):
            words["subtype"] = "thread_broadcast"
    if metadata is not None:
        words["metadata"] = metadata

    async def effect() -> Json:
        message = await accept(call, chat, words, request=args.recorded())
        return {"channel": chat.id, "ts": message["ts"], "message": message}

    return effect


def knows_file(call: Call, file: str) -> bool:
    return (call.team, file) in call.world.files


def _words(call: Call, blocks: list[Json]) -> Json:
    args = call.args
    text, markdown = args.text("text"), args.text("markdown_text")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    attachments = args.structure("attachments", list, "invalid_attachments")
    cut = (text or markdown)[:MAX_TEXT]
    if not cut.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    words: Json = {"text": cut}
    if blocks:
        words["blocks"] = blocks
    if attachments:
        words["attachments"] = attachments
    return words


def _metadata(given: Json | None) -> Json | None:
    """Raises `SlackError`."""
    if given is None:
        return None
    kind, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given, ensure_ascii=False).encode()) > MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


async def accept(call: Call, chat: Chat, words: Json, *, request: Json, kind: str = "text") -> Json:
    """The message is there: in its chat, in the ledger, and told to the app as everything in the chat is."""
    message = posted(call.account, call.team, call.world.next_ts(), words)
    call.world.keep(call.team, chat.id, message)
    blocks: list[Json] = words.get("blocks", [])
    entry = await call.simulation.ledger.add(
        Draft(
            platform=KEY,
            account=call.team,
            to=chat.address(words.get("thread_ts")),
            external_id=f"{chat.id}:{message['ts']}",
            reference=_reference(words.get("metadata")),
            type=kind,
            # Of a message with blocks its text stands in notifications only.
            text=shown("\n".join(words_of(blocks)) or words.get("text", "")),
            options=options_of(blocks),
            request=request,
        )
    )
    call.simulation.background.spawn(report(call.simulation, entry))
    return message


def _reference(metadata: Any) -> str | None:
    """An app's metadata is its own affair; an `id` in it is taken for the message's."""
    key = metadata["event_payload"].get("id") if metadata else None
    return key if isinstance(key, str) else None
