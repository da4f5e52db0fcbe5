"""What every platform brings along for its tests: fixtures, a harness, a page; and how the contract test reads them."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from domain.content import MessageContent
from platforms.base import Account, MessagingPlatform, OutboundMessage
from platforms.registry import get

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

    @property
    def secrets(self) -> list[str]:
        return self.account.secrets()


def missing(key: str) -> list[str]:
    """What a platform lacks, by name; empty when it has everything."""
    folder = TESTS / key
    wanted = {
        f"tests/platforms/{key}/inbound: no body with its .expected.json": bool(expected(key)),
        f"tests/platforms/{key}/outbound: no fixture": bool(fixtures(folder / "outbound")),
        f"tests/platforms/{key}/harness.py": (folder / "harness.py").is_file(),
        f"docs/platforms/{key}.md": (DOCS / f"{key}.md").is_file(),
    }
    return [name for name, there in wanted.items() if not there]


def harness(key: str) -> Harness:
    module: ModuleType = importlib.import_module(f"tests.platforms.{key}.harness")
    over_http = getattr(module, "SENDS_OVER_HTTP", True)
    return Harness(get(key), module.ACCOUNT, module.sign, over_http)


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
