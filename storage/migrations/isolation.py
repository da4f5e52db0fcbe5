"""The statements every migration that makes a table must run: its tenant's policy, and the role's rights."""

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
