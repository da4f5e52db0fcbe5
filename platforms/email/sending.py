"""Hands one message over to the account's submission server, once."""

import asyncio
from datetime import UTC, datetime

import httpx

from domain.errors import PlatformUnavailable
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.email import mime, outbound, tokens
from platforms.email.account import EmailAccount
from platforms.email.login import Login, logged_in
from platforms.email.smtp_pool import Submissions
from platforms.email.smtp_session import Session, prepared
from platforms.oauth import AccessTokens

HANDOVER_SECONDS = 50.0
"""For everything up to the last dot: together with `VERDICT_SECONDS` less than a send may take."""


async def send(
    client: httpx.AsyncClient,
    account: EmailAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
    access: AccessTokens,
    submissions: Submissions,
) -> Receipt:
    """Raises a `DeliveryError`; `OutcomeUnknown` when it was handed over and no answer came."""
    request = outbound.render(message, account)  # what would be refused is refused before anything
    server = account.submission
    file = await load_media(request.file.key) if request.file else None
    now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    # Twenty megabytes as base64 are work: the loop has others to serve.
    octets = await asyncio.to_thread(lambda: prepared(mime.complete(request, now, file)))

    async def open_session(login: Login | None) -> Session:
        return await Session.open(server, login, _own_name(account))

    async def enter() -> Session:
        return await logged_in(client, account, access, open_session)

    try:
        async with (
            asyncio.timeout(HANDOVER_SECONDS) as limit,
            submissions.session(account, enter) as session,
        ):
            await session.hand_over(request, octets)
            limit.reschedule(None)
            await session.verdict()
    except TimeoutError:
        raise PlatformUnavailable(
            f"{server}: not handed over in {HANDOVER_SECONDS:.0f} s"
        ) from None
    return Receipt(
        status=ReceiptStatus.SENT,
        message_external_id=tokens.message_id(message.id, account),
        reference=message.id,
    )


def _own_name(account: EmailAccount) -> str:
    """How we greet: with the name we send for, which every server has heard of."""
    try:
        return account.domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"
