"""Opens what processes share: the Temporal client, the database, the HTTP client, and the stores over them."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import httpx
import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.service import RetryConfig

from activities.accounts import Accounts
from activities.connections import ConnectionActivities
from activities.conversations import ConversationActivities
from activities.delivery import DeliveryActivities
from activities.enclosures import Enclosures
from activities.flows import FlowActivities
from activities.links import MediaLinks
from activities.transcript import TranscriptActivities
from platforms.http import new_client
from settings import Settings
from storage.actions import ActionStore
from storage.arrivals import ArrivalStore
from storage.channels import ChannelStore
from storage.consents import ConsentStore
from storage.conversations import ConversationStore
from storage.database import Database
from storage.delivery import DeliveryStore
from storage.files import Bucket, MediaFiles, in_bucket, in_folder
from storage.flows import FlowStore
from storage.inbound import InboundStore
from storage.media import MediaStore
from storage.pieces import PieceStore
from storage.receipts import ReceiptStore
from storage.scanning import Clamd
from storage.spool import SpoolStore
from storage.users import UserStore

log = structlog.get_logger(__name__)

COLLECT_AFTER = 50_000
"""Allocations between two runs of the garbage collector: almost nothing of ours is a cycle, and it walks everything."""

CONNECT_EVERY = 1.0
"""Seconds between attempts to reach a Temporal server that is away."""


class Misconfigured(Exception):
    """A setting is missing; the message names the variable and says what to do."""


@dataclass(frozen=True)
class Services:
    """Everything a process works with. Opened once, closed once."""

    settings: Settings
    temporal: Client
    database: Database
    http: httpx.AsyncClient

    @cached_property
    def channels(self) -> ChannelStore:
        return ChannelStore(self.database)

    @cached_property
    def conversations(self) -> ConversationStore:
        return ConversationStore(self.database)

    @cached_property
    def actions(self) -> ActionStore:
        return ActionStore(self.database)

    @cached_property
    def flows(self) -> FlowStore:
        return FlowStore(self.database)

    @cached_property
    def users(self) -> UserStore:
        return UserStore(self.database)

    @cached_property
    def receipts(self) -> ReceiptStore:
        return ReceiptStore(self.database)

    @cached_property
    def spool(self) -> SpoolStore:
        return SpoolStore(self.database)

    @cached_property
    def arrivals(self) -> ArrivalStore:
        return ArrivalStore(self.database)

    @cached_property
    def pieces(self) -> PieceStore:
        return PieceStore(self.database)

    @cached_property
    def consents(self) -> ConsentStore:
        return ConsentStore(self.database)

    @cached_property
    def media(self) -> MediaStore:
        settings = self.settings
        return MediaStore(
            self.database,
            open_files(settings),
            Clamd(settings.clamav) if settings.clamav else None,
            # Beside the others, since the system's folder may be memory.
            None if settings.media_s3_bucket else settings.media_path,
        )

    @cached_property
    def links(self) -> MediaLinks | None:
        """None: no secret to sign them with is set."""
        secret = self.settings.jwt_secret
        if secret is None:
            return None
        life = timedelta(hours=self.settings.media_link_hours)
        return MediaLinks(secret.get_secret_value(), self.settings.base_url, life)

    @cached_property
    def enclosures(self) -> Enclosures:
        return Enclosures(self.media, self.links)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.channels)

    @cached_property
    def transcript_activities(self) -> TranscriptActivities:
        return TranscriptActivities(
            InboundStore(self.database),
            self.spool,
            self.media,
            self.accounts,
            self.http,
            self.settings.media_max_bytes,
        )

    @cached_property
    def delivery_activities(self) -> DeliveryActivities:
        return DeliveryActivities(
            DeliveryStore(self.database), self.enclosures, self.accounts, self.http
        )

    @cached_property
    def connection_activities(self) -> ConnectionActivities:
        return ConnectionActivities(self.arrivals, self.accounts, self.http)

    @cached_property
    def conversation_activities(self) -> ConversationActivities:
        return ConversationActivities(self.actions)

    @cached_property
    def flow_activities(self) -> FlowActivities:
        return FlowActivities(self.flows)


async def connect_temporal(settings: Settings, *, lazy: bool = False) -> Client:
    """A client for the server that the standard environment names, or else for the one of `make up`.

    Lazy: it connects with its first call. Otherwise it waits until the server is there.
    """
    options = ClientConfig.load_client_connect_config()
    options.setdefault("target_host", f"{settings.host}:{settings.temporal_port}")
    # A call that fails is tried again by the SDK; a webhook's caller does not wait for ever.
    patience = RetryConfig(max_elapsed_time_millis=int(settings.temporal_rpc_seconds * 1000))
    while True:
        try:
            return await Client.connect(
                **options,
                data_converter=pydantic_data_converter,
                retry_config=patience,
                lazy=lazy,
            )
        except RuntimeError as error:
            # The SDK has no finer class for "nobody answers".
            log.warning("temporal is away, trying again", reason=str(error)[:200])
            await asyncio.sleep(CONNECT_EVERY)


def settle_memory() -> None:
    """What is loaded by now lives as long as the process: the collector need not walk it, and may come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


def open_database(settings: Settings, name: str) -> Database:
    if settings.database_url is None:
        raise Misconfigured(
            "PYTAKE_DATABASE_URL is not set. Set it to a PostgreSQL 18 URL, or use `make up`."
        )
    url = settings.database_url.get_secret_value()
    return Database(url, pool_size=settings.database_pool, name=name)


def open_files(settings: Settings) -> MediaFiles:
    """Where files are kept: the bucket that the settings name, else a folder."""
    if settings.media_s3_bucket is None:
        return in_folder(settings.media_path)
    access, secret = settings.media_s3_access_key, settings.media_s3_secret_key
    if access is None or secret is None:
        raise Misconfigured(
            "PYTAKE_MEDIA_S3_BUCKET is set: PYTAKE_MEDIA_S3_ACCESS_KEY and PYTAKE_MEDIA_S3_SECRET_KEY must be too."
        )
    return in_bucket(
        Bucket(
            name=settings.media_s3_bucket,
            endpoint=settings.media_s3_endpoint,
            region=settings.media_s3_region,
            access_key=access,
            secret_key=secret,
            path_style=settings.media_s3_path_style,
        )
    )


@asynccontextmanager
async def services(
    settings: Settings, name: str, *, lazy_temporal: bool = False
) -> AsyncIterator[Services]:
    """Open everything, and close it in the end."""
    database = open_database(settings, name)
    temporal = await connect_temporal(settings, lazy=lazy_temporal)
    async with new_client() as http:
        try:
            opened = Services(settings=settings, temporal=temporal, database=database, http=http)
            _ = opened.media  # a store that is set up wrongly is named now, not with the first file
            yield opened
        finally:
            await database.close()
