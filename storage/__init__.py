"""The only package that speaks SQL: tables, repositories, migrations. Rows never leave it."""
