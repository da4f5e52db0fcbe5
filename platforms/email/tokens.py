"""The names under which our own messages come back: message ids, signed reply addresses, bounce addresses.

    <m.MESSAGE@domain>                        Message-ID: names the message in replies, bounces and read receipts
    local+r.BASE32(message).MAC@domain        Reply-To: survives where a mail program drops In-Reply-To
    local+m.MESSAGE@domain                    envelope sender: a bounce that says nothing else still says this

Everything is lower case and compared so: relays change the case of addresses.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

from platforms.email.account import EmailAccount

# RFC 5321, section 4.5.3.1.1: at most 64 octets before the @.
MAX_LOCAL = 64
_MAC_LETTERS = 16
"""80 bits."""

_OWN_ID = re.compile(r"<m\.([A-Za-z0-9][A-Za-z0-9._-]{0,60})@([^<>@\s]{1,250})>")
_BOUNCE = re.compile(r"\+m\.([A-Za-z0-9][A-Za-z0-9._-]{0,60})@[^<>@\s]{1,250}", re.IGNORECASE)
_ENVELOPE = re.compile(r"m\.([A-Za-z0-9][A-Za-z0-9._-]{0,60})")
_REPLY = re.compile(r"[^@\s]{1,40}\+r\.([a-z2-7]{26})\.([a-z2-7]{16})@([^<>@\s]{1,250})")
_TAG = re.compile(r"\+([^+@\s]{1,60})@")


def message_id(message: str, account: EmailAccount) -> str:
    """Our Message-ID of one of our messages: the same one on every try, which is what makes a second copy a copy."""
    return f"<m.{_plain(message)}@{account.domain}>"


def envelope_id(message: str) -> str:
    """What a bounce repeats as Original-Envelope-Id (RFC 3461, section 4.4)."""
    return f"m.{_plain(message)}"


def own_message(own_id: str) -> tuple[str, str] | None:
    """The message that one of our ids names, and the domain it is of."""
    found = _OWN_ID.fullmatch(own_id)
    return (found.group(1), found.group(2).lower()) if found else None


def bounced_message(addresses: Iterable[str]) -> str | None:
    """The message that a bounce address names."""
    return next((found.group(1) for one in addresses if (found := _BOUNCE.search(one))), None)


def enveloped_message(envelope: str) -> str | None:
    found = _ENVELOPE.fullmatch(envelope.strip())
    return found.group(1) if found else None


def bounce_address(message: str, account: EmailAccount) -> str:
    """Where bounces of this message go; the mailbox itself where it takes no such address."""
    named = _plus(account, f"m.{_plain(message)}") if account.bounce_addresses else None
    return named or account.address


def reply_address(message: str, account: EmailAccount) -> str | None:
    """The address that answers this message, signed; None where the mailbox takes no such address."""
    try:
        compact = base64.b32encode(UUID(message).bytes).decode().rstrip("=").lower()
    except ValueError:
        return None
    return _plus(account, f"r.{compact}.{_mac(compact, account)}")


def answered_message(addresses: Iterable[str], account: EmailAccount) -> str | None:
    """The message whose reply address is among these. A forged one is none: it names nothing."""
    for address in addresses:
        found = _REPLY.fullmatch(address.lower())
        if found is None or found.group(3) != account.domain:
            continue
        compact, given = found.group(1), found.group(2)
        if hmac.compare_digest(_mac(compact, account), given):
            return _message_of(compact)
    return None


def tag(address: str) -> str | None:
    """What stands between + and @: a reply address' claim, not yet checked."""
    found = _TAG.search(address)
    return found.group(1) if found else None


def _message_of(compact: str) -> str | None:
    try:
        return str(UUID(bytes=base64.b32decode(compact.upper() + "======")))
    except ValueError:
        return None


def _plus(account: EmailAccount, token: str) -> str | None:
    local = f"{account.local}+{token}"
    fits = account.plus_addresses and len(local.encode()) <= MAX_LOCAL and '"' not in local
    return f"{local}@{account.domain}" if fits else None


def _mac(compact: str, account: EmailAccount) -> str:
    key = hashlib.sha256(b"email reply\0" + account.secret.get_secret_value().encode()).digest()
    named = f"reply:{account.account_id}:{compact}".encode()
    digest = hmac.new(key, named, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:_MAC_LETTERS]


def _plain(message: str) -> str:
    """The message's own id; one that no address can hold is replaced by its hash."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", message):
        return message.lower()
    return hashlib.sha256(message.encode("utf-8", "replace")).hexdigest()[:32]
