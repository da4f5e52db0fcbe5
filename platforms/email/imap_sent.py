"""Whether a message of ours is among the sent ones: it settles a send of which nobody knows the outcome.

A message that is found was sent. One that is not found was not where the server itself keeps a copy of everything that
leaves through it, as Gmail and Microsoft 365 do; elsewhere it proves nothing.
"""

import httpx

from platforms.email import imap_words, tokens
from platforms.email.account import EmailAccount
from platforms.email.imap_session import Session
from platforms.email.login import logged_in
from platforms.oauth import AccessTokens


async def find_sent(
    client: httpx.AsyncClient, account: EmailAccount, message_id: str, access: AccessTokens
) -> bool | None:
    """Whether the message with this id of ours is in the folder of sent ones; None when there is no such folder.

    Raises a `DeliveryError`.
    """
    server = account.mailbox
    session = await logged_in(client, account, access, lambda login: Session.open(server, login))
    try:
        folder = account.sent_folder or await _sent_folder(session)
        if folder is None:
            return None
        await session.select(folder)
        own_id = imap_words.quoted(tokens.message_id(message_id, account)).decode()
        return bool(await session.search(f"HEADER Message-ID {own_id}"))
    finally:
        await session.close()


async def _sent_folder(session: Session) -> bytes | None:
    """The folder that the server marks as the one of sent messages (RFC 6154)."""
    folders = await session.folders()
    return next((name for marks, name in folders if "\\sent" in marks), None)
