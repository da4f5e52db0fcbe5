"""People who work for a tenant, and their sessions."""

import hashlib
from datetime import datetime
from uuid import UUID

from pydantic import Field
from sqlalchemy import insert, select, text, update

from domain.value import Value
from storage.database import Database
from storage.tables.tenants import QUEUES, SESSIONS, TENANTS, USERS


class User(Value):
    """One person."""

    id: UUID
    tenant_id: UUID
    email: str
    name: str
    role: str
    password_hash: str = Field(repr=False)
    disabled_at: datetime | None = None
    available: bool = False
    capacity: int = 4
    active: int = 0


class Session(Value):
    """A refresh token's life. The token itself is known to its holder only."""

    id: UUID
    tenant_id: UUID
    user_id: UUID
    expires_at: datetime
    revoked_at: datetime | None = None


class Queue(Value):
    """Where conversations wait."""

    id: UUID
    tenant_id: UUID
    name: str


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_BY_EMAIL = text("SELECT * FROM user_by_email(:email)")
_BY_TOKEN = text("SELECT * FROM session_by_token(:hash)")
# Rotation and reuse are decided by one update: the second use of a token finds it revoked.
_ROTATE = text("""
UPDATE sessions SET revoked_at = now()
WHERE id = :id AND revoked_at IS NULL AND expires_at > now() RETURNING user_id
""")


class UserStore:
    """Finds people and keeps their sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_by_email(self, email: str) -> User | None:
        """Whichever tenant's: an email address signs in to one."""
        async with self._database.lookup() as connection:
            row = (await connection.execute(_BY_EMAIL, {"email": email})).mappings().first()
        return User.model_validate(dict(row)) if row else None

    async def get(self, tenant_id: UUID, user_id: UUID) -> User | None:
        async with self._database.transaction(tenant_id) as connection:
            query = select(USERS).where(USERS.c.id == user_id)
            row = (await connection.execute(query)).mappings().first()
        return User.model_validate(dict(row)) if row else None

    async def of_tenant(self, tenant_id: UUID) -> list[User]:
        async with self._database.transaction(tenant_id) as connection:
            rows = await connection.execute(select(USERS).order_by(USERS.c.name))
            return [User.model_validate(dict(row)) for row in rows.mappings()]

    async def set_available(self, tenant_id: UUID, user_id: UUID, *, available: bool) -> None:
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(
                update(USERS).where(USERS.c.id == user_id).values(available=available)
            )

    async def open_session(self, user: User, token: str, expires_at: datetime) -> None:
        async with self._database.transaction(user.tenant_id) as connection:
            await connection.execute(
                insert(SESSIONS).values(
                    tenant_id=user.tenant_id,
                    user_id=user.id,
                    token_hash=token_hash(token),
                    expires_at=expires_at,
                )
            )

    async def spend_session(self, token: str) -> User | None:
        """Use a refresh token up. None when it is unknown, expired, or was used before.

        A token used twice was copied: every session of that person ends.
        """
        async with self._database.lookup() as connection:
            found = await connection.execute(_BY_TOKEN, {"hash": token_hash(token)})
            row = found.mappings().first()
        if row is None:
            return None
        session = Session.model_validate(dict(row))
        async with self._database.transaction(session.tenant_id) as connection:
            spent = (await connection.execute(_ROTATE, {"id": session.id})).first()
            if spent is None and session.revoked_at is not None:
                await connection.execute(
                    update(SESSIONS)
                    .where(SESSIONS.c.user_id == session.user_id, SESSIONS.c.revoked_at.is_(None))
                    .values(revoked_at=text("now()"))
                )
        return await self.get(session.tenant_id, session.user_id) if spent else None

    async def queues(self, tenant_id: UUID) -> list[Queue]:
        async with self._database.transaction(tenant_id) as connection:
            rows = await connection.execute(select(QUEUES).order_by(QUEUES.c.name))
            return [Queue.model_validate(dict(row)) for row in rows.mappings()]

    async def tenant_name(self, tenant_id: UUID) -> str | None:
        async with self._database.transaction(tenant_id) as connection:
            name: str | None = await connection.scalar(
                select(TENANTS.c.name).where(TENANTS.c.id == tenant_id)
            )
        return name
