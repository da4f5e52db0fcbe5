"""Open submission connections, used again: few for each account, closed when nobody needs them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from platforms.email.account import EmailAccount
from platforms.email.smtp_session import Session

AT_ONCE = 4
"""Connections of one account; providers allow ten and more for all of its programs together."""
IDLE_SECONDS = 30.0
MOST_MESSAGES = 50
"""Servers end a conversation that goes on for ever."""

Key = str


class _Shelf:
    """What one event loop has of them: a connection is never used from another."""

    def __init__(self) -> None:
        self.slots: dict[Key, asyncio.Semaphore] = {}
        self.idle: dict[Key, list[tuple[Session, asyncio.TimerHandle]]] = {}


class Submissions:
    """The connections of one process."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._shelves: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shelf] = WeakKeyDictionary()

    @asynccontextmanager
    async def session(
        self, account: EmailAccount, enter: Callable[[], Awaitable[Session]]
    ) -> AsyncIterator[Session]:
        """A conversation for one message: one that is open, if the server is still there, else what `enter` opens."""
        shelf = self._shelf()
        key = key_of(account)
        async with shelf.slots.setdefault(key, asyncio.Semaphore(AT_ONCE)):
            session = await self._taken(shelf, key) or await enter()
            try:
                yield session
            finally:
                self._put_back(shelf, key, session)

    def _shelf(self) -> _Shelf:
        return self._shelves.setdefault(asyncio.get_running_loop(), _Shelf())

    async def _taken(self, shelf: _Shelf, key: Key) -> Session | None:
        idle = shelf.idle.get(key, [])
        while idle:
            session, timer = idle.pop()
            timer.cancel()
            try:
                ready = await session.ready()
            except BaseException:
                session.drop()
                raise
            if ready:
                return session
            session.drop()
        return None

    def _put_back(self, shelf: _Shelf, key: Key, session: Session) -> None:
        if not session.usable or session.sent >= MOST_MESSAGES:
            (session.part if session.usable else session.drop)()
            return
        idle = shelf.idle.setdefault(key, [])
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._idle_seconds, self._let_go, idle, session)
        idle.append((session, timer))

    @staticmethod
    def _let_go(idle: list[tuple[Session, asyncio.TimerHandle]], session: Session) -> None:
        """Its time is over."""
        idle[:] = [pair for pair in idle if pair[0] is not session]
        session.part()

    async def close(self) -> None:
        """Close what is open and idle in this loop."""
        shelf = self._shelf()
        pairs = [pair for idle in shelf.idle.values() for pair in idle]
        shelf.idle.clear()
        for session, timer in pairs:
            timer.cancel()
            await session.close()


def key_of(account: EmailAccount) -> Key:
    """Another server, login or secret is another connection; the secret itself stays out of the table."""
    parts = [str(account.submission), account.smtp_security, account.ca, account.username]
    parts += [account.account_id, *account.secrets()]
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()
