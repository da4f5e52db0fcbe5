"""Accounts are found by what they belong to as well; idempotency keys remember what they were used for."""

import sqlalchemy as sa
from alembic import op

from storage.database import APPLICATION_ROLE
from storage.migrations.isolation import protect, unprotect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "channel_by_account"
CHANNEL = (
    "SELECT to_jsonb(c) || jsonb_build_object('flow', f.slug) "
    "FROM channels c LEFT JOIN flows f ON f.id = c.flow_id WHERE c.platform = of_platform"
)
BY_ACCOUNT_ID = f"{CHANNEL} AND c.account_id = of_account"
BY_ACCOUNT_OR_GROUP = (
    f"{CHANNEL} AND (c.account_id = of_account "
    "OR c.account @> jsonb_build_object(coalesce(of_setting, ''), of_account)) "
    "ORDER BY c.created_at, c.id"
)


def upgrade() -> None:
    op.create_table(
        "reply_keys",
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_reply_keys_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_reply_keys")),
    )
    protect("reply_keys")
    op.create_index(
        "ix_channels_account",
        "channels",
        ["account"],
        postgresql_using="gin",
        postgresql_ops={"account": "jsonb_path_ops"},
    )
    asked = "of_platform text, of_account text, of_setting text DEFAULT NULL"
    _replace_function(asked, "SETOF jsonb", BY_ACCOUNT_OR_GROUP)


def downgrade() -> None:
    _replace_function("of_platform text, of_account text", "jsonb", BY_ACCOUNT_ID)
    op.drop_index("ix_channels_account", table_name="channels")
    unprotect("reply_keys")
    op.drop_table("reply_keys")


def _replace_function(parameters: str, returns: str, body: str) -> None:
    """Another result needs another function: the old one is dropped, and its rights with it."""
    op.execute(f"DROP FUNCTION {NAME}")
    op.execute(
        f"CREATE FUNCTION {NAME}({parameters}) RETURNS {returns} LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = public, pg_temp AS $$ {body} $$"
    )
    op.execute(f"REVOKE ALL ON FUNCTION {NAME} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {NAME} TO {APPLICATION_ROLE}")
