"""A message that Discord takes: it stands in the channel, and the Gateway tells of it."""

from contextlib import suppress
from typing import Any
from urllib.parse import quote

from simulator.contacts import Contact
from simulator.deliver import TooManyPending
from simulator.discord import objects, webhooks
from simulator.discord.account import DiscordAccount
from simulator.discord.ids import age_of, direct_channel, snowflake
from simulator.discord.models import NewMessage
from simulator.discord.objects import Json
from simulator.discord.requests import KEY, Upload
from simulator.media import StoredFile
from simulator.schemas import Draft, Option
from simulator.state import Simulation

NONCE_SECONDS = 300
"""https://docs.discord.com/developers/resources/message#create-message: "the past few minutes"."""
_LINK_STYLE = 5
REPLY = 19


async def create(
    simulation: Simulation,
    application: str,
    contact: Contact,
    message: NewMessage,
    body: dict[str, Any],
    files: dict[str, Upload],
) -> Json:
    """The message; of one that was sent a moment ago under the same enforced nonce, the first."""
    if message.enforce_nonce and (first := _sent_before(contact, message.nonce)) is not None:
        return first
    account = simulation.accounts.get(KEY, application, DiscordAccount)
    made = _message(application, account, contact, message, body)
    made["attachments"] = [
        _attachment(simulation, application, account, file) for file in files.values()
    ]
    contact.messages.put(int(made["id"]), made)
    await simulation.ledger.add(
        Draft(
            platform=KEY,
            account=application,
            to=contact.address,
            external_id=made["id"],
            reference=None if message.nonce is None else str(message.nonce),
            type="media" if files else "text",
            text=_words(message),
            options=_options(message),
            request=body | ({"files": _described(files)} if files else {}),
        )
    )
    if account.echoes:
        outgoing = webhooks.told(simulation, application, "MESSAGE_CREATE", made)
        if outgoing.webhook is not None:
            with suppress(TooManyPending):
                simulation.deliveries.start(outgoing.webhook)
    return made


def _sent_before(contact: Contact, nonce: int | str | None) -> Json | None:
    for known in contact.messages.newest_first():
        if nonce is not None and known.get("nonce") == nonce and known["author"].get("bot"):
            return known if age_of(known["id"]) < NONCE_SECONDS else None
    return None


def _message(
    application: str,
    account: DiscordAccount,
    contact: Contact,
    message: NewMessage,
    body: dict[str, Any],
) -> Json:
    shown = {key: body[key] for key in ("embeds", "components") if body.get(key)}
    made = objects.message(
        snowflake(),
        direct_channel(application, contact.address),
        objects.bot(application, account),
        content=message.content or "",
        flags=message.flags,
        channel_type=objects.DIRECT,
        **shown,
    )
    if message.nonce is not None:
        made["nonce"] = message.nonce
    reference = message.message_reference
    if reference is not None and int(reference.message_id) in contact.messages:
        quoted = {"type": 0, "channel_id": made["channel_id"], "message_id": reference.message_id}
        made |= {"type": REPLY, "message_reference": quoted}
    return made


def _attachment(
    simulation: Simulation, application: str, account: DiscordAccount, file: Upload
) -> Json:
    key = snowflake()
    simulation.media.put(StoredFile(key, application, file.content, file.mime_type, file.filename))
    base, name = account.api_base.rstrip("/"), quote(file.filename, safe="")
    return {
        "id": key,
        "filename": file.filename,
        "size": len(file.content),
        "content_type": file.mime_type,
        "url": f"{base}/attachments/{application}/{key}/{name}",
    }


def _described(files: dict[str, Upload]) -> list[dict[str, Any]]:
    return [
        {"filename": one.filename, "mime_type": one.mime_type, "size": len(one.content)}
        for one in files.values()
    ]


def _words(message: NewMessage) -> str:
    cards = (part for card in message.embeds for part in (card.title, card.description))
    return "\n".join(part for part in (message.content, *cards) if part)


def _options(message: NewMessage) -> list[Option]:
    found: list[Option] = []
    for component in (one for row in message.components for one in row.components):
        if component.options is not None:
            found += [Option(id=one.value, title=one.label) for one in component.options]
        elif component.style == _LINK_STYLE:
            found.append(Option(id=component.url or "", title=component.label or ""))
        else:
            found.append(Option(id=component.custom_id or "", title=component.label or ""))
    return found
