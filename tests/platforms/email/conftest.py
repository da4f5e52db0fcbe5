"""The mail servers of this folder's tests, one pair for all of them; each test has mailboxes of its own."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from platforms.email.platform import Email
from tests.conftest import own_folder
from tests.platforms.email.servers import HAS_DOVECOT, HAS_POSTFIX, MailServers, running


@pytest.fixture(scope="session")
def _servers() -> Iterator[MailServers | None]:
    if not HAS_DOVECOT:
        yield None
        return
    with own_folder() as made, running(made) as servers:
        yield servers


@pytest.fixture
def mail(_servers: MailServers | None) -> MailServers:
    """Dovecot, and Postfix in front of it."""
    if _servers is None:
        pytest.skip("dovecot-imapd and dovecot-lmtpd are not installed")
    return _servers


@pytest.fixture
def postfix(mail: MailServers) -> MailServers:
    """The same, where Postfix runs too."""
    if not HAS_POSTFIX:
        pytest.skip("postfix is not installed, or we are not root")
    return mail


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as opened:
        yield opened


@pytest.fixture
async def email() -> AsyncIterator[Email]:
    platform = Email()
    yield platform
    await platform.close()
