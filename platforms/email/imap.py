"""Listening to a mailbox over IMAP: every new message, in order, from the bookmark on.

One task reads, and goes on only when what it read has been kept; the generator hands over, and gives a sign of life
where reading takes longer.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx

from domain.errors import PlatformUnavailable
from platforms.base import SIGN_OF_LIFE, Arrived
from platforms.email import imap_mail, imap_words
from platforms.email.account import EmailAccount
from platforms.email.imap_handover import Handover
from platforms.email.imap_place import Found, Place
from platforms.email.imap_session import Session
from platforms.email.login import logged_in
from platforms.oauth import AccessTokens

OPEN_SECONDS = SIGN_OF_LIFE - 2
"""For connecting, logging in and opening the folder: before that there may be no place to give a sign of life with."""
ROUND_SECONDS = SIGN_OF_LIFE - 5
"""So often IDLE is asked for anew, long before the 29 minutes of RFC 2177: only an answer shows that the line is up."""
PULSE_SECONDS = SIGN_OF_LIFE - 2
_BATCH = 100
_LOOKED_BACK = 20


async def listen(
    client: httpx.AsyncClient,
    account: EmailAccount,
    cursor: Mapping[str, Any] | None,
    tokens: AccessTokens,
) -> AsyncGenerator[Arrived]:
    """See `HoldsConnection.listen`."""
    handover = Handover()
    reader = asyncio.create_task(_read(client, account, cursor, tokens, handover))
    last = cursor
    try:
        while True:
            arrived = await handover.next(reader, PULSE_SECONDS)
            # An empty cursor is none: a first start that takes long.
            arrived = arrived or Arrived(cursor=last or {})
            last = arrived.cursor
            yield arrived
            handover.kept()
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _read(
    client: httpx.AsyncClient,
    account: EmailAccount,
    cursor: Mapping[str, Any] | None,
    tokens: AccessTokens,
    handover: Handover,
) -> None:
    server = account.mailbox
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            session = await logged_in(
                client, account, tokens, lambda login: Session.open(server, login)
            )
    except TimeoutError:
        raise PlatformUnavailable(f"{server}: no session within {OPEN_SECONDS:.0f} s") from None
    try:
        await Reading(session, account, handover).go_on(Place.of(cursor, account.folder))
    finally:
        await session.close()


class Reading:
    """One session's way through a folder."""

    def __init__(self, session: Session, account: EmailAccount, handover: Handover) -> None:
        self._session = session
        self._account = account
        self._handover = handover

    async def go_on(self, place: Place | None) -> None:
        """For ever. Raises a `DeliveryError`."""
        session = self._session
        while True:
            place = await self._begin(place)
            while session.uidvalidity == place.uidvalidity:
                arrivals = session.arrivals
                place = await self._new(place)
                if session.arrivals == arrivals:
                    await session.wait(ROUND_SECONDS, self._account.poll_seconds)
                if session.arrivals == arrivals:
                    await self._handover.keep(Arrived(cursor=place.cursor()))

    async def _begin(self, place: Place | None) -> Place:
        """The folder opened, and the place in it."""
        session, folder = self._session, self._account.folder
        await session.select(folder, to_change=self._account.mark_seen)
        validity = session.uidvalidity
        if validity is None:
            raise PlatformUnavailable("the server counts no messages (UIDVALIDITY)")
        if place is not None and place.uidvalidity == validity:
            return place
        seen = await self._last_uid()
        if place is None:
            last = await self._last()
            place = Place.first(folder, validity, seen, [one for one in last if one.uid <= seen])
        else:
            place = await self._anew(place, validity, seen)
        await self._handover.keep(Arrived(cursor=place.cursor()))
        return place

    async def _last_uid(self) -> int:
        if self._session.uidnext is not None:
            return self._session.uidnext - 1
        return max(await self._session.search("ALL"), default=0)

    async def _last(self) -> list[Found]:
        """The newest messages that are there."""
        exists = self._session.exists
        if not exists:
            return []
        first = max(exists - _LOOKED_BACK + 1, 1)
        numbers = f"{first}:{exists}"
        return await imap_mail.about(self._session, numbers, by_uid=False, named=True)

    async def _anew(self, place: Place, validity: int, seen: int) -> Place:
        """The server counts anew (RFC 3501, section 2.3.1.1): what came since we were there is found by its date."""
        session, since = self._session, place.looked_from
        when = f"SINCE {imap_words.day(since)}" if since else "ALL"
        found = [uid for uid in await session.search(when) if uid <= seen]
        # Each of them is a step in the new count, so that an interruption here costs nothing.
        place = place.model_copy(update={"uidvalidity": validity, "uid": 0})
        for at in range(0, len(found), _BATCH):
            numbers = imap_words.a_set(found[at : at + _BATCH])
            for message in await imap_mail.about(session, numbers, named=True):
                if place.is_ours(message):
                    place = await self._one(place, message)
        return place.model_copy(update={"uid": seen})

    async def _new(self, place: Place) -> Place:
        # `n:*` names the last message even where n is beyond it.
        found = await self._session.search(f"UID {place.uid + 1}:*")
        uids = [uid for uid in found if uid > place.uid]
        # Where one of them breaks the connection, it is asked for alone: then it is known which.
        batch = 1 if place.times else _BATCH
        for at in range(0, len(uids), batch):
            some = uids[at : at + batch]
            for message in await self._about(place, some):
                try:
                    place = await self._one(place, message)
                except PlatformUnavailable:
                    await self._broke_at(place, message.uid)
                    raise
        return place

    async def _about(self, place: Place, uids: list[int]) -> list[Found]:
        if place.tries(uids[0]) > imap_mail.TRIES_HEADERS:
            return [Found(uids[0], None, 0, "")]
        try:
            return await imap_mail.about(self._session, imap_words.a_set(uids))
        except PlatformUnavailable:
            await self._broke_at(place, uids[0])
            raise

    async def _broke_at(self, place: Place, uid: int) -> None:
        """Kept too, so that whoever goes on does not break at the same message for ever."""
        await self._handover.keep(Arrived(cursor=place.broke_at(uid).cursor()))

    async def _one(self, place: Place, message: Found) -> Place:
        tries = place.tries(message.uid)
        body = await imap_mail.fetch(self._session, message, self._account, tries)
        place = place.after(message)
        await self._handover.keep(Arrived(body=body, cursor=place.cursor()))
        if self._account.mark_seen and body is not None:
            await self._session.mark_seen(message.uid)
        return place
