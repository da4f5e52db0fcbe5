"""What every migration that makes a table needs: its tenant's policy, the role's rights, whom its rows belong to."""

import sqlalchemy as sa
from alembic import op

from storage.database import APPLICATION_ROLE

TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"


def protect(table: str, *, column: str = "tenant_id", append_only: bool = False) -> None:
    """Let the application role see and write only the rows of the transaction's tenant."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} "
        f"USING ({column} = {TENANT}) WITH CHECK ({column} = {TENANT})"
    )
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"GRANT {rights} ON {table} TO {APPLICATION_ROLE}")


def unprotect(table: str) -> None:
    op.execute(f"REVOKE ALL ON {table} FROM {APPLICATION_ROLE}")
    op.execute(f"DROP POLICY tenant ON {table}")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def belonging(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    """A table's rows go with their channel, and with their tenant."""
    return (
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channels.id"],
            name=op.f(f"fk_{table}_channel_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="CASCADE"
        ),
    )
