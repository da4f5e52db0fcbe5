"""How connected accounts are: their state, their templates, and the pace of what is sent."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Interval,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.base import METADATA, created_column, reference, tenant_column

CHANNEL_STATES = Table(
    "channel_states",
    METADATA,
    reference("channels", primary_key=True)("channel_id"),
    tenant_column(),
    Column("state", Text, nullable=False),
    # Why it is not `connected`: a `DomainError.code`, and the vendor's own words.
    Column("code", Text),
    Column("reason", Text),
    Column("since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("checked_at", DateTime(timezone=True)),
    Column("token_expires_at", DateTime(timezone=True)),
    # How the vendor calls the account.
    Column("name", Text),
    Column("subscription", JSONB),
    Column("notes", JSONB, nullable=False, server_default="{}"),
    CheckConstraint(
        "state IN ('connecting', 'connected', 'unauthorised', 'unreachable', 'disabled')",
        name="state",
    ),
)

TEMPLATES = Table(
    "templates",
    METADATA,
    reference("channels", primary_key=True)("channel_id"),
    Column("external_id", Text, primary_key=True),
    tenant_column(),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("components", JSONB, nullable=False),
    created_column("synced_at"),
)

# How far a connection that we hold has come. Each holder raises `version`, and so does all that it keeps: whoever comes
# with an older one has lost the connection to another.
BOOKMARKS = Table(
    "bookmarks",
    METADATA,
    reference("channels", primary_key=True)("channel_id"),
    tenant_column(),
    Column("cursor", JSONB),
    Column("version", BigInteger, nullable=False),
    created_column("updated_at"),
)

# The generic cell rate algorithm: `next_at` is when the next one would be due if they came evenly, one each `every`;
# it may come by `leeway` earlier. A line is a channel, one contact on a channel, or a tenant.
PACERS = Table(
    "pacers",
    METADATA,
    tenant_column(primary_key=True),
    Column("key", Text, primary_key=True),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("every", Interval, nullable=False),
    Column("leeway", Interval, nullable=False),
    # A platform asked for silence until then.
    Column("quiet_until", DateTime(timezone=True)),
    Column("used_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)
