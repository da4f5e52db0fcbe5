"""The store of files over a real database: taken in by pieces, looked into, kept once, and never let out unscanned."""

import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.errors import MediaInfected, MediaTooLarge, MediaUnavailable
from simulator.media import SAMPLE_PNG as PNG
from storage.files import ObjectFiles, in_bucket, in_folder
from storage.media import MediaStore
from storage.scanning import Clamd
from tests.conftest import FreshDatabase
from tests.fakes import LeavingFiles
from tests.planting import Tenant, plant
from tests.storage.buckets import serving_bucket
from tests.storage.clamd import EICAR, FakeClamd, scanning

MEGABYTE = 1024 * 1024
LIMIT = 25 * MEGABYTE


@pytest.fixture
def files(tmp_path: Path) -> ObjectFiles:
    return in_folder(tmp_path / "media")


class Pieces:
    """A body that comes piece by piece, and knows how much of it was asked for."""

    def __init__(self, *pieces: bytes) -> None:
        self.read = 0
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self.read += len(piece)
            yield piece


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


async def test_twenty_megabytes_go_in_and_out_without_being_in_memory(
    tenant: Tenant, files: ObjectFiles
) -> None:
    store, piece = MediaStore(tenant.database, files), PNG + bytes(64 * 1024)
    body = Pieces(*[piece] * 320)
    tracemalloc.start()
    async with store.receive(body, "image/png", LIMIT) as incoming:
        stored = await store.keep(tenant.id, incoming, "large.png")
    digest, size = hashlib.sha256(), 0
    async for part in store.stream(tenant.id, stored):
        digest.update(part)
        size += len(part)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == stored.size == body.read > 20 * MEGABYTE
    assert digest.hexdigest() == stored.key == hashlib.sha256(piece * 320).hexdigest()
    assert most < size / 2
    assert await store.read(tenant.id, stored.key) == piece * 320


async def test_what_is_too_large_is_read_no_further(tenant: Tenant, files: ObjectFiles) -> None:
    store, body = MediaStore(tenant.database, files), Pieces(*[b"x" * 1000] * 50)
    with pytest.raises(MediaTooLarge, match="2500"):
        async with store.receive(body, "text/plain", 2500):
            pytest.fail("it was taken")
    assert body.read == 3000
    assert await tenant.rows("SELECT key FROM media") == []


async def test_the_same_bytes_are_one_file_under_what_they_were_found_to_be(
    tenant: Tenant, tmp_path: Path
) -> None:
    store = MediaStore(tenant.database, in_folder(tmp_path / "media"))
    first = await store.put(tenant.id, PNG, "image/gif", "a.png")
    second = await store.put(tenant.id, PNG, "application/octet-stream", "b.png")
    assert (first.mime_type, second.mime_type) == ("image/png", "image/png")
    found = await store.find(tenant.id, first.key)
    assert found is not None
    assert (found.filename, found.size, second.key) == ("a.png", len(PNG), first.key)
    assert names_in(tmp_path) == [first.key]


async def test_a_bucket_keeps_what_a_folder_does(tenant: Tenant) -> None:
    with serving_bucket() as bucket:
        store = MediaStore(tenant.database, in_bucket(bucket))
        stored = await store.put(tenant.id, PNG, "image/png", "a.png")
        assert await store.read(tenant.id, stored.key) == PNG


async def test_nobody_reads_the_files_of_another(
    tenant: Tenant, files: ObjectFiles, fresh: FreshDatabase
) -> None:
    store = MediaStore(tenant.database, files)
    stored = await store.put(tenant.id, PNG, "image/png", None)
    other = plant(tenant.database, fresh.owner_url)
    assert await store.find(other.id, stored.key) is None
    for key in (stored.key, "../../etc/passwd", ""):
        with pytest.raises(FileNotFoundError):
            await store.read(other.id, key)


async def test_an_infected_file_is_not_kept(tenant: Tenant, tmp_path: Path) -> None:
    async with scanning(FakeClamd()) as address:
        store = MediaStore(tenant.database, in_folder(tmp_path), Clamd(address))
        with pytest.raises(MediaInfected):
            await store.put(tenant.id, PNG + EICAR, "image/png", "a.png")
        clean = await store.put(tenant.id, PNG, "image/png", "a.png")
    assert [row["key"] for row in await tenant.rows("SELECT key FROM media")] == [clean.key]
    assert names_in(tmp_path) == [clean.key]


async def test_without_its_scanner_nothing_is_kept(tenant: Tenant, tmp_path: Path) -> None:
    store = MediaStore(tenant.database, in_folder(tmp_path), Clamd(str(tmp_path / "no.sock")))
    with pytest.raises(MediaUnavailable):
        await store.put(tenant.id, PNG, "image/png", "a.png")
    assert await tenant.rows("SELECT key FROM media") == []


async def test_a_store_that_is_away_keeps_no_promise(tenant: Tenant, files: ObjectFiles) -> None:
    leaving = LeavingFiles(files)
    leaving.is_away = True
    with pytest.raises(MediaUnavailable):
        await MediaStore(tenant.database, leaving).put(tenant.id, PNG, "image/png", "a.png")
    assert await tenant.rows("SELECT key FROM media") == []


async def test_what_was_kept_before_there_was_a_scanner_is_looked_into_before_it_leaves(
    tenant: Tenant, files: ObjectFiles
) -> None:
    before = MediaStore(tenant.database, files)
    clean = await before.put(tenant.id, PNG, "image/png", None)
    infected = await before.put(tenant.id, PNG + EICAR, "image/png", None)
    clamd = FakeClamd()
    async with scanning(clamd) as address:
        store = MediaStore(tenant.database, files, Clamd(address))
        assert await store.read(tenant.id, clean.key) == PNG
        assert await store.read(tenant.id, clean.key) == PNG
        assert clamd.scanned == [PNG]  # once is enough
        with pytest.raises(MediaInfected):
            await store.read(tenant.id, infected.key)
    assert await store.find(tenant.id, infected.key) is None
    with pytest.raises(FileNotFoundError):
        await before.read(tenant.id, infected.key)


async def test_a_body_is_kept_as_it_came_and_looked_into_only_when_it_leaves(
    tenant: Tenant, files: ObjectFiles
) -> None:
    mail = b"From: ana@example.com\n\n" + EICAR
    async with scanning(FakeClamd()) as address:
        store = MediaStore(tenant.database, files, Clamd(address))
        stored = await store.put_body(tenant.id, mail, "message/rfc822")
        assert await store.read_body(tenant.id, stored.key) == mail
        with pytest.raises(MediaInfected):
            await store.checked(tenant.id, stored.key)
