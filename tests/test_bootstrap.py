"""What the settings say is what is opened."""

import io
from pathlib import Path

import pytest
from pydantic import SecretStr

from bootstrap import Misconfigured, open_files
from settings import Settings
from tests.storage.buckets import serving_bucket


async def test_files_are_in_a_folder_unless_a_bucket_is_named(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, media_s3_bucket=None)
    await open_files(settings).put("a/b", io.BytesIO(b"ours"))
    assert (settings.media_path / "a" / "b").read_bytes() == b"ours"


async def test_a_bucket_is_opened_with_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving_bucket() as bucket:
        for name, value in {
            "BUCKET": bucket.name,
            "ENDPOINT": bucket.endpoint or "",
            "REGION": bucket.region,
            "ACCESS_KEY": bucket.access_key.get_secret_value(),
            "SECRET_KEY": bucket.secret_key.get_secret_value(),
        }.items():
            monkeypatch.setenv(f"PYTAKE_MEDIA_S3_{name}", value)
        settings = Settings()
        await open_files(settings).put("a/b", io.BytesIO(b"ours"))
        assert await open_files(settings).exists("a/b")
    assert bucket.secret_key.get_secret_value() not in repr(settings)


@pytest.mark.parametrize("given", ["media_s3_access_key", "media_s3_secret_key", None])
def test_a_bucket_without_its_keys_is_named_at_the_start(given: str | None) -> None:
    settings = Settings(media_s3_bucket="files")
    if given:
        settings = settings.model_copy(update={given: SecretStr("k")})
    with pytest.raises(Misconfigured, match="PYTAKE_MEDIA_S3_SECRET_KEY"):
        open_files(settings)
