"""The only reader of the environment. Every variable is `PYTAKE_` + the field's name in capitals.

Temporal's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, TLS, profiles) are
read by the SDK's `envconfig` in `bootstrap.py`, not here.
"""

import os
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How this process is set up."""

    model_config = SettingsConfigDict(env_prefix="PYTAKE_", extra="ignore")

    state_dir: Path = Path(".pytake")
    """Where `make up` keeps its data: PostgreSQL, Temporal, media, logs, generated secrets."""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    temporal_port: int = Field(default=7233, ge=1, le=65535)
    temporal_ui_port: int = Field(default=8233, ge=1, le=65535)
    postgres_port: int = Field(default=54329, ge=1, le=65535)
    simulator_port: int = Field(default=8090, ge=1, le=65535)
    public_url: str | None = None
    """How platforms reach us; None: `http://{host}:{port}`."""

    database_url: SecretStr | None = None
    """`postgresql://…` as the application role. Set it to use an external PostgreSQL."""
    database_owner_url: SecretStr | None = None
    """`postgresql://…` as the owner of the schema, for migrations only; None: as `database_url`."""
    database_pool: int = Field(default=10, ge=1, le=200)

    jwt_secret: SecretStr | None = None
    """At least 32 bytes; signs access tokens and links to files. `make up` generates one."""
    access_token_minutes: int = 15
    refresh_token_days: int = 30

    media_dir: Path | None = None
    """None: `{state_dir}/media`."""
    media_max_bytes: int = 25 * 1024 * 1024
    media_link_hours: int = Field(default=168, ge=1, le=24 * 90)
    """How long the links to files live that go out in messages."""
    media_s3_bucket: str | None = None
    """Set it, with the two keys, to keep files in a bucket of a store that speaks S3, instead of `media_dir`."""
    media_s3_endpoint: str | None = None
    """The store's address, such as `https://s3.example.com`; None: AWS, by the region."""
    media_s3_region: str = "us-east-1"
    media_s3_access_key: SecretStr | None = None
    media_s3_secret_key: SecretStr | None = None
    media_s3_path_style: bool = True
    """`https://host/bucket/…`, which all understand; False: `https://bucket.host/…`."""
    clamav: str | None = None
    """`host:port` or the path of the Unix socket of a clamd, which then looks into every file; None: nobody does."""
    webhook_max_bytes: int = 4 * 1024 * 1024
    temporal_rpc_seconds: float = 5.0
    """How long a webhook waits for Temporal before it spools the message in PostgreSQL."""

    demo: bool = False
    """Seed the demo tenant; never set outside `make up` and tests."""
    log_level: str = "INFO"
    log_json: bool = False
    sandbox: bool = True
    """Run workflows in Temporal's sandbox."""

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def media_path(self) -> Path:
        return self.media_dir or self.state_dir / "media"


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process, read once."""
    return Settings()


def environment() -> dict[str, str]:
    """A copy of the process environment, for the child processes that `embedded` starts."""
    return dict(os.environ)


def has_external_temporal() -> bool:
    """Whether the standard Temporal client environment names a server of its own."""
    names = ("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE")
    return any(os.environ.get(name) for name in names)
