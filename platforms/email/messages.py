"""A message that somebody wrote becomes events: its words first, then its files, one event each.

The first event has the message's id, the others `<id>:1`, `<id>:2`. What no content has a word for stands in `raw` of
the first: subject, all addresses, the whole text, safe HTML, where the message itself is kept.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from domain.content import MessageContent, TextContent, UnsupportedContent
from domain.events import InboundEvent, Sender
from platforms.email import files, keeping, markup, parts, quoting, tokens
from platforms.email.automatic import Automatic, automatic, own_group
from platforms.email.mailboxes import Mailbox
from platforms.email.parts import Body, Part
from platforms.email.reading import Mail
from platforms.email.reports import ignored

# An event may have 256 KiB as JSON; what is beyond these bytes is in the message that is kept.

_REACTION = "text/vnd.google.email-reaction+json"
_CALENDAR = {"text/calendar", "application/ics"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


_Common = dict[str, Any]


def events(mail: Mail) -> list[InboundEvent]:
    """The events of one message. One that nobody wrote is ignored."""
    sender = author(mail)
    if sender is None:
        return [ignored(mail, "it does not say who wrote it")]
    body = parts.take_apart(mail.message)
    why = _why_automatic(mail, body)
    common = _common(mail, sender)
    if reaction := next((part for part in body.files if part.kind == _REACTION), None):
        return [_reaction(mail, reaction, common)]
    said = _said(mail, body)
    contents = list(_contents(mail, body, said))
    first_details = keeping.details(mail, why)
    return [
        InboundEvent(
            kind="message",
            external_id=f"{mail.key}:{number}" if number else mail.key,
            content=content,
            details={**first_details, **extra} or None,
            raw=keeping.raw(mail, body, said) if number == 0 else None,
            **common,
        )
        for number, (content, extra) in enumerate(contents)
    ]


# --- who


def author(mail: Mail) -> Mailbox | None:
    """Who wrote: the From address, never its Reply-To; of a group of ours, the person behind it."""
    if own_group(mail):
        original = mail.mailboxes("x-original-from", "x-original-sender")
        named = next((box for box in original if box.name), None)
        if original:
            return named or original[0]
    found = mail.mailboxes("from") or mail.mailboxes("sender") or mail.mailboxes("return-path")
    return found[0] if found else None


def _is_ours(mail: Mail, sender: Mailbox) -> bool:
    """Whether it is a message of ours that came round: a blind copy, through an alias, from the folder of sent mail.

    Its id says so and its author is of the same domain; so does whom it came to, for others may run PyTake as well.
    """
    named = tokens.own_message(mail.key)
    if named is None or sender.identity.rpartition("@")[2] != named[1]:
        return False
    reached = mail.mailboxes("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
    if reached:
        return any(box.identity.rpartition("@")[2] == named[1] for box in reached)
    return not mail.all("received")


def _common(mail: Mail, sender: Mailbox) -> _Common:
    """What all events of a message share. An echo belongs to the conversation with whom it was written to."""
    ours = _is_ours(mail, sender)
    other = next(iter(mail.mailboxes("to", "cc")), sender) if ours else sender
    references = mail.ids("references")
    answered = mail.answers[0] if mail.answers else None
    return {
        "sender": Sender(address=other.identity, name=other.name),
        "sent_at": mail.sent_at,
        "reply_to": answered,
        "thread": references[0] if references else answered or mail.key,
        "echo": ours,
    }


# --- what


def _said(mail: Mail, body: Body) -> quoting.Said:
    """The words: of the plain form where there is one, else of the HTML."""
    forwarded = keeping.is_forward(mail.text("subject"))
    whole: list[str] = []
    for one in body.words:
        if one.plain is not None and one.plain.strip():
            whole.append(one.plain.strip("\n"))
        elif one.html is not None:
            whole.append(_text_of_html(one.html, forwarded=forwarded))
    return quoting.part("\n\n".join(text for text in whole if text.strip()), forwarded=forwarded)


def _text_of_html(html: str, *, forwarded: bool) -> str:
    """Without what its mail program marked as quoted, unless nothing else is there."""
    return (not forwarded and markup.to_text(html, without_quotes=True)) or markup.to_text(html)


def _contents(
    mail: Mail, body: Body, said: quoting.Said
) -> Iterator[tuple[MessageContent, dict[str, Any]]]:
    shown = keeping.inline_ids(body)
    attached = _without_copies(body.files)
    if body.encrypted:
        yield UnsupportedContent(platform_type="encrypted message"), {}
    elif said.text.strip():
        text = keeping.within(said.text, keeping.MAX_TEXT)
        yield TextContent(text=text), {} if text == said.text else {"cut": True}
    elif not attached:
        subject = mail.text("subject")
        yield (
            TextContent(text=subject)
            if subject
            else UnsupportedContent(platform_type="empty message"),
            {},
        )
    for number, part in enumerate(attached, 1):
        yield files.content(part, mail.digest, number), _file_details(part, shown)


def _file_details(part: Part, shown: list[str]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if part.content_id in shown:
        details |= {"inline": True, "content_id": part.content_id}
    if part.kind in _TNEF or part.parameter("name").lower() == "winmail.dat":
        # https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxtnef: a container we do not open
        details |= {"container": "tnef"}
    return details


def _without_copies(found: list[Part]) -> list[Part]:
    """An invitation comes as an alternative and again as a file: it is one."""
    kept: list[Part] = []
    for part in sorted(found, key=lambda one: one.kind == "text/calendar"):
        named = _invitation(part)
        if named is None or named not in {_invitation(one) for one in kept}:
            kept.append(part)
    return [part for part in found if part in kept and part.kind != _REACTION]


def _invitation(part: Part) -> tuple[str, str] | None:
    """What a calendar file is about: the event's UID and what is asked (RFC 5545)."""
    if part.kind not in _CALENDAR:
        return None
    text = re.sub(r"\r?\n[ \t]", "", parts.text_of(part))
    uid, method = (
        re.search(rf"(?im)^{name}[^:\n]{{0,100}}:(.*)$", text) for name in ("UID", "METHOD")
    )
    return (
        (uid.group(1).strip(), method.group(1).strip().upper() if method else "") if uid else None
    )


def _why_automatic(mail: Mail, body: Body) -> Automatic | None:
    """As its headers say; and a calendar's answer, which the program writes."""
    if why := automatic(mail):
        return why
    answers = [part for part in body.files if part.kind == "text/calendar"]
    if any(part.parameter("method").upper() in {"REPLY", "REFRESH"} for part in answers):
        return Automatic("auto", "a calendar's reply")
    return None


def _reaction(mail: Mail, part: Part, common: _Common) -> InboundEvent:
    """https://developers.google.com/workspace/gmail/reactions/format (read 2026-08)."""
    try:
        emoji = json.loads(parts.text_of(part))["emoji"]
    except (ValueError, KeyError, TypeError, RecursionError):
        emoji = None
    if not isinstance(emoji, str) or not emoji or common["reply_to"] is None:
        return ignored(mail, "a reaction to nothing we know")
    shared = {**common, "reply_to": None}
    return InboundEvent(
        kind="reaction",
        external_id=mail.key,
        emoji=emoji[:32],
        target_external_id=common["reply_to"],
        **shared,
    )
