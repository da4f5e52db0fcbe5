"""The client of clamd against a stand-in for it, over real sockets."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.errors import MediaInfected, MediaTooLarge, MediaUnavailable
from storage.scanning import Clamd
from tests.storage.clamd import EICAR, FakeClamd, scanning

CHUNK = 64 * 1024


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


async def test_a_clean_file_passes_and_all_of_it_was_looked_at() -> None:
    clamd, content = FakeClamd(), b"clean" * 200_000
    async with scanning(clamd) as address:
        await Clamd(address).check(chunks(content))
        await Clamd(address).check(chunks(b""))
    assert clamd.scanned == [content, b""]


async def test_a_unix_socket_is_an_address_too(folder: Path) -> None:
    clamd = FakeClamd()
    async with scanning(clamd, folder / "clamd.sock") as address:
        await Clamd(address).check(chunks(b"clean"))
    assert clamd.scanned == [b"clean"]


async def test_an_infected_file_is_refused_by_the_name_of_what_is_in_it() -> None:
    async with scanning(FakeClamd()) as address:
        with pytest.raises(MediaInfected) as found:
            await Clamd(address).check(chunks(b"x" * CHUNK + EICAR))
    assert found.value.detail == "Eicar-Test-Signature"
    assert not found.value.retryable


async def test_a_file_over_the_scanners_limit_is_not_let_through() -> None:
    async with scanning(FakeClamd(limit=100_000)) as address:
        with pytest.raises(MediaTooLarge, match="StreamMaxLength"):
            await Clamd(address).check(chunks(b"x" * 20_000_000))


@pytest.mark.parametrize(
    "says",
    [
        b"stream: Can't allocate memory ERROR",
        b"",
        b"OK",
        b"stream: OK\nstream: Eicar FOUND",
        b"UNKNOWN COMMAND",
    ],
)
async def test_only_a_plain_ok_lets_a_file_through(says: bytes) -> None:
    clamd = FakeClamd()
    clamd.says = says
    async with scanning(clamd) as address:
        with pytest.raises(MediaUnavailable):
            await Clamd(address).check(chunks(b"clean"))


async def test_a_scanner_that_never_answers_is_not_waited_for() -> None:
    clamd = FakeClamd()
    clamd.hangs = True
    async with scanning(clamd) as address:
        with pytest.raises(MediaUnavailable, match="TimeoutError"):
            await Clamd(address, seconds=0.2).check(chunks(b"clean"))


async def test_without_a_scanner_there_is_no_pass(folder: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
        for address in (nobody, str(folder / "no.sock")):
            with pytest.raises(MediaUnavailable) as away:
                await Clamd(address).check(chunks(b"clean"))
            assert away.value.retryable
