"""Links to files: nobody makes one but us, none outlives its time, and they are short."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from activities.links import LinkInvalid, MediaLinks

TENANT = UUID("0198f0aa-0000-7000-8000-000000000001")
KEY = "0123456789abcdef" * 4
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
LINKS = MediaLinks("a secret of the tests", "https://chat.example", timedelta(days=7))


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_link_says_whose_file_it_is_and_until_when() -> None:
    link = LINKS.make(TENANT, KEY, NOW)
    assert link.startswith("https://chat.example/media/")
    read = LINKS.read(token_of(link), NOW)
    assert read == (TENANT, KEY, NOW + timedelta(days=7))
    assert LINKS.make(TENANT, KEY, NOW) == link
    assert len(token_of(link)) < 100  # it is a part of short messages


def test_a_link_ends() -> None:
    token = token_of(LINKS.make(TENANT, KEY, NOW, timedelta(minutes=5)))
    assert LINKS.read(token, NOW + timedelta(minutes=5, seconds=-1)).key == KEY
    for late in (timedelta(minutes=5), timedelta(days=400)):
        with pytest.raises(LinkInvalid, match="over"):
            LINKS.read(token, NOW + late)


def test_not_a_letter_of_a_link_can_be_changed() -> None:
    token = token_of(LINKS.make(TENANT, KEY, NOW))
    # The last letter of unpadded base64 holds spare bits: it is left out.
    for place in range(len(token) - 1):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(LinkInvalid):
            LINKS.read(forged, NOW)


@pytest.mark.parametrize("token", ["", "A", "AAAA", "%%%", "é" * 40, "A" * 91, "=" * 10, "A" * 200])
def test_what_is_no_link(token: str) -> None:
    with pytest.raises(LinkInvalid):
        LINKS.read(token, NOW)


def test_another_secret_makes_other_links() -> None:
    others = MediaLinks("another secret", "https://chat.example", timedelta(days=7))
    with pytest.raises(LinkInvalid):
        others.read(token_of(LINKS.make(TENANT, KEY, NOW)), NOW)
