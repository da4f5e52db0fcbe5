"""What every platform brings along for its tests: fixtures, a harness, a page; and how the contract test reads them."""

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from platforms.base import Account, MessagingPlatform, OutboundMessage, WebhookRequest
from platforms.registry import PLATFORMS, get

TESTS = Path(__file__).parent
DOCS = TESTS.parent.parent / "docs" / "platforms"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
"""The message of every outbound fixture."""

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


class Harness(NamedTuple):
    """How to speak for one platform."""

    platform: MessagingPlatform
    account: Account
    sign: Callable[[bytes], dict[str, str]]
    """The headers that prove where a body comes from."""
    sends_over_http: bool
    url: str
    """Where the platform calls us, for signatures that cover it."""
    sends: bool
    """False for a platform whose connection is not there yet: it says so instead of sending."""
    token: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
    """What a token endpoint answers, on platforms that fetch one first; None for every other request."""
    keys: Mapping[str, Any] = MappingProxyType({})
    """The public keys (JWK by key id) that signatures are verified with, where the platform publishes some."""

    def client(self, vendor: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
        """A client that gives tokens as always, and answers everything else as this vendor does."""

        def answer(request: httpx.Request) -> httpx.Response:
            given = self.token(request)
            return vendor(request) if given is None else given

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))

    def request(self, body: bytes, proof: dict[str, str] | None = None) -> WebhookRequest:
        """A body as it is posted, with its own proof unless another is given."""
        return WebhookRequest(
            url=self.url,
            headers=self.sign(body) if proof is None else proof,
            body=body,
            provider=self.account.provider_name,
            keys=self.keys,
        )

    @property
    def secrets(self) -> list[str]:
        return self.account.secrets()


def keys() -> list[str]:
    """Every platform; one of several providers through each of them, as `platform/provider`."""
    found: list[str] = []
    for key in PLATFORMS:
        providers = sorted((TESTS / key).glob("*/harness.py"))
        found += [f"{key}/{path.parent.name}" for path in providers] or [key]
    return sorted(found)


def platform_key(key: str) -> str:
    return key.partition("/")[0]


def missing(key: str) -> list[str]:
    """What a platform lacks, by name; empty when it has everything."""
    folder = TESTS / key
    wanted = {
        f"tests/platforms/{key}/inbound: no body with its .expected.json": bool(expected(key)),
        f"tests/platforms/{key}/outbound: no fixture": bool(fixtures(folder / "outbound")),
        f"tests/platforms/{key}/harness.py": (folder / "harness.py").is_file(),
        f"docs/platforms/{platform_key(key)}.md": (DOCS / f"{platform_key(key)}.md").is_file(),
    }
    return [name for name, there in wanted.items() if not there]


def harness(key: str) -> Harness:
    name = key.replace("/", ".")
    module: ModuleType = importlib.import_module(f"tests.platforms.{name}.harness")
    over_http, url = getattr(module, "SENDS_OVER_HTTP", True), getattr(module, "URL", "")
    sends = getattr(module, "SENDS", True)
    token = getattr(module, "token_answer", lambda _: None)
    platform = get(platform_key(key))
    public = getattr(module, "KEYS", {})
    return Harness(platform, module.ACCOUNT, module.sign, over_http, url, sends, token, public)


def fixtures(folder: Path) -> list[Path]:
    """Every file of a folder but the expectations and files that belong to another."""
    found = sorted(folder.glob("*")) if folder.is_dir() else []
    return [path for path in found if len(path.suffixes) == 1]


def bodies(key: str) -> list[Path]:
    return fixtures(TESTS / key / "inbound")


def expected(key: str) -> list[Path]:
    """The bodies whose events are written beside them."""
    return [path for path in bodies(key) if path.with_suffix(".expected.json").is_file()]


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def fields(path: Path) -> Any:
    """A body as a value that can be changed: its JSON, the fields of its form, or the lines of its message."""
    if path.suffix == ".eml":
        return path.read_bytes().decode("latin-1").split("\n")
    if path.suffix == ".form":
        return dict(parse_qsl(path.read_text("utf-8"), keep_blank_values=True))
    return load(path)


def written(value: Any, path: Path) -> bytes:
    """Such a value as a body of the same kind."""
    if path.suffix == ".eml":
        lines = (item if isinstance(item, str) else json.dumps(item) for item in value)
        return "\n".join(lines).encode("latin-1", "replace")
    if path.suffix != ".form":
        return json.dumps(value).encode()
    texts = {
        name: item if isinstance(item, str) else json.dumps(item) for name, item in value.items()
    }
    return urlencode(texts, errors="replace").encode()


def outbound_cases(key: str) -> list[dict[str, Any]]:
    """The outbound fixtures in the common form: a content, an address, the request it becomes."""
    cases = [load(path) for path in fixtures(TESTS / key / "outbound") if path.suffix == ".json"]
    return [case for case in cases if isinstance(case, dict) and {"content", "request"} <= {*case}]


def message_of(case: dict[str, Any]) -> OutboundMessage:
    return OutboundMessage(
        id=MESSAGE_ID,
        address=case["address"],
        content=_CONTENT.validate_python(case["content"]),
        reply_to=case.get("reply_to"),
        thread=case.get("thread"),
    )


def a_message(key: str) -> OutboundMessage:
    """A plain text to an address that a fixture of this platform uses."""
    address = outbound_cases(key)[0]["address"]
    return message_of({"content": {"type": "text", "text": "oi"}, "address": address})
