"""Both stores of files keep the same promises: a folder, and a bucket over real HTTP with real signatures."""

import hashlib
import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from domain.errors import MediaUnavailable
from storage.files import CHUNK, Bucket, MediaFiles, ObjectFiles, in_bucket, in_folder
from tests.storage.buckets import serving_bucket

PATH = "0198f0aa-0000-7000-8000-000000000001/ab/abcd"
LARGE = bytes(range(256)) * (80 * 1024)
"""20 MB."""


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with serving_bucket() as opened:
        yield opened


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectFiles:
    if request.param == "folder":
        return in_folder(tmp_path / "not" / "there" / "yet")
    return in_bucket(request.getfixturevalue("bucket"))


async def read(files: MediaFiles, start: int, end: int, path: str = PATH) -> bytes:
    return b"".join([part async for part in files.stream(path, start, end)])


async def test_a_file_comes_back_whole_and_in_part(files: ObjectFiles) -> None:
    await files.put(PATH, io.BytesIO(b"0123456789"))
    assert await files.exists(PATH)
    assert await read(files, 0, 10) == b"0123456789"
    assert await read(files, 3, 5) == b"34"
    assert await read(files, 9, 10) == b"9"
    assert await read(files, 4, 4) == b""
    await files.delete(PATH)
    assert not await files.exists(PATH)


async def test_twenty_megabytes_pass_in_pieces(files: ObjectFiles) -> None:
    await files.put(PATH, io.BytesIO(LARGE))
    digest, largest = hashlib.sha256(), 0
    async for part in files.stream(PATH, 0, len(LARGE)):
        digest.update(part)
        largest = max(largest, len(part))
    assert digest.digest() == hashlib.sha256(LARGE).digest()
    assert largest < 20 * CHUNK  # never near the whole
    await files.put(PATH, io.BytesIO(b"again"))  # over what is there
    assert await read(files, 0, 5) == b"again"


async def test_what_is_not_there_says_so(files: ObjectFiles) -> None:
    assert not await files.exists("no/such/file")
    await files.delete("no/such/file")
    with pytest.raises(FileNotFoundError):
        await read(files, 0, 5, "no/such/file")


async def test_nobody_leaves_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"ours")
    files = in_folder(tmp_path / "media")
    with pytest.raises(ValueError, match="illegal"):
        await read(files, 0, 4, "../secret")


@pytest.mark.parametrize("what", ["secret_key", "access_key"])
async def test_a_wrong_key_is_refused_by_its_signature(bucket: Bucket, what: str) -> None:
    await in_bucket(bucket).put(PATH, io.BytesIO(b"ours"))
    forged = in_bucket(bucket.model_copy(update={what: SecretStr("AKIA" + "0" * 16)}))
    for attempt in (forged.put(PATH, io.BytesIO(b"theirs")), read(forged, 0, 4)):
        with pytest.raises(MediaUnavailable) as refused:
            await attempt
        assert "PermissionDenied" in refused.value.detail
        assert bucket.secret_key.get_secret_value() not in f"{refused.value!r}"
    assert await read(in_bucket(bucket), 0, 4) == b"ours"


async def test_a_store_that_is_away_is_named_and_worth_another_try(bucket: Bucket) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
        nobody = in_bucket(bucket.model_copy(update={"endpoint": endpoint}))
        with pytest.raises(MediaUnavailable) as away:
            await nobody.exists(PATH)
    assert away.value.retryable
