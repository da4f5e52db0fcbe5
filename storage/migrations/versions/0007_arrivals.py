"""What connections that we hold bring, and how far each has come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.database import APPLICATION_ROLE
from storage.migrations.isolation import protect, unprotect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = "SELECT tenant_id, channel_id, count(*) FROM arrivals GROUP BY tenant_id, channel_id"
"""Whoever drains them must know where before the tenant is known."""


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("channel_id", sa.UUID(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _of_tenant("arrivals"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
    )
    op.create_index("ix_arrivals_channel_id", "arrivals", ["channel_id", "id"])
    protect("arrivals")
    op.create_table(
        "bookmarks",
        sa.Column("channel_id", sa.UUID(), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("cursor", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channels.id"],
            name=op.f("fk_bookmarks_channel_id"),
            ondelete="CASCADE",
        ),
        _of_tenant("bookmarks"),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_bookmarks")),
    )
    protect("bookmarks")
    op.execute(
        "CREATE FUNCTION waiting_arrivals() "
        "RETURNS TABLE (tenant_id uuid, channel_id uuid, waiting bigint) LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = public, pg_temp AS $$ {WAITING} $$"
    )
    op.execute("REVOKE ALL ON FUNCTION waiting_arrivals FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION waiting_arrivals TO {APPLICATION_ROLE}")


def downgrade() -> None:
    op.execute("DROP FUNCTION waiting_arrivals")
    for table in ("bookmarks", "arrivals"):
        unprotect(table)
        op.drop_table(table)


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="CASCADE"
    )
