"""What contacts asked for is remembered; pieces of long messages wait for each other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations.isolation import belonging, protect, unprotect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SPOOLED = "SELECT DISTINCT tenant_id FROM inbound_spool"
SPOOLED_OR_DUE = (
    "SELECT tenant_id FROM inbound_spool "
    "UNION SELECT tenant_id FROM message_parts WHERE handed_at IS NULL AND due_at <= now()"
)
"""The same question, whose contacts' words wait to be handed over, with one more place to look."""


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("channel_id", sa.UUID(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        _created(),
        *belonging("consents"),
        sa.CheckConstraint("scope IN ('all', 'marketing')", name=op.f("ck_consents_scope")),
        sa.CheckConstraint("state IN ('in', 'out')", name=op.f("ck_consents_state")),
        sa.PrimaryKeyConstraint("channel_id", "address", "scope", name=op.f("pk_consents")),
    )
    protect("consents")
    op.create_table(
        "message_parts",
        sa.Column("channel_id", sa.UUID(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("item", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        _created(),
        *belonging("message_parts"),
        sa.PrimaryKeyConstraint(
            "channel_id", "external_id", "number", name=op.f("pk_message_parts")
        ),
    )
    op.create_index(
        "ix_message_parts_channel_id_handed_at", "message_parts", ["channel_id", "handed_at"]
    )
    op.create_index(
        "ix_message_parts_due_at",
        "message_parts",
        ["due_at"],
        postgresql_where=sa.text("handed_at IS NULL"),
    )
    protect("message_parts")
    _ask(SPOOLED_OR_DUE)


def downgrade() -> None:
    _ask(SPOOLED)
    for table in ("message_parts", "consents"):
        unprotect(table)
        op.drop_table(table)


def _created() -> sa.Column[object]:
    return sa.Column(
        "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _ask(body: str) -> None:
    """Replaced in place, the function keeps its owner and its rights."""
    op.execute(
        "CREATE OR REPLACE FUNCTION spooled_tenants() RETURNS SETOF uuid LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = public, pg_temp AS $$ {body} $$"
    )
