"""What stands beside a message's content: what routing may ask of it, and what people will want to look up."""

import re
from typing import Any

from platforms.email import markup, quoting, tokens
from platforms.email.automatic import Automatic
from platforms.email.mailboxes import Mailbox
from platforms.email.parts import Body
from platforms.email.reading import Mail

# An event may have 256 KiB as JSON; what is beyond these bytes is in the message that is kept.
MAX_TEXT = 80_000
MAX_QUOTED = 30_000
MAX_HTML = 60_000
MAX_REFERENCES = 20

# What stands before a subject in replies and forwards, in the languages of mail programs.
_REPLY_PREFIX = re.compile(
    r"(?i)^\s*(?:re|res|aw|antw|sv|vs|rif|r|odp|ynt|回复|答复)(?:\[\d{1,3}\])?\s?:\s*"
)
_FORWARD_PREFIX = re.compile(r"(?i)^\s*(?:fwd?|enc|rv|wg|tr|i|doorst|转发)(?:\[\d{1,3}\])?\s?:\s*")


def details(mail: Mail, why: Automatic | None) -> dict[str, Any]:
    """What routing may ask. `automatic`: no flow hears or answers it."""
    delivered = [box.address for box in _delivered(mail)]
    claims = [claim for one in delivered if (claim := tokens.tag(one))]
    results = " ".join(mail.all("authentication-results"))
    dmarc = re.search(r"(?i)\bdmarc\s?=\s?([a-z]{3,12})", results)
    found = {
        "subject": mail.text("subject")[:500],
        "automatic": why.kind if why else None,
        "automatic_reason": why.reason if why else None,
        "reply_tag": claims[0] if claims else None,
        "dmarc": dmarc.group(1).lower() if dmarc else None,
    }
    return {name: value for name, value in found.items() if value}


def _delivered(mail: Mail) -> list[Mailbox]:
    """The addresses it came to, the surest first."""
    return mail.mailboxes(
        "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"
    )


def raw(mail: Mail, body: Body, said: quoting.Said) -> dict[str, Any]:
    references = mail.ids("references")
    html = _safe_html(body)
    kept = {
        "subject": mail.text("subject")[:1000],
        "base_subject": base_subject(mail.text("subject"))[:1000],
        "message_id": mail.key,
        "in_reply_to": mail.ids("in-reply-to")[:5],
        "references": _capped(references),
        **{
            name.replace("-", "_"): _shown(mail.mailboxes(name))
            for name in ("from", "to", "cc", "reply-to")
        },
        "delivered_to": [box.address for box in _delivered(mail)][:20],
        "quoted": within(said.quoted, MAX_QUOTED) if said.quoted else None,
        "signature": said.signature[:2000] if said.signature else None,
        "html": html.html if (fits := len(html.html.encode()) <= MAX_HTML) else None,
        "html_left_out": not fits,
        "remote_images": html.remote_images,
        "inline": inline_ids(body)[:50],
        "hidden_parts": [part.kind for part in body.hidden][:20],
        "kept": {"sha256": mail.digest, "size": len(mail.body)},
    }
    return {name: value for name, value in kept.items() if value}


def within(text: str, limit: int) -> str:
    """The text itself, or its beginning with an ellipsis."""
    octets = text.encode()
    return text if len(octets) <= limit else octets[:limit].decode("utf-8", "ignore") + "…"


def _safe_html(body: Body) -> markup.SafeHtml:
    pieces = [markup.safe(one.html) for one in body.words if one.html is not None]
    html = "\n".join(piece.html for piece in pieces if piece.html)
    return markup.SafeHtml(html, sum(piece.remote_images for piece in pieces))


def _shown(boxes: list[Mailbox]) -> list[dict[str, Any]]:
    return [box.model_dump(exclude_none=True) for box in boxes[:50]]


def _capped(references: list[str]) -> list[str]:
    """The first, which began the thread, and the newest."""
    if len(references) <= MAX_REFERENCES + 1:
        return references
    return [references[0], *references[-MAX_REFERENCES:]]


def base_subject(subject: str) -> str:
    """A subject without what replies and forwards put before it (as RFC 5256, section 2.1, in more languages)."""
    rest = subject.strip()
    while found := _REPLY_PREFIX.match(rest) or _FORWARD_PREFIX.match(rest):
        if found.end() >= len(rest):
            return ""
        rest = rest[found.end() :]
    return rest.strip()


def is_forward(subject: str) -> bool:
    return bool(_FORWARD_PREFIX.match(subject))


def inline_ids(body: Body) -> list[str]:
    """The content ids that the HTML shows, whatever the parts say of themselves."""
    return [cid for one in body.words if one.html for cid in markup.cids(one.html)]
