"""Where the bytes of files are: in a folder of this machine, or in a bucket of any store that speaks S3."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store
from pydantic import SecretStr

from domain.errors import MediaUnavailable
from domain.value import Value

if TYPE_CHECKING:  # these types exist for type checkers only
    from obstore import GetOptions
    from obstore.store import S3Config

logger = logging.getLogger(__name__)

CHUNK = 256 * 1024
"""Bytes that are in memory at a time while a file passes through."""
_PART = 5 * 1024 * 1024
"""A larger file is put in parts of this size: S3 takes none that are smaller."""
_CONNECT = timedelta(seconds=5)
_TIMEOUT = timedelta(seconds=60)


class Bucket(Value):
    """A bucket, and what opens it."""

    name: str
    endpoint: str | None
    """The store's address; None: AWS, by the region."""
    region: str
    access_key: SecretStr
    secret_key: SecretStr
    path_style: bool
    """Whether the bucket's name is the first part of the path, and not a part of the host's name."""


class MediaFiles(Protocol):
    """Bytes by path. Everything raises `MediaUnavailable` when the store does not answer, or refuses us."""

    async def put(self, path: str, content: IO[bytes]) -> None:
        """All of a file, or nothing: no reader ever sees a part of it."""
        ...

    def stream(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end`, which is not among them. Raises `FileNotFoundError`."""
        ...

    async def exists(self, path: str) -> bool: ...

    async def delete(self, path: str) -> None:
        """Without a complaint when there is no such file."""
        ...


class ObjectFiles:
    """`MediaFiles` over either kind of store: the library that we use makes no difference between them."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    async def put(self, path: str, content: IO[bytes]) -> None:
        with _translated():
            await obstore.put_async(self._store, path, content, chunk_size=_PART, max_concurrency=2)

    async def stream(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        if start >= end:
            return
        options: GetOptions = {"range": (start, end)}
        with _translated():
            found = await obstore.get_async(self._store, path, options=options)
            async for part in found.stream(min_chunk_size=CHUNK):
                yield bytes(part)

    async def exists(self, path: str) -> bool:
        try:
            with _translated():
                await obstore.head_async(self._store, path)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, path: str) -> None:
        try:
            with _translated():
                await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return


def in_folder(folder: Path) -> ObjectFiles:
    """A folder of this machine; it is made."""
    return ObjectFiles(LocalStore(folder, mkdir=True))


def in_bucket(bucket: Bucket) -> ObjectFiles:
    """A bucket; it must exist. Nothing is asked of it yet."""
    config: S3Config = {
        "bucket": bucket.name,
        "region": bucket.region,
        "access_key_id": bucket.access_key.get_secret_value(),
        "secret_access_key": bucket.secret_key.get_secret_value(),
        "virtual_hosted_style_request": not bucket.path_style,
    }
    if bucket.endpoint:
        config["endpoint"] = bucket.endpoint
    plain = bool(bucket.endpoint and bucket.endpoint.startswith("http://"))
    return ObjectFiles(
        S3Store(
            config=config,
            client_options={
                "allow_http": plain,
                "connect_timeout": _CONNECT,
                "timeout": _TIMEOUT,
            },
            # An activity, or who uploads, tries again: here it is only about a hiccup.
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        )
    )


@contextmanager
def _translated() -> Iterator[None]:
    """The library's words hold addresses and what the store said: they are for the log, and for nobody else."""
    try:
        yield
    except BaseError as error:
        logger.warning("the file store: %s", str(error)[:300])
        raise MediaUnavailable(f"the file store: {type(error).__name__}") from None
