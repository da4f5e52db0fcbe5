"""The database as its owner, for the commands that change the schema or add tenants."""

import settings as configuration
from bootstrap import Misconfigured


def owner_url() -> str:
    """Raises `Misconfigured` when no database is named."""
    settings = configuration.load()
    url = settings.database_owner_url or settings.database_url
    if url is None:
        raise Misconfigured("PYTAKE_DATABASE_URL is not set. Set it, or use `make up`.")
    return url.get_secret_value()
