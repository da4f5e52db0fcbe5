"""LinkedIn's own library as the judge: it writes the same addresses, and reads the same names from answers."""

from urllib.parse import quote

import pytest

from platforms.linkedin.platform import LinkedIn
from tests.platforms.linkedin.harness import ACCOUNT
from tests.platforms.linkedin.support import (
    COMMENT,
    POST,
    FakeLinkedIn,
    created,
    no_media,
    outbound_message,
    rendered,
)

api = pytest.importorskip("linkedin_api.clients.restli.utils.api")
restli = pytest.importorskip("linkedin_api.clients.restli.utils.restli")
requests = pytest.importorskip("requests")

TEXT = {"type": "text", "text": "oi"}


@pytest.mark.parametrize("place", [COMMENT, POST, "urn:li:share:7101000000000000009"])
def test_the_address_of_a_comment(place: str) -> None:
    keys = {"id": place}
    path = "/socialActions/{id}/comments"
    assert rendered(TEXT, thread=place).url == api.build_rest_url(path, keys, "202607")


def test_the_address_of_messages() -> None:
    assert rendered(TEXT).url == api.build_rest_url("/messages")


@pytest.mark.parametrize("name", ["2-msg9==", "urn:li:comment:(urn:li:activity:1,2)", "99"])
async def test_what_was_made_is_called_the_same(name: str) -> None:
    header = "".join(quote(mark) if mark in "(),:'" else mark for mark in name)
    answer = requests.Response()
    answer.headers["x-restli-id"] = header
    async with FakeLinkedIn(created(header)).client() as client:
        receipt = await LinkedIn().send(client, ACCOUNT, outbound_message(TEXT), no_media)
    assert receipt.message_external_id == restli.get_created_entity_id(answer, decode=True) == name
