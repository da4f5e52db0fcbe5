"""The public keys that platforms sign webhooks with: fetched once, kept for a day, fetched again when they change."""

import asyncio
import time
from typing import Any

import httpx
import structlog

from domain.errors import PlatformUnavailable

log = structlog.get_logger(__name__)

KEEP_SECONDS = 24 * 3600.0
REFRESH_SECONDS = 60.0
"""No more often than this, whoever sends us what we cannot verify."""

Keys = dict[str, Any]
"""JWK by key id."""


class KeySets:
    """Every platform's keys, by where it publishes them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._known: dict[str, tuple[float, Keys]] = {}
        self._lock = asyncio.Lock()

    async def get(self, url: str) -> Keys:
        """Raises `PlatformUnavailable` while none are known: the platform may send its webhook again."""
        fetched, keys = self._known.get(url, (float("-inf"), {}))
        if time.monotonic() - fetched < KEEP_SECONDS:
            return keys
        return await self._fetch(url, KEEP_SECONDS)

    async def newer(self, url: str) -> Keys | None:
        """The keys once more, because something could not be verified; None: they were fetched a moment ago."""
        fetched, _ = self._known.get(url, (float("-inf"), {}))
        if time.monotonic() - fetched < REFRESH_SECONDS:
            return None
        return await self._fetch(url, REFRESH_SECONDS)

    async def _fetch(self, url: str, fresh_enough: float) -> Keys:
        async with self._lock:
            fetched, keys = self._known.get(url, (float("-inf"), {}))
            if time.monotonic() - fetched < fresh_enough:
                return keys
            try:
                answer = await self._client.get(url)
                found = {key["kid"]: key for key in answer.raise_for_status().json()["keys"]}
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                log.warning("keys not fetched", url=url, reason=type(error).__name__)
                if not keys:
                    raise PlatformUnavailable("its public keys cannot be fetched") from None
                return keys
            self._known[url] = (time.monotonic(), found)
            return found
