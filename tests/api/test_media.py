"""Files over HTTP: up, down, in parts, by links that expire; and nothing that somebody sent is ever run."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.serving import part_of
from cli import demo
from simulator.media import SAMPLE_PNG as PNG
from tests.stack import Stack

MEGABYTE = 1024 * 1024
CLIP = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(range(256)) * 10
PAGE = b"<!doctype html><script>steal()</script>"


async def up(
    agent: httpx.AsyncClient, content: bytes, kind: str = "image/png", name: str = "a.png"
) -> dict[str, Any]:
    answer = await agent.post(
        f"/api/v1/media?filename={name}", content=content, headers={"content-type": kind}
    )
    assert answer.status_code == 201, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


async def link(agent: httpx.AsyncClient, key: str, **body: int) -> str:
    answer = await agent.post(f"/api/v1/media/{key}/link", json=body)
    assert answer.status_code == 200, answer.text
    return httpx.URL(answer.json()["url"]).path


async def test_twenty_megabytes_go_up_and_down(ana: httpx.AsyncClient) -> None:
    large = PNG + bytes(20 * MEGABYTE)
    stored = await up(ana, large)
    assert (stored["size"], stored["mime_type"]) == (len(large), "image/png")
    got = await ana.get(f"/api/v1/media/{stored['key']}")
    assert got.content == large


async def test_over_the_limit_is_413_in_the_readers_language(shared_stack: Stack) -> None:
    limit = shared_stack.settings.media_max_bytes
    async with await shared_stack.sign_in() as agent:
        answer = await agent.post(
            "/api/v1/media", content=bytes(limit + 1), headers={"accept-language": "pt-BR"}
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert answer.json()["title"] == "Este arquivo é grande demais."
    assert str(limit) in answer.json()["detail"]


async def test_what_hides_a_page_is_given_out_as_nothing_that_could_run(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    hidden = await up(ana, PAGE, "image/png")
    assert hidden["mime_type"] == "application/octet-stream"
    honest = await up(ana, PAGE + b"<p>", "text/html", "page.html")
    assert honest["mime_type"] == "text/html"
    for key in (hidden["key"], honest["key"]):
        for got in (
            await ana.get(f"/api/v1/media/{key}"),
            await shared_stack.http.get(await link(ana, key)),
        ):
            assert got.headers["content-type"] == "application/octet-stream"
            assert got.headers["x-content-type-options"] == "nosniff"
            assert got.headers["content-disposition"].startswith("attachment")
            assert "sandbox" in got.headers["content-security-policy"]


async def test_a_link_needs_no_sign_in_and_says_what_the_file_is(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    stored = await up(ana, CLIP, "application/octet-stream", "café.mp4")
    made = await ana.post(f"/api/v1/media/{stored['key']}/link")
    body = made.json()
    assert body["url"].startswith(f"{shared_stack.settings.base_url}/media/")
    left = datetime.fromisoformat(body["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    got = await shared_stack.http.get(httpx.URL(body["url"]).path)
    assert (got.status_code, got.content) == (200, CLIP)
    assert got.headers["content-type"] == "video/mp4"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''caf%C3%A9.mp4"
    assert re.fullmatch(r"private, max-age=3[56]\d\d", got.headers["cache-control"])
    head = await shared_stack.http.head(httpx.URL(body["url"]).path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(CLIP)))
    assert head.content == b""


async def test_links_that_lead_nowhere(shared_stack: Stack, ana: httpx.AsyncClient) -> None:
    stored = await up(ana, PNG)
    good = await link(ana, stored["key"])
    links = shared_stack.services.links
    assert links is not None
    ended = links.make(
        demo.TENANT_ID, stored["key"], datetime.now(UTC) - timedelta(hours=1), timedelta(minutes=1)
    )
    unknown = links.make(demo.TENANT_ID, "0" * 64, datetime.now(UTC))
    forged = good[:-9] + "A" * 9
    for path in (httpx.URL(ended).path, httpx.URL(unknown).path, forged, "/media/x", "/media/é"):
        answer = await shared_stack.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await shared_stack.http.get(good)).status_code == 200


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("0" * 64, {}, 404),
        ("0" * 63, {}, 422),
        (None, {"expires_in": 59}, 422),
        (None, {"expires_in": 90 * 86400 + 1}, 422),
        (None, {"for_ever": True}, 422),
    ],
)
async def test_what_gets_no_link(
    ana: httpx.AsyncClient, key: str | None, body: dict[str, Any], status: int
) -> None:
    known = (await up(ana, PNG))["key"]
    answer = await ana.post(f"/api/v1/media/{key or known}/link", json=body)
    assert answer.status_code == status


async def test_who_has_not_signed_in_gets_neither_file_nor_link(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    key = (await up(ana, PNG))["key"]
    assert (await shared_stack.http.get(f"/api/v1/media/{key}")).status_code == 401
    assert (await shared_stack.http.post(f"/api/v1/media/{key}/link")).status_code == 401


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-5", -5, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=-999999999", 0, None),
    ],
)
async def test_a_part_is_given_where_a_part_is_asked_for(
    shared_stack: Stack, ana: httpx.AsyncClient, asked: str, start: int, end: int | None
) -> None:
    path = await link(ana, (await up(ana, CLIP, "video/mp4"))["key"])
    got = await shared_stack.http.get(path, headers={"range": asked})
    assert (got.status_code, got.content) == (206, CLIP[start:end])
    first = start % len(CLIP) if start < 0 else start
    last = first + len(got.content) - 1
    assert got.headers["content-range"] == f"bytes {first}-{last}/{len(CLIP)}"
    assert got.headers["content-length"] == str(len(got.content))


async def test_a_part_that_is_not_there_is_416_and_a_changed_file_is_begun_anew(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    path = await link(ana, (await up(ana, CLIP, "video/mp4"))["key"])
    beyond = await shared_stack.http.get(path, headers={"range": f"bytes={len(CLIP)}-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    other = {"range": "bytes=0-9", "if-range": '"another"'}
    assert (await shared_stack.http.get(path, headers=other)).status_code == 200
    tag = (await shared_stack.http.head(path)).headers["etag"]
    same = {"range": "bytes=0-9", "if-range": tag}
    assert (await shared_stack.http.get(path, headers=same)).status_code == 206


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 50 + "-", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=9-", (9, 10)),
        ("bytes=-10", (0, 10)),
    ],
)
def test_ranges(asked: str, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 10) == part


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_ranges_that_are_not_there(asked: str) -> None:
    with pytest.raises(ValueError, match="bytes"):
        part_of(asked, 10)
