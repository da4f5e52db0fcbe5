"""Tenants cannot see each other; what must be found before the tenant is known has a function."""

from alembic import op

from storage.database import APPLICATION_ROLE
from storage.migrations.isolation import protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "users",
    "sessions",
    "queues",
    "queue_members",
    "channels",
    "contacts",
    "addresses",
    "conversations",
    "messages",
    "attempts",
    "receipts",
    "media",
    "flows",
    "flow_versions",
    "flow_runs",
    "inbound_spool",
    "raw_webhooks",
    "channel_events",
)

CHANNEL = (
    "SELECT to_jsonb(c) || jsonb_build_object('flow', f.slug) "
    "FROM channels c LEFT JOIN flows f ON f.id = c.flow_id"
)

# They run with their owner's rights, and each answers exactly one question.
FUNCTIONS = {
    "channel_by_id(wanted uuid)": ("jsonb", f"{CHANNEL} WHERE c.id = wanted"),
    "channel_by_account(of_platform text, of_account text)": (
        "jsonb",
        f"{CHANNEL} WHERE c.platform = of_platform AND c.account_id = of_account",
    ),
    "channels_of_platform(wanted text)": (
        "SETOF jsonb",
        f"{CHANNEL} WHERE c.platform = wanted AND c.disabled_at IS NULL",
    ),
    "user_by_email(wanted text)": (
        "SETOF users",
        "SELECT * FROM users WHERE lower(email) = lower(wanted)",
    ),
    "session_by_token(wanted text)": (
        "SETOF sessions",
        "SELECT * FROM sessions WHERE token_hash = wanted",
    ),
    "spooled_tenants()": ("SETOF uuid", "SELECT DISTINCT tenant_id FROM inbound_spool"),
    "tenant_by_slug(wanted text)": (
        "SETOF tenants",
        "SELECT * FROM tenants WHERE slug = wanted",
    ),
}


def upgrade() -> None:
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}")
    protect("tenants", column="id")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON tenants FROM {APPLICATION_ROLE}")
    for table in TABLES:
        protect(table)
    protect("conversation_events", append_only=True)
    op.execute(f"GRANT SELECT ON alembic_version TO {APPLICATION_ROLE}")
    for signature, (returns, body) in FUNCTIONS.items():
        name = signature.split("(")[0]
        op.execute(
            f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $$ {body} $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {APPLICATION_ROLE}")


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature.split('(')[0]}")
    for table in ("tenants", "conversation_events", *TABLES):
        unprotect(table)
    op.execute(f"REVOKE SELECT ON alembic_version FROM {APPLICATION_ROLE}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {APPLICATION_ROLE}")
