"""A store that speaks S3, over real HTTP on loopback: moto's server, told to hold every request to its signature."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto import settings as moto_settings
from moto.backends import get_backend
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from storage.files import Bucket

NAME = "pytake-files"
REGION = "sa-east-1"
_MAY_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


@contextmanager
def serving_bucket() -> Iterator[Bucket]:
    """An empty bucket, and a user who may do all with it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    people = get_backend("iam")[DEFAULT_ACCOUNT_ID]["aws"]
    buckets = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(moto_settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0.0)
            patch.setattr(ActionAuthenticatorMixin, "request_count", 0)
            people.create_user(REGION, "pytake")
            people.put_user_policy("pytake", "all", json.dumps(_MAY_ALL))
            key = people.create_access_key("pytake")
            buckets.create_bucket(NAME, REGION)
            host, port = server.get_host_and_port()
            yield Bucket(
                name=NAME,
                endpoint=f"http://{host}:{port}",
                region=REGION,
                access_key=SecretStr(key.access_key_id),
                secret_key=SecretStr(key.secret_access_key),
                path_style=True,
            )
    finally:
        buckets.reset()
        people.reset()
        server.stop()
