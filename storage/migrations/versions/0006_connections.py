"""Channels have a state; messages can be held and watched; sends keep to a pace."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations.isolation import belonging, protect, unprotect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "channels",
        sa.Column("sending", sa.Text(), server_default="at_most_once", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_channels_sending"), "channels", "sending IN ('at_most_once', 'at_least_once')"
    )
    op.create_table(
        "channel_states",
        sa.Column("channel_id", sa.UUID(), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("token_expires_at", MOMENT, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("subscription", JSONB, nullable=True),
        sa.Column("notes", JSONB, server_default="{}", nullable=False),
        *belonging("channel_states"),
        sa.CheckConstraint(
            "state IN ('connecting', 'connected', 'unauthorised', 'unreachable', 'disabled')",
            name=op.f("ck_channel_states_state"),
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_states")),
    )
    protect("channel_states")
    op.create_table(
        "templates",
        sa.Column("channel_id", sa.UUID(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("components", JSONB, nullable=False),
        sa.Column("synced_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        *belonging("templates"),
        sa.PrimaryKeyConstraint("channel_id", "external_id", name=op.f("pk_templates")),
    )
    protect("templates")
    op.create_table(
        "pacers",
        sa.Column("tenant_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("every", sa.Interval(), nullable=False),
        sa.Column("leeway", sa.Interval(), nullable=False),
        sa.Column("quiet_until", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_pacers_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_pacers")),
    )
    protect("pacers")
    op.add_column("messages", sa.Column("held", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("receipt_due_at", MOMENT, nullable=True))
    op.create_index(
        "ix_messages_held",
        "messages",
        ["channel_id", "conversation_id", "seq"],
        postgresql_where=sa.text("held IS NOT NULL"),
    )
    op.create_index(
        "ix_messages_receipt_due_at",
        "messages",
        ["channel_id", "receipt_due_at"],
        postgresql_where=sa.text("receipt_due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_receipt_due_at", table_name="messages")
    op.drop_index("ix_messages_held", table_name="messages")
    op.drop_column("messages", "receipt_due_at")
    op.drop_column("messages", "held")
    for table in ("pacers", "templates", "channel_states"):
        unprotect(table)
        op.drop_table(table)
    op.drop_constraint(op.f("ck_channels_sending"), "channels")
    op.drop_column("channels", "sending")
